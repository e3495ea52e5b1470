import Domain
import Plans
import Records

/// Makes ledger documents: of changes per period, currency and plan; chained by hash.
extension PayeeState {
    mutating func post(_ changes: Changes, _ cause: PayeeEvent.Cause, _ effect: inout Effect) throws {
        for (batch, earnings) in changes.byBatch {
            for start in stride(from: 0, to: earnings.count, by: PayeeState.earningsLimit) {
                let end = min(start + PayeeState.earningsLimit, earnings.count)
                let part = end - start == earnings.count ? earnings : Array(earnings[start..<end])
                effect.documents.append(try document(of: part, batch, cause))
                for earning in part { note(earning, batch) }
            }
        }
        for earning in changes.earnings {
            effect.add(earning.credit.key)
            effect.add(earning.credit.key.deal)
        }
    }

    /// Of one document: a re-rated year may be more than a log takes as one record.
    static let earningsLimit = 250

    private mutating func document(of earnings: [Earning], _ batch: Batch, _ cause: PayeeEvent.Cause) throws -> [UInt8]
    {
        var (earned, released) = (Number.zero, Number.zero)
        for earning in earnings {
            try earned += earning.amount
            try released += earning.released
        }
        try move(released, batch.period, batch.currency)
        var postings: [Posting] = []
        postings.reserveCapacity(3)
        func post(_ amount: Number, to account: Account) {
            if !amount.isZero { postings.append(Posting(account: account, amount: amount)) }
        }
        post(try -earned, to: .expense)
        post(try earned - released, to: .held)
        post(released, to: .payable)
        return try document(
            batch.period, .earning, batch.currency, plan: batch.plan, version: batch.planVersion, cause,
            earnings: earnings, postings: postings)
    }

    /// So that it can be undone.
    private mutating func move(_ amount: Number, _ period: Period, _ currency: Currency) throws(ArithmeticError) {
        let place = Books.Movement(period: period, currency: currency)
        room.undo.append(.moved(place, books.movements[place]))
        try books.move(amount, period, currency)
    }

    /// Keeps with a line the document that posted it last.
    private mutating func note(_ earning: Earning, _ batch: Batch) {
        guard let index = index(of: earning.credit.key) else { return }
        let place = credits[index].posted.firstIndex {
            $0.component == earning.component && $0.earned == earning.period ?? batch.period
                && $0.period == batch.period && $0.amount.currency == batch.currency
        }
        if let place { credits[index].posted[place].document = books.sequence }
    }

    // MARK: Decisions

    /// Posts what somebody decided on, once.
    mutating func adjust(_ adjustment: Adjustment, _ cause: PayeeEvent.Cause, _ effect: inout Effect) throws {
        guard books.adjustments.insert(adjustment.id).inserted else { return }
        let (amount, currency) = (adjustment.amount.amount, adjustment.amount.currency)
        let period = try openPeriod(for: adjustment, cause)
        try books.move(amount, period, currency)
        let rules = agreements.last { $0.plan.currency == currency && $0.contract.from <= period.end }
        effect.documents.append(
            try document(
                period, .adjustment, by: rules, in: currency, cause,
                postings: [
                    Posting(account: .expense, amount: try -amount),
                    Posting(account: .payable, amount: amount),
                ], note: adjustment.reason, adjustment: adjustment, person: adjustment.approvedBy))
    }

    /// The one that was asked for while it is open; else the first that is, and before the first close that of the day.
    private func openPeriod(for adjustment: Adjustment, _ cause: PayeeEvent.Cause) throws -> Period {
        if let period = adjustment.period { return open(payPeriod(on: period.end)) }
        let day = books.through?.adding(days: 1) ?? cause.occurred.date()
        guard CalendarDate.first <= day, day <= CalendarDate.last else {
            throw EventRefused("its time, \(cause.occurred.milliseconds) ms since 1970, is on no day of the calendar")
        }
        return payPeriod(on: day)
    }

    /// A statement is approved once, after its period is closed.
    mutating func approve(_ approved: StatementApproved, _ cause: PayeeEvent.Cause, _ effect: inout Effect) throws {
        guard !books.approved.contains(approved.period) else { return }
        guard books.isClosed(approved.period) else {
            throw EventRefused("the statement of \(approved.period) cannot be approved before the period is closed")
        }
        books.approved.insert(approved.period)
        let payouts = books.payouts.filter { $0.period == approved.period }
        books.payouts.removeAll { $0.period == approved.period }
        for payout in payouts.map({ Optional($0) }) + (payouts.isEmpty ? [nil] : []) {
            let currency = payout?.settled.currency
            let rules = agreements.last {
                $0.contract.from <= approved.period.end && (currency == nil || $0.plan.currency == currency)
            }
            guard let currency = currency ?? rules?.plan.currency else {
                throw EventRefused("nothing was agreed with the payee by \(approved.period), so there is no statement")
            }
            effect.documents.append(
                try document(
                    approved.period, .approval, by: rules, in: currency, cause, postings: [], note: approved.reason,
                    payout: payout, person: approved.by))
        }
    }

    // MARK: Documents

    mutating func document(
        _ period: Period, _ kind: LedgerDocument.Kind, by rules: Agreement?, in currency: Currency,
        _ cause: PayeeEvent.Cause, postings: [Posting], note: String = "", adjustment: Adjustment? = nil,
        payout: Payout? = nil, person: String = ""
    ) throws -> [UInt8] {
        try document(
            period, kind, currency, plan: rules?.plan.name ?? "", version: rules?.version ?? "", cause, earnings: [],
            postings: postings, note: note, adjustment: adjustment, payout: payout, person: person)
    }

    private mutating func document(
        _ period: Period, _ kind: LedgerDocument.Kind, _ currency: Currency, plan: String, version: String,
        _ cause: PayeeEvent.Cause, earnings: [Earning], postings: [Posting], note: String = "",
        adjustment: Adjustment? = nil, payout: Payout? = nil, person: String = ""
    ) throws -> [UInt8] {
        books.sequence += 1
        let document = LedgerDocument(
            payee: id, sequence: books.sequence, period: period, kind: kind, currency: currency,
            cause: cause.coordinate, plan: plan, planVersion: version, previousHash: books.head,
            occurred: cause.occurred, earnings: earnings, postings: postings, note: note, adjustment: adjustment,
            payout: payout, by: person)
        let bytes = document.encoded(by: &room.writer)
        books.head = digest(bytes)
        return bytes
    }
}

extension PayeeState.Changes {
    /// The batches in order, each with what it has.
    fileprivate var byBatch: [(PayeeState.Batch, [Earning])] {
        guard let first = batches.first else { return [] }
        // Nearly all events change one.
        if batches.allSatisfy({ $0 == first }) { return [(first, earnings)] }
        let groups = Dictionary(grouping: batches.indices) { batches[$0] }
        return groups.sorted { $0.key < $1.key }.map { batch, places in (batch, places.map { earnings[$0] }) }
    }
}

extension PayeeState.Batch: Comparable {
    static func < (left: Self, right: Self) -> Bool {
        (left.period, left.currency, left.plan, left.planVersion)
            < (right.period, right.currency, right.plan, right.planVersion)
    }
}
