package import Domain

/// A ledger document as `WireLedgerDocument` is written and read, without one in between.
extension LedgerDocument {
    /// The record's value as it goes to the log.
    package func encoded() -> [UInt8] {
        var writer = WireWriter(capacity: 256 + earnings.count * 384)
        return encoded(by: &writer)
    }

    /// The same, in the place of what the writer held.
    package func encoded(by writer: inout WireWriter) -> [UInt8] {
        writer.removeAll()
        writer.document(self)
        return writer.bytes
    }

    package init(decoding bytes: [UInt8]?) throws(WireError) {
        guard let bytes else { throw WireError("the record has no value") }
        self = try WireReader.reading(bytes, "attain.v1.LedgerDocument") { reader throws(WireError) in
            try reader.document()
        }
    }
}

extension WireReader {
    static func reading<Value>(
        _ bytes: [UInt8], _ record: StaticString, _ body: (inout WireReader) throws(WireError) -> Value
    ) throws(WireError) -> Value {
        let result = bytes.withUnsafeBytes { raw in
            Result { () throws(WireError) in
                var reader = WireReader(raw, record)
                return try body(&reader)
            }
        }
        return try result.get()
    }
}

// MARK: Writing

extension WireWriter {
    fileprivate mutating func document(_ document: LedgerDocument) {
        text(1, document.payee.text)
        integer(2, document.sequence)
        text(3, document.period.label)
        text(4, document.kind.rawValue)
        text(5, document.currency.code)
        text(6, document.cause)
        text(7, document.plan)
        text(8, document.planVersion)
        data(9, document.previousHash)
        integer(10, document.occurred.milliseconds)
        for earning in document.earnings { message(11) { $0.earning(earning) } }
        for posting in document.postings {
            message(12) {
                $0.text(1, posting.account.rawValue)
                $0.number(2, posting.amount)
            }
        }
        text(13, document.note)
        if let adjustment = document.adjustment { message(14) { $0.adjustment(adjustment) } }
        if let payout = document.payout { message(15) { $0.payout(payout, to: document.payee) } }
        text(16, document.by)
    }

    private mutating func adjustment(_ adjustment: Adjustment) {
        text(1, adjustment.id)
        number(2, adjustment.amount.amount)
        text(3, adjustment.amount.currency.code)
        if let period = adjustment.period { text(4, period.label) }
        text(5, adjustment.reason)
        text(6, adjustment.by)
        text(7, adjustment.approvedBy)
    }

    private mutating func payout(_ payout: Payout, to payee: PayeeID) {
        text(1, payee.text)
        text(2, payout.period.label)
        text(3, payout.channel.rawValue)
        number(4, payout.amount.amount)
        text(5, payout.amount.currency.code)
        number(6, payout.settled.amount)
        text(7, payout.settled.currency.code)
        if let rate = payout.exchangeRate { number(8, rate) }
        integer(9, payout.document)
    }

    private mutating func earning(_ earning: Earning) {
        text(1, earning.component)
        message(2) { $0.credit(earning.credit) }
        number(3, earning.amount)
        message(4) { $0.explanation(earning.explanation) }
        number(5, earning.released)
        if let period = earning.period { text(6, period.label) }
        integer(7, earning.corrects ?? 0)
    }

    private mutating func explanation(_ explanation: Explanation) {
        number(1, explanation.total)
        number(2, explanation.before)
        for step in explanation.steps { message(3) { $0.step(step) } }
        number(4, explanation.rounding)
        if let reached = explanation.attainment {
            message(5) {
                $0.text(1, reached.measure)
                $0.text(2, reached.period.label)
                $0.number(3, reached.quota)
                $0.number(4, reached.before)
                $0.number(5, reached.after)
            }
        }
        text(6, explanation.release)
    }

    private mutating func step(_ step: Explanation.Step) {
        number(1, step.base)
        number(2, step.rate.value)
        number(3, step.amount)
        if let tier = step.tier {
            number(4, tier.from.value)
            if let to = tier.to { number(5, to.value) }
        }
        text(6, step.note)
    }
}

// MARK: Reading

/// The fields of a document as they come in.
private struct DocumentDraft {
    var (payee, cause, plan, planVersion, note, by) = ("", "", "", "", "", "")
    var sequence: Int64 = 0
    var period: Period?
    var kind: LedgerDocument.Kind?
    var currency: Currency?
    var previousHash: [UInt8] = []
    var occurred: Int64 = 0
    var earnings: [Earning] = []
    var postings: [Posting] = []
    var adjustment: Adjustment?
    var payout: Payout?

    mutating func take(_ field: WireReader.Field, from reader: WireReader) throws(WireError) {
        switch (field.number, field.type) {
        case (1, .lengthDelimited): payee = try reader.text(field)
        case (2, .varint): sequence = reader.integer(field)
        case (3, .lengthDelimited): period = try reader.period(field, "ledger.period")
        case (4, .lengthDelimited): kind = try reader.known(field, "ledger.kind")
        case (5, .lengthDelimited): currency = try reader.currency(field, "ledger.currency")
        case (6, .lengthDelimited): cause = try reader.text(field)
        case (7, .lengthDelimited): plan = try reader.text(field)
        case (8, .lengthDelimited): planVersion = try reader.text(field)
        case (9, .lengthDelimited): previousHash = reader.data(field)
        case (10, .varint): occurred = reader.integer(field)
        case (11, .lengthDelimited):
            var inner = reader.message(field)
            earnings.append(try inner.earning())
        case (12, .lengthDelimited):
            var inner = reader.message(field)
            postings.append(try inner.posting())
        case (13, .lengthDelimited): note = try reader.text(field)
        case (14, .lengthDelimited): adjustment = try WireAdjustment(decoding: reader.data(field)).domain()
        case (15, .lengthDelimited): payout = try WirePayout(decoding: reader.data(field)).domain()
        case (16, .lengthDelimited): by = try reader.text(field)
        default: break
        }
    }

    func document() throws(WireError) -> LedgerDocument {
        LedgerDocument(
            payee: PayeeID(payee), sequence: sequence,
            period: try required(period, "ledger.period", Records.period),
            kind: try required(kind, "ledger.kind", choice),
            currency: try required(currency, "ledger.currency", Records.currency), cause: cause, plan: plan,
            planVersion: planVersion, previousHash: previousHash, occurred: Instant(milliseconds: occurred),
            earnings: earnings, postings: postings, note: note, adjustment: adjustment, payout: payout, by: by)
    }
}

extension WireReader {
    fileprivate mutating func document() throws(WireError) -> LedgerDocument {
        var draft = DocumentDraft()
        while let field = try next() { try draft.take(field, from: self) }
        return try draft.document()
    }

    fileprivate mutating func posting() throws(WireError) -> Posting {
        var (account, amount) = (Account?.none, Number?.none)
        while let field = try next() {
            guard field.type == .lengthDelimited else { continue }
            switch field.number {
            case 1: account = try known(field, "posting.account")
            case 2: amount = try number(field, "posting.amount")
            default: break
            }
        }
        return Posting(
            account: try required(account, "posting.account", choice),
            amount: try required(amount, "posting.amount", Records.number))
    }

    fileprivate mutating func earning() throws(WireError) -> Earning {
        var (component, period, corrects) = ("", Period?.none, Int64.zero)
        var (credit, explanation) = (Credit?.none, Explanation?.none)
        var (amount, released) = (Number?.none, Number?.none)
        while let field = try next() {
            switch (field.number, field.type) {
            case (1, .lengthDelimited): component = try text(field)
            case (2, .lengthDelimited):
                guard credit == nil else { throw broken }
                var inner = message(field)
                credit = try inner.credit()
            case (3, .lengthDelimited): amount = try number(field, "earning.amount")
            case (4, .lengthDelimited):
                guard explanation == nil else { throw broken }
                var inner = message(field)
                explanation = try inner.explanation()
            case (5, .lengthDelimited): released = try number(field, "earning.released")
            case (6, .lengthDelimited): period = isEmpty(field) ? nil : try self.period(field, "earning.period")
            case (7, .varint): corrects = integer(field)
            default: break
            }
        }
        guard let credit, let explanation else { throw WireError("an earning without credit or explanation") }
        return Earning(
            component: component, credit: credit, amount: try required(amount, "earning.amount", Records.number),
            explanation: explanation, released: released,
            period: period, corrects: corrects == 0 ? nil : corrects)
    }

    fileprivate mutating func explanation() throws(WireError) -> Explanation {
        var (total, before, rounding) = (Number?.none, Number?.none, Number?.none)
        var (steps, attainment, release) = ([Explanation.Step](), Explanation.Attainment?.none, "")
        while let field = try next() {
            guard field.type == .lengthDelimited else { continue }
            var inner = message(field)
            switch field.number {
            case 1: total = try number(field, "explanation.total")
            case 2: before = try number(field, "explanation.before")
            case 3: steps.append(try inner.step())
            case 4: rounding = try number(field, "explanation.rounding")
            case 5:
                guard attainment == nil else { throw broken }
                attainment = try inner.attainment()
            case 6: release = try text(field)
            default: break
            }
        }
        return Explanation(
            total: try required(total, "explanation.total", Records.number),
            before: try required(before, "explanation.before", Records.number), steps: steps,
            rounding: try required(rounding, "explanation.rounding", Records.number), attainment: attainment,
            release: release)
    }

    fileprivate mutating func step() throws(WireError) -> Explanation.Step {
        var (base, rate, amount) = (Number?.none, Number?.none, Number?.none)
        var (from, to, note) = (Number?.none, Number?.none, "")
        while let field = try next() {
            guard field.type == .lengthDelimited else { continue }
            switch field.number {
            case 1: base = try number(field, "step.base")
            case 2: rate = try number(field, "step.rate")
            case 3: amount = try number(field, "step.amount")
            case 4: from = isEmpty(field) ? nil : try number(field, "step.tier_from")
            case 5: to = isEmpty(field) ? nil : try number(field, "step.tier_to")
            case 6: note = try text(field)
            default: break
            }
        }
        return Explanation.Step(
            base: try required(base, "step.base", Records.number),
            rate: Rate(try required(rate, "step.rate", Records.number)),
            amount: try required(amount, "step.amount", Records.number),
            tier: from.map { Explanation.Tier(from: Rate($0), to: to.map { Rate($0) }) }, note: note)
    }

    fileprivate mutating func attainment() throws(WireError) -> Explanation.Attainment {
        var (measure, period) = ("", Period?.none)
        var (quota, before, after) = (Number?.none, Number?.none, Number?.none)
        while let field = try next() {
            guard field.type == .lengthDelimited else { continue }
            switch field.number {
            case 1: measure = try text(field)
            case 2: period = try self.period(field, "attainment.period")
            case 3: quota = try number(field, "attainment.quota")
            case 4: before = try number(field, "attainment.before")
            case 5: after = try number(field, "attainment.after")
            default: break
            }
        }
        return Explanation.Attainment(
            measure: measure, period: try required(period, "attainment.period", Records.period),
            quota: try required(quota, "attainment.quota", Records.number),
            before: try required(before, "attainment.before", Records.number),
            after: try required(after, "attainment.after", Records.number))
    }
}
