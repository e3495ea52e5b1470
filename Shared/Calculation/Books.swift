import Domain

/// Where a payee's books stand beside the credits: what is closed, and the balances that settlement goes on from.
struct Books {
    /// Documents so far.
    var sequence: Int64 = 0
    /// SHA-256 of the last document.
    var head: [UInt8] = []
    /// Closed up to this day, included.
    var through: CalendarDate?
    /// The first day of the first period that was settled.
    var opened: CalendarDate?
    /// While a period is being closed, its last day: what falls due by then is posted to it.
    var closing: CalendarDate?
    /// What became payable in periods that are not settled.
    var movements: [Movement: Number] = [:]
    /// What the last settlement left over.
    var carried: [Currency: Number] = [:]
    /// Advanced and not recovered.
    var advanced: [Currency: Number] = [:]
    /// The IDs of adjustments that are posted.
    var adjustments: Set<String> = []
    /// The periods whose statements are approved.
    var approved: Set<Period> = []
    /// Of settlements that are not approved, in order.
    var payouts: [Payout] = []

    struct Movement: Hashable, Comparable {
        let period: Period
        let currency: Currency

        /// Any order that is always the same.
        static func < (left: Self, right: Self) -> Bool {
            (left.period.year, left.period.number, left.period.kind.rawValue, left.currency)
                < (right.period.year, right.period.number, right.period.kind.rawValue, right.currency)
        }
    }

    /// What follows from the calendar is known up to this day.
    var horizon: CalendarDate? { closing ?? through }

    func isClosed(_ period: Period) -> Bool {
        guard let through else { return false }
        return period.end <= through
    }

    mutating func move(_ amount: Number, _ period: Period, _ currency: Currency) throws(ArithmeticError) {
        let place = Movement(period: period, currency: currency)
        let sum = try (movements[place] ?? .zero) + amount
        movements[place] = sum.isZero ? nil : sum
    }
}

extension Period {
    static func settlesBefore(_ left: Period, _ right: Period) -> Bool { left.settles(before: right) }
}
