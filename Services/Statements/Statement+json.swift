import Domain
import Records

extension Statement {
    /// The canonical form, without a line break: members in this order, nothing left to a library's version, since
    /// statements are compared by the hash of these bytes for ever. Amounts are text: JSON numbers are binary in most
    /// readers.
    var json: JSON { .object(members) }

    var members: [JSON.Member] { heading + figures }

    var heading: [JSON.Member] { [.text("payee", payee.text), .text("period", period.label)] }

    /// Sections that have nothing are left out: most statements are earnings alone.
    var figures: [JSON.Member] {
        var members = [JSON.Member("balances", .array(balances.map(\.json)))]
        for section in Section.allCases {
            let found = components.filter { $0.section == section }
            guard section == .earned || !found.isEmpty else { continue }
            members.append(JSON.Member(section.memberName, .array(found.map { $0.json(in: period) })))
        }
        if !entries.isEmpty { members.append(JSON.Member("entries", .array(entries.map(\.json)))) }
        return members
    }
}

extension Statement.Section {
    fileprivate var memberName: String {
        switch self {
        case .earned: "components"
        case .corrections: "corrections"
        case .releases: "releases"
        }
    }
}

extension Statement.Balance {
    fileprivate var json: JSON {
        var members: [JSON.Member] = [.text("currency", currency.code), .text("opening", opening.plain(currency))]
        members += movements.map { .text($0.kind.memberName, $0.amount.plain(currency)) }
        members.append(.text("closing", closing.plain(currency)))
        if !held.isZero { members.append(.text("heldBalance", held.plain(currency))) }
        if !draw.isZero { members.append(.text("drawBalance", draw.plain(currency))) }
        return .object(members)
    }
}

extension Statement.Movement.Kind {
    var memberName: String { self == .writtenOff ? "writtenOff" : rawValue }
}

extension Statement.Entry {
    fileprivate var json: JSON {
        var members: [JSON.Member] = [
            .text("kind", kind.memberName), .text("currency", currency.code), .text("amount", amount.plain(currency)),
        ]
        if !note.isEmpty { members.append(.text("note", note)) }
        if let adjustment {
            members += [
                .text("id", adjustment.id), .text("reason", adjustment.reason), .text("by", adjustment.by),
                .text("approvedBy", adjustment.approvedBy),
            ]
        }
        if let payout {
            members += [
                .text("channel", payout.channel.rawValue),
                .text("payout", payout.amount.amount.plain(payout.amount.currency)),
                .text("payoutCurrency", payout.amount.currency.code),
            ]
            if let rate = payout.exchangeRate { members.append(.text("exchangeRate", rate.description)) }
        }
        return .object(members)
    }
}

extension Statement.Component {
    fileprivate func json(in period: Period) -> JSON {
        .object([
            .text("component", name), .text("currency", currency.code), .text("subtotal", subtotal.plain(currency)),
            JSON.Member("lines", .array(lines.map { $0.json(in: period) })),
        ])
    }
}

extension Statement.Line {
    fileprivate func json(in period: Period) -> JSON {
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
        members += [.text("credit", credit.amount.amount.plain(currency)), .text("amount", amount.plain(currency))]
        if released != amount { members.append(.text("due", released.plain(currency))) }
        if earned != period { members.append(.text("earnedIn", earned.label)) }
        members.append(JSON.Member("explanation", explanation.json(currency)))
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
        if !release.isEmpty { members.append(.text("release", release)) }
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
        if !note.isEmpty { members.append(.text("note", note)) }
        return .object(members)
    }
}

extension JSON.Member {
    static func text(_ name: String, _ value: String) -> JSON.Member { JSON.Member(name, .string(value)) }
}
