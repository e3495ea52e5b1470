/// The payee's books are closed up to a day: every pay period that ends by then is settled, in order.
package struct PeriodClosed: Hashable, Sendable {
    package let id: String
    /// The last day, included.
    package let through: CalendarDate
    package let by: String
    package let payoutCurrency: Currency
    package let channel: Payee.Channel
    /// From plan currencies to the payout currency, on that day.
    package let rates: [ExchangeRate]

    package init(
        id: String, through: CalendarDate, by: String, payoutCurrency: Currency, channel: Payee.Channel,
        rates: [ExchangeRate] = []
    ) {
        self.id = id
        self.through = through
        self.by = by
        self.payoutCurrency = payoutCurrency
        self.channel = channel
        self.rates = rates
    }
}

/// Money that a person decided on, and another one approved.
package struct Adjustment: Hashable, Sendable {
    package let id: String
    package let amount: Money
    /// `nil`: the open one.
    package let period: Period?
    package let reason: String
    package let by: String
    package let approvedBy: String

    package init(id: String, amount: Money, period: Period?, reason: String, by: String, approvedBy: String) {
        self.id = id
        self.amount = amount
        self.period = period
        self.reason = reason
        self.by = by
        self.approvedBy = approvedBy
    }
}

/// The statement of a closed period may be published and paid.
package struct StatementApproved: Hashable, Sendable {
    package let id: String
    package let period: Period
    package let by: String
    package let reason: String

    package init(id: String, period: Period, by: String, reason: String) {
        self.id = id
        self.period = period
        self.by = by
        self.reason = reason
    }
}

/// What a settlement pays out.
package struct Payout: Hashable, Sendable {
    package let period: Period
    package let channel: Payee.Channel
    /// In the payout currency.
    package let amount: Money
    /// In the plan's currency.
    package let settled: Money
    /// Payout currency for one of the plan's; `nil` when they are the same.
    package let exchangeRate: Number?
    /// The sequence of the settlement.
    package let document: Int64

    package init(
        period: Period, channel: Payee.Channel, amount: Money, settled: Money, exchangeRate: Number?, document: Int64
    ) {
        self.period = period
        self.channel = channel
        self.amount = amount
        self.settled = settled
        self.exchangeRate = exchangeRate
        self.document = document
    }
}
