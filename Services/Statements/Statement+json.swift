import Domain
import Records

extension Statement {
    /// The canonical form, without a line break: members in this order, nothing left to a library's version, since
    /// statements are compared by the hash of these bytes for ever. Amounts are text: JSON numbers are binary in most
    /// readers.
    var json: JSON {
        .object([
            .text("payee", payee.text), .text("period", period.label),
            JSON.Member("balances", .array(balances.map(\.json))),
            JSON.Member("components", .array(components.map(\.json))),
        ])
    }
}

extension Statement.Balance {
    fileprivate var json: JSON {
        let moved = transfers.map { transfer -> JSON in
            .object([
                .text("account", transfer.account.rawValue), .text("amount", transfer.amount.plain(currency)),
            ])
        }
        return .object([
            .text("currency", currency.code), .text("opening", opening.plain(currency)),
            .text("earned", earned.plain(currency)), JSON.Member("transfers", .array(moved)),
            .text("closing", closing.plain(currency)),
        ])
    }
}

extension Statement.Component {
    fileprivate var json: JSON {
        .object([
            .text("component", name), .text("currency", currency.code), .text("subtotal", subtotal.plain(currency)),
            JSON.Member("lines", .array(lines.map(\.json))),
        ])
    }
}

extension Statement.Line {
    fileprivate var json: JSON {
        let currency = credit.amount.currency
        var members: [JSON.Member] = [
            .text("deal", credit.key.deal.text), .text("line", credit.key.line.text),
            .text("role", credit.key.role.text), .text("date", credit.date.description),
            .text("account", credit.account), .text("product", credit.product), .text("kind", credit.kind),
            .text("original", credit.original.amount.plain(credit.original.currency)),
            .text("originalCurrency", credit.original.currency.code),
            .text("share", credit.share.value.description),
        ]
        if let rate = credit.exchangeRate { members.append(.text("exchangeRate", rate.description)) }
        members += [
            .text("credit", credit.amount.amount.plain(currency)), .text("amount", amount.plain(currency)),
            JSON.Member("explanation", explanation.json(currency)),
        ]
        return .object(members)
    }
}

extension Explanation {
    /// How far the measure stood is left out: it moves with every late credit, also when nothing here changes.
    fileprivate func json(_ currency: Currency) -> JSON {
        var members: [JSON.Member] = [
            .text("total", total.plain(currency)), JSON.Member("steps", .array(steps.map { $0.json(currency) })),
            .text("rounding", rounding.description),
        ]
        if let attainment {
            let quota: [JSON.Member] = [
                .text("measure", attainment.measure), .text("period", attainment.period.label),
                .text("quota", attainment.quota.description),
            ]
            members.append(JSON.Member("quota", .object(quota)))
        }
        return .object(members)
    }
}

extension Explanation.Step {
    fileprivate func json(_ currency: Currency) -> JSON {
        var members: [JSON.Member] = [
            .text("base", base.plain(currency)), .text("rate", rate.value.description),
            .text("amount", amount.plain(currency)),
        ]
        if let tier { members.append(.text("from", tier.from.value.description)) }
        if let to = tier?.to { members.append(.text("to", to.value.description)) }
        return .object(members)
    }
}

extension JSON.Member {
    static func text(_ name: String, _ value: String) -> JSON.Member { JSON.Member(name, .string(value)) }
}
