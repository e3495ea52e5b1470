package import Domain
import SwiftProtobuf

extension WirePeriodClosed {
    package init(_ closed: PeriodClosed) {
        self.init()
        id = closed.id
        through = closed.through.description
        by = closed.by
        payoutCurrency = closed.payoutCurrency.code
        channel = closed.channel.rawValue
        rates = closed.rates.map(WireExchangeRate.init)
    }

    package func domain() throws(WireError) -> PeriodClosed {
        var known: [ExchangeRate] = []
        for rate in rates { known.append(try rate.domain()) }
        return PeriodClosed(
            id: id, through: try date(through, "period_closed.through"), by: by,
            payoutCurrency: try currency(payoutCurrency, "period_closed.payout_currency"),
            channel: try choice(channel, "period_closed.channel"), rates: known)
    }
}

extension WireAdjustment {
    package init(_ adjustment: Adjustment) {
        self.init()
        id = adjustment.id
        amount = adjustment.amount.amount.description
        currency = adjustment.amount.currency.code
        period = adjustment.period?.label ?? ""
        reason = adjustment.reason
        by = adjustment.by
        approvedBy = adjustment.approvedBy
    }

    package func domain() throws(WireError) -> Adjustment {
        Adjustment(
            id: id,
            amount: Money(
                try number(amount, "adjustment.amount"), try Records.currency(currency, "adjustment.currency")),
            period: period.isEmpty ? nil : try Records.period(period, "adjustment.period"), reason: reason, by: by,
            approvedBy: approvedBy)
    }
}

extension WireStatementApproved {
    package init(_ approved: StatementApproved) {
        self.init()
        id = approved.id
        period = approved.period.label
        by = approved.by
        reason = approved.reason
    }

    package func domain() throws(WireError) -> StatementApproved {
        StatementApproved(
            id: id, period: try Records.period(period, "statement_approved.period"), by: by, reason: reason)
    }
}

extension WirePayout {
    package init(_ payout: Payout, to payee: PayeeID) {
        self.init()
        self.payee = payee.text
        period = payout.period.label
        channel = payout.channel.rawValue
        amount = payout.amount.amount.description
        currency = payout.amount.currency.code
        settled = payout.settled.amount.description
        settledCurrency = payout.settled.currency.code
        exchangeRate = payout.exchangeRate?.description ?? ""
        document = payout.document
    }

    package func domain() throws(WireError) -> Payout {
        Payout(
            period: try Records.period(period, "payout.period"), channel: try choice(channel, "payout.channel"),
            amount: Money(try number(amount, "payout.amount"), try Records.currency(currency, "payout.currency")),
            settled: Money(
                try number(settled, "payout.settled"), try Records.currency(settledCurrency, "payout.settled_currency")),
            exchangeRate: exchangeRate.isEmpty ? nil : try number(exchangeRate, "payout.exchange_rate"),
            document: document)
    }
}
