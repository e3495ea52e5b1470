package import Domain
import Records

/// What happened to a payee, decoded and checked in full before it changes anything.
package struct PayeeEvent {
    package let payee: PayeeID
    let kind: Kind
    /// As of a credit's record.
    let since: CalendarDate?

    /// Whether it says what is agreed.
    package var isOfTerms: Bool { if case .agreed = kind { true } else { false } }

    /// The first day of whose credits it may look at any, or change any.
    package var firstDay: CalendarDate {
        switch kind {
        case .assigned(let credit): since.map { min($0, credit.date) } ?? .first
        case .withdrawn: since ?? .first
        case .agreed, .closed: .first
        case .adjusted, .approved: .last
        }
    }

    enum Kind {
        case assigned(Credit)
        case withdrawn(CreditKey)
        case agreed(WireContractsChanged, [Agreement])
        case closed(PeriodClosed)
        case adjusted(Adjustment)
        case approved(StatementApproved)
    }

    /// Where an event comes from, as documents name it.
    package struct Cause: Sendable {
        /// The coordinate of the record.
        let coordinate: String
        let occurred: Instant

        package init(coordinate: String, occurred: Instant) {
            self.coordinate = coordinate
            self.occurred = occurred
        }
    }

    /// Reads a record of `payee-events`; throws what is wrong with it.
    package init(key: [UInt8]?, value: [UInt8]?) throws {
        let record = try PayeeRecord(decoding: value)
        payee = record.payee
        guard !payee.text.isEmpty, key?.elementsEqual(payee.text.utf8) == true else {
            throw WireError("the record's key is not the payee '\(payee)'")
        }
        guard payee.isStorable else { throw WireError("the payee's ID has more than 200 bytes or a control character") }
        since = record.since
        switch record.act {
        case .assigned(let credit): kind = .assigned(try PayeeEvent.checked(credit))
        case .withdrawn(let key):
            try PayeeEvent.check(key)
            kind = .withdrawn(key)
        case .agreed(let terms): kind = .agreed(terms, try Agreement.all(in: terms, of: payee))
        case .closed(let closed): kind = .closed(try PayeeEvent.checked(closed))
        case .adjusted(let adjustment): kind = .adjusted(try PayeeEvent.checked(adjustment))
        case .approved(let approved): kind = .approved(approved)
        }
    }

    private static func check(_ key: CreditKey) throws(WireError) {
        guard key.deal.isStorable, key.line.isStorable, key.role.isStorable else {
            throw WireError("deal, line or role of the credit has more than 200 bytes or a control character")
        }
        guard !key.deal.text.isEmpty else { throw WireError("the credit names no deal") }
    }

    private static func checked(_ credit: Credit) throws(WireError) -> Credit {
        try check(credit.key)
        guard credit.amount.isWithinLimit else {
            throw WireError("the credit's amount \(credit.amount) is beyond \(Money.limit)")
        }
        guard let fulfilment = credit.fulfilment else { return credit }
        let amounts = fulfilment.payments.map(\.amount) + [fulfilment.invoiced ?? .zero]
        guard amounts.count <= 10_000 else { throw WireError("the credit has more than 10,000 payments") }
        for amount in amounts where !Money(amount, credit.amount.currency).isWithinLimit {
            throw WireError("a payment or the invoice of the credit is beyond \(Money.limit)")
        }
        return credit
    }

    private static func checked(_ closed: PeriodClosed) throws(WireError) -> PeriodClosed {
        guard closed.through.components.year < 9999 else {
            throw WireError("the books are closed through \(closed.through), after which no period can be written")
        }
        for rate in closed.rates where rate.rate <= .zero {
            throw WireError("the rate from \(rate.from) to \(rate.to) is \(rate.rate); a rate is above zero")
        }
        return closed
    }

    private static func checked(_ adjustment: Adjustment) throws(WireError) -> Adjustment {
        guard !adjustment.id.isEmpty, adjustment.id.utf8.count <= 200 else {
            throw WireError("the adjustment's ID is empty or has more than 200 bytes")
        }
        guard !adjustment.amount.amount.isZero, adjustment.amount.isWithinLimit, adjustment.amount.isPayable else {
            throw WireError(
                "the adjustment's amount \(adjustment.amount) is nothing, finer than \(adjustment.amount.currency) is paid, or beyond \(Money.limit)"
            )
        }
        guard adjustment.period.map({ $0.end.components.year < 9999 }) ?? true else {
            throw WireError(
                "the adjustment is for \(adjustment.period?.label ?? ""), after which no period can be written")
        }
        return adjustment
    }
}

/// An event that is right in itself and cannot be done to this payee as the books stand.
package struct EventRefused: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
