import Domain
import Plans
import Records
import SwiftProtobuf

/// The credited deals that a change of the company may concern, as a retry record names them.
struct AffectedDeals {
    private let isEverything: Bool
    private let payees: [String: [WireAffected.Span]]
    private let currencies: [String: [WireAffected.Span]]
    private let sources: Set<String>

    init(_ wire: WireAffected) {
        isEverything = wire.everything
        payees = Dictionary(grouping: wire.payees, by: \.name)
        currencies = Dictionary(grouping: wire.currencies, by: \.name)
        sources = Set(wire.sources)
    }

    var isEmpty: Bool { !isEverything && payees.isEmpty && currencies.isEmpty && sources.isEmpty }

    /// Whether its records are read by another mapping now.
    func isRead(_ state: DealState) -> Bool { state.sources.contains { sources.contains($0) } }

    /// Whether its credits may be others now.
    func isCredited(_ state: DealState) -> Bool {
        if isEverything { return !state.revisions.isEmpty }
        guard state.closed != nil else { return false }
        return has(currencies[state.creditedCurrency], state.closed)
            || state.credits.contains { has(payees[$0.payee.text], state.closed) }
            || state.consulted.contains { has(payees[$0], state.closed) }
    }

    /// Days are written so that their texts are in their order.
    private func has(_ spans: [WireAffected.Span]?, _ closed: CalendarDate?) -> Bool {
        guard let spans else { return false }
        let day = closed?.description ?? ""
        return spans.contains { $0.from <= day && (day <= $0.through || $0.through.isEmpty) }
    }
}

extension WireAffected {
    /// With more names than this, everything is looked at: the record goes to every partition.
    private static let limit = 2000

    /// What the keys that a change set names have changed between two states of the company.
    init(_ keys: Set<CompanyEntity.Key>, from before: Company, to after: Company) {
        self.init()
        for key in keys.sorted() where before.entities[key] != after.entities[key] {
            add(key, before, after)
        }
        if payees.count + currencies.count + sources.count > WireAffected.limit { everything = true }
        if everything { (payees, currencies, sources) = ([], [], sources.count > WireAffected.limit ? [] : sources) }
    }

    private mutating func add(_ key: CompanyEntity.Key, _ before: Company, _ after: Company) {
        switch (before.entities[key] ?? after.entities[key], after.entities[key]) {
        case (.settings(let old), .settings(let new)?):
            var renamed = old
            renamed.name = new.name
            if renamed != new { everything = true }
        case (.settings, nil): everything = true
        case (.payee(let payee), _): add(payee.id, before.payees[payee.id], after.payees[payee.id])
        case (.contract(let contract), _): add(contract, after.entities[key], isDated: before.isDated || after.isDated)
        case (.quota(let quota), nil):
            // That of a month may stand in for the year's.
            payees.append(span(quota.payee.text, nil, nil))
        case (.exchangeRate(let rate), _):
            currencies.append(span(rate.from.code, rate.date, after.lastDay(of: rate)))
        case (.product, let new):
            // One more is nothing new to deals that are credited, unless any product was good before.
            if new == nil || before.products.isEmpty { everything = true }
        case (.plan(let name, _), _): addPlan(name, before, after)
        case (.mapping(let source, _), _): sources.append(source)
        case (.quota, _), (nil, _), (.settings, _): break
        }
    }

    private mutating func add(_ id: PayeeID, _ old: Payee?, _ new: Payee?) {
        guard let old, let new, Company.names(of: old) == Company.names(of: new) else {
            return payees.append(span(id.text, nil, nil))
        }
        guard let day = old.managers.firstDifference(from: new.managers) else { return }
        payees.append(span(id.text, day, nil))
    }

    /// Where plans count deals by other days than their close, a contract may concern any of the payee's.
    private mutating func add(_ contract: Contract, _ new: CompanyEntity?, isDated: Bool) {
        var last = contract.to
        if case .contract(let new)? = new { last = last.flatMap { old in new.to.map { max(old, $0) } } }
        payees.append(isDated ? span(contract.payee.text, nil, nil) : span(contract.payee.text, contract.from, last))
    }

    /// Rates and rules are the calculator's; crediting asks a plan for its currency and the quotas it needs.
    private mutating func addPlan(_ name: String, _ before: Company, _ after: Company) {
        if let old = before.plans[name], let new = after.plans[name], old.plan.isCreditedLike(new.plan) { return }
        let isDated = before.isDated || after.isDated
        let contracts = [before, after].flatMap { $0.contracts.values.joined() }.filter { $0.plan == name }
        let ordered = Set(contracts).sorted {
            ($0.payee, $0.from, $0.to ?? .last) < ($1.payee, $1.from, $1.to ?? .last)
        }
        for contract in ordered {
            add(contract, nil, isDated: isDated)
        }
    }

    private func span(_ name: String, _ from: CalendarDate?, _ through: CalendarDate?) -> Span {
        .with {
            $0.name = name
            $0.from = from?.description ?? ""
            $0.through = through?.description ?? ""
        }
    }
}

extension Company {
    fileprivate var isDated: Bool { plans.values.contains { $0.date != .closed } }
}

extension Timeline {
    /// The first day on which the two may hold different values; `nil` when there is none.
    func firstDifference(from other: Timeline) -> CalendarDate? {
        let (ours, others) = (Set(spans), Set(other.spans))
        return ours.symmetricDifference(others).map(\.from).min()
    }
}

extension CompanyChange {
    var key: CompanyEntity.Key {
        switch self {
        case .set(let entity): entity.key
        case .remove(let key): key
        }
    }
}

extension Plan {
    /// Whether a credit under the one is a credit under the other: in the same currency, with the same fields, measured by
    /// the same quotas.
    fileprivate func isCreditedLike(_ other: Plan) -> Bool {
        guard currency == other.currency, fields == other.fields, date == other.date, adjustables == other.adjustables,
            measures.count == other.measures.count,
            components.count == other.components.count
        else { return false }
        return zip(measures, other.measures).allSatisfy {
            $0.roles == $1.roles && $0.window == $1.window && $0.quota == $1.quota
        }
            && zip(components, other.components).allSatisfy {
                $0.measure == $1.measure && $0.rule.measured == $1.rule.measured
            }
    }
}
