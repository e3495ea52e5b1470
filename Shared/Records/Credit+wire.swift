package import Domain
import SwiftProtobuf

extension WireCreditKey {
    package init(_ key: CreditKey) {
        self.init()
        deal = key.deal.text
        line = key.line.text
        role = key.role.text
    }

    package var domain: CreditKey { CreditKey(deal: DealID(deal), line: LineID(line), role: Role(role)) }
}

extension WireCredit {
    package init(_ credit: Credit) {
        self.init()
        deal = credit.key.deal.text
        line = credit.key.line.text
        role = credit.key.role.text
        date = credit.date.description
        amount = credit.amount.amount.description
        currency = credit.amount.currency.code
        originalAmount = credit.original.amount.description
        originalCurrency = credit.original.currency.code
        share = credit.share.value.description
        exchangeRate = credit.exchangeRate?.description ?? ""
        product = credit.product
        kind = credit.kind
        account = credit.account
        source = credit.source
        provenance = credit.provenance
        fields = credit.fields.sorted { $0.key < $1.key }.map { name, value in
            .with {
                $0.name = name
                switch value {
                case .number(let number): $0.number = number.description
                case .text(let text): $0.text = text
                case .date(let date): $0.date = date.description
                case .flag(let flag): $0.flag = flag
                }
            }
        }
        if let known = credit.fulfilment { fulfilment = WireFulfilment(known) }
    }

    package func domain() throws(WireError) -> Credit {
        let paid = try Records.currency(currency, "credit.currency")
        let original =
            originalCurrency == currency ? paid : try Records.currency(originalCurrency, "credit.original_currency")
        var values: [String: FieldValue] = [:]
        for field in fields { values[field.name] = try field.domain() }
        return Credit(
            key: CreditKey(deal: DealID(deal), line: LineID(line), role: Role(role)),
            date: try Records.date(date, "credit.date"),
            amount: Money(try number(amount, "credit.amount"), paid),
            original: Money(try number(originalAmount, "credit.original_amount"), original),
            share: Rate(try number(share, "credit.share")),
            exchangeRate: exchangeRate.isEmpty ? nil : try number(exchangeRate, "credit.exchange_rate"),
            product: product, kind: kind, account: account, source: source, provenance: provenance,
            fields: values, fulfilment: hasFulfilment ? try fulfilment.domain() : nil)
    }
}

extension WireFulfilment {
    fileprivate init(_ known: Fulfilment) {
        self.init()
        cancelled = known.cancellation?.date.description ?? ""
        reason = known.cancellation?.reason ?? ""
        invoiced = known.invoiced?.description ?? ""
        payments = known.payments.map { payment in
            .with {
                $0.id = payment.id
                $0.date = payment.date.description
                $0.amount = payment.amount.description
            }
        }
        milestones = known.milestones.sorted { $0.key < $1.key }.map { name, date in
            .with {
                $0.name = name
                $0.date = date.description
            }
        }
    }

    fileprivate func domain() throws(WireError) -> Domain.Fulfilment {
        var received: [Domain.Fulfilment.Payment] = []
        for payment in payments {
            received.append(
                Fulfilment.Payment(
                    id: payment.id, date: try Records.date(payment.date, "payment.date"),
                    amount: try number(payment.amount, "payment.amount")))
        }
        var reached: [String: CalendarDate] = [:]
        for milestone in milestones { reached[milestone.name] = try Records.date(milestone.date, "milestone.date") }
        return Fulfilment(
            cancellation: cancelled.isEmpty
                ? nil
                : Fulfilment.Cancellation(
                    date: try Records.date(cancelled, "fulfilment.cancelled"), reason: reason),
            invoiced: invoiced.isEmpty ? nil : try number(invoiced, "fulfilment.invoiced"), payments: received,
            milestones: reached)
    }
}

extension WireCredit.Field {
    fileprivate func domain() throws(WireError) -> FieldValue {
        switch value {
        case .number(let text): .number(try Records.number(text, "field.number"))
        case .text(let text): .text(text)
        case .date(let text): .date(try Records.date(text, "field.date"))
        case .flag(let flag): .flag(flag)
        case nil: throw WireError("the field '\(name)' of a credit has no value")
        }
    }
}
