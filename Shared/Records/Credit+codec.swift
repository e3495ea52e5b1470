package import Domain

extension Credit {
    /// As `WireCredit` is encoded.
    package func encoded() -> [UInt8] {
        var writer = WireWriter(capacity: 256)
        writer.credit(self)
        return writer.bytes
    }
}

/// A credit as `WireCredit` is written and read, without one in between.
extension WireWriter {
    package mutating func credit(_ credit: Credit) {
        text(1, credit.key.deal.text)
        text(2, credit.key.line.text)
        text(3, credit.key.role.text)
        date(4, credit.date)
        number(5, credit.amount.amount)
        text(6, credit.amount.currency.code)
        number(7, credit.original.amount)
        text(8, credit.original.currency.code)
        number(9, credit.share.value)
        if let rate = credit.exchangeRate { number(10, rate) }
        text(11, credit.product)
        text(12, credit.kind)
        text(13, credit.account)
        text(14, credit.source)
        text(15, credit.provenance)
        guard !credit.fields.isEmpty || credit.fulfilment != nil else { return }
        for (name, value) in credit.fields.sorted(by: { $0.key < $1.key }) {
            message(16) { $0.field(name, value) }
        }
        if let fulfilment = credit.fulfilment { message(17) { $0.fulfilment(fulfilment) } }
    }

    private mutating func field(_ name: String, _ value: FieldValue) {
        text(1, name)
        switch value {
        case .number(let it): number(2, it)
        case .text(let it): member(3, it)
        case .date(let it): date(4, it)
        case .flag(let it): flag(5, it)
        }
    }

    private mutating func fulfilment(_ known: Fulfilment) {
        if let cancellation = known.cancellation {
            date(1, cancellation.date)
            text(2, cancellation.reason)
        }
        if let invoiced = known.invoiced { number(3, invoiced) }
        for payment in known.payments {
            message(4) {
                $0.text(1, payment.id)
                $0.date(2, payment.date)
                $0.number(3, payment.amount)
            }
        }
        for (name, day) in known.milestones.sorted(by: { $0.key < $1.key }) {
            message(5) {
                $0.text(1, name)
                $0.date(2, day)
            }
        }
    }
}

extension WireReader {
    mutating func credit() throws(WireError) -> Credit {
        var draft = CreditDraft()
        while let field = try next() { try draft.take(field, from: self) }
        return try draft.credit()
    }
}

/// The fields of a credit as they come in.
private struct CreditDraft {
    private var (deal, line, role) = ("", "", "")
    private var date: CalendarDate?
    private var (amount, original, share): (Number?, Number?, Number?)
    private var (currency, originalCurrency): (Currency?, Currency?)
    private var exchangeRate: Number?
    private var (product, kind, account, source, provenance) = ("", "", "", "", "")
    private var fields: [String: FieldValue] = [:]
    private var fulfilment: Fulfilment?

    init() {}

    mutating func take(_ field: WireReader.Field, from reader: WireReader) throws(WireError) {
        guard field.type == .lengthDelimited else { return }
        switch field.number {
        case 1: deal = try reader.text(field)
        case 2: line = try reader.text(field)
        case 3: role = try reader.text(field)
        case 4: date = try reader.date(field, "credit.date")
        case 5: amount = try reader.number(field, "credit.amount")
        case 6: currency = try reader.currency(field, "credit.currency")
        case 7: original = try reader.number(field, "credit.original_amount")
        case 8: originalCurrency = try reader.currency(field, "credit.original_currency")
        case 9: share = try reader.number(field, "credit.share")
        case 10: exchangeRate = reader.isEmpty(field) ? nil : try reader.number(field, "credit.exchange_rate")
        case 11: product = try reader.text(field)
        case 12: kind = try reader.text(field)
        case 13: account = try reader.text(field)
        case 14: source = try reader.text(field)
        case 15: provenance = try reader.text(field)
        case 16:
            var inner = reader.message(field)
            let (name, value) = try inner.field()
            fields[name] = value
        case 17:
            guard fulfilment == nil else { throw reader.broken }
            var inner = reader.message(field)
            fulfilment = try inner.fulfilment()
        default: break
        }
    }

    func credit() throws(WireError) -> Credit {
        let paid = try required(currency, "credit.currency", Records.currency)
        let whole = try required(originalCurrency, "credit.original_currency", Records.currency)
        return Credit(
            key: CreditKey(deal: DealID(deal), line: LineID(line), role: Role(role)),
            date: try required(date, "credit.date", Records.date),
            amount: Money(try required(amount, "credit.amount", Records.number), paid),
            original: Money(try required(original, "credit.original_amount", Records.number), whole),
            share: Rate(try required(share, "credit.share", Records.number)), exchangeRate: exchangeRate,
            product: product,
            kind: kind, account: account, source: source, provenance: provenance, fields: fields,
            fulfilment: fulfilment)
    }
}

extension WireReader {
    fileprivate mutating func field() throws(WireError) -> (name: String, FieldValue) {
        var (name, value) = ("", FieldValue?.none)
        while let field = try next() {
            switch (field.number, field.type) {
            case (1, .lengthDelimited): name = try text(field)
            case (2, .lengthDelimited): value = .number(try number(field, "field.number"))
            case (3, .lengthDelimited): value = .text(try text(field))
            case (4, .lengthDelimited): value = .date(try date(field, "field.date"))
            case (5, .varint): value = .flag(integer(field) != 0)
            default: break
            }
        }
        guard let value else { throw WireError("the field '\(name)' of a credit has no value") }
        return (name, value)
    }

    fileprivate mutating func fulfilment() throws(WireError) -> Fulfilment {
        var (known, cancelled, reason) = (Fulfilment(), CalendarDate?.none, "")
        while let field = try next() {
            guard field.type == .lengthDelimited else { continue }
            switch field.number {
            case 1: cancelled = isEmpty(field) ? nil : try date(field, "fulfilment.cancelled")
            case 2: reason = try text(field)
            case 3: known.invoiced = isEmpty(field) ? nil : try number(field, "fulfilment.invoiced")
            case 4:
                var inner = message(field)
                known.payments.append(try inner.payment())
            case 5:
                var inner = message(field)
                let (name, day) = try inner.milestone()
                known.milestones[name] = day
            default: break
            }
        }
        known.cancellation = cancelled.map { Fulfilment.Cancellation(date: $0, reason: reason) }
        return known
    }

    private mutating func payment() throws(WireError) -> Fulfilment.Payment {
        var (id, day, amount) = ("", CalendarDate?.none, Number?.none)
        while let field = try next() {
            guard field.type == .lengthDelimited else { continue }
            switch field.number {
            case 1: id = try text(field)
            case 2: day = try date(field, "payment.date")
            case 3: amount = try number(field, "payment.amount")
            default: break
            }
        }
        return Fulfilment.Payment(
            id: id, date: try required(day, "payment.date", Records.date),
            amount: try required(amount, "payment.amount", Records.number))
    }

    private mutating func milestone() throws(WireError) -> (name: String, CalendarDate) {
        var (name, day) = ("", CalendarDate?.none)
        while let field = try next() {
            guard field.type == .lengthDelimited else { continue }
            switch field.number {
            case 1: name = try text(field)
            case 2: day = try date(field, "milestone.date")
            default: break
            }
        }
        return (name, try required(day, "milestone.date", Records.date))
    }
}
