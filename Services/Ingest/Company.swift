import Domain
import Plans

/// Everything the company has said about itself up to some offset of `commands`, with the lookups crediting makes.
///
/// Behind a reference, because every deal looks at it and every task holds it; whoever changes it changes a copy, unless
/// nobody else holds it.
struct Company: Sendable {
    private var content = Content(Values())
    /// The meaning of evaluation that terms get: as of the last change, so that a replay tells what was told.
    var evaluation: Int32 = 1

    private final class Content: Sendable {
        /// Written only while one company holds it.
        nonisolated(unsafe) fileprivate var values: Values
        init(_ values: Values) { self.values = values }
    }

    fileprivate struct Values: Sendable {
        var entities: [CompanyEntity.Key: CompanyEntity] = [:]
        var settings = Settings(name: "")
        var payees: [PayeeID: Payee] = [:]
        var contracts: [PayeeID: [Contract]] = [:]
        var quotas: [PayeeID: [Quota]] = [:]
        var products: Set<String> = []
        var plans: [String: CreditedPlan] = [:]
        var planTexts: [String: String] = [:]
        var mappings: [String: Mapping] = Mapping.builtIn
        var rates: [Pair: Timeline<Number>] = [:]
        /// What a CRM may call a payee, in lower case.
        var names: [String: PayeeID] = [:]
        /// What the dictionaries above say of each payee.
        var files: [PayeeID: PayeeFile] = [:]
    }

    fileprivate struct Pair: Hashable, Sendable {
        let from: Currency
        let to: Currency
    }

    mutating func apply(_ change: CompanyChange) { apply([change]) }

    mutating func apply(_ changes: [CompanyChange]) {
        if !isKnownUniquelyReferenced(&content) { content = Content(content.values) }
        content.values.apply(changes)
    }

    var entities: [CompanyEntity.Key: CompanyEntity] { content.values.entities }
    var settings: Settings { content.values.settings }
    var payees: [PayeeID: Payee] { content.values.payees }
    /// By first day.
    var contracts: [PayeeID: [Contract]] { content.values.contracts }
    var quotas: [PayeeID: [Quota]] { content.values.quotas }
    var products: Set<String> { content.values.products }
    var plans: [String: CreditedPlan] { content.values.plans }
    var planTexts: [String: String] { content.values.planTexts }
    var mappings: [String: Mapping] { content.values.mappings }
}

/// A plan, and what crediting asks it for every credit.
final class CreditedPlan: Sendable {
    let plan: Plan
    let currency: Currency
    let date: Plan.Dating
    let fields: [Plan.Field]
    let quotasNeeded: [Plan.NeededQuota]

    init(_ plan: Plan) {
        self.plan = plan
        currency = plan.currency
        date = plan.date
        fields = plan.fields
        quotasNeeded = plan.quotasNeeded
    }
}

/// What crediting asks about one payee, found at once.
final class PayeeFile: Sendable {
    let id: PayeeID
    let contracts: [Engagement]
    let quotas: [Quota]
    private let managers: [Timeline<PayeeID?>.Span]

    /// A contract, and its plan if there is one.
    final class Engagement: Sendable {
        let contract: Contract
        let plan: CreditedPlan?

        init(_ contract: Contract, _ plan: CreditedPlan?) {
            self.contract = contract
            self.plan = plan
        }
    }

    init(
        _ id: PayeeID, _ payee: Payee?, _ contracts: [Contract], _ quotas: [Quota], plan: (String) -> CreditedPlan?
    ) {
        self.id = id
        self.contracts = contracts.map { Engagement($0, plan($0.plan)) }
        self.quotas = quotas
        managers = payee?.managers.spans ?? []
    }

    func contract(on date: CalendarDate) -> Engagement? { contracts.last { $0.contract.covers(date) } }

    func manager(on date: CalendarDate) -> PayeeID? { managers.last { $0.from <= date }?.value }
}

extension Company.Values {
    typealias Pair = Company.Pair

    mutating func apply(_ changes: [CompanyChange]) {
        entities.reserveCapacity(entities.count + changes.count)
        var concerned: Set<PayeeID> = []
        for change in changes {
            switch change {
            case .set(let entity):
                if let old = entities.updateValue(entity, forKey: entity.key) { remove(old) }
                insert(entity)
                note(entity, &concerned)
            case .remove(let key):
                guard let gone = entities.removeValue(forKey: key) else { continue }
                remove(gone)
                note(gone, &concerned)
            }
        }
        // What is known of a payee is put together anew where it changed.
        for payee in concerned { renew(payee) }
    }

    private func note(_ entity: CompanyEntity, _ concerned: inout Set<PayeeID>) {
        switch entity {
        case .payee(let it): concerned.insert(it.id)
        case .contract(let it): concerned.insert(it.payee)
        case .quota(let it): concerned.insert(it.payee)
        case .plan(let name, _):
            for (payee, contracts) in contracts where contracts.contains(where: { $0.plan == name }) {
                concerned.insert(payee)
            }
        case .settings, .exchangeRate, .product, .mapping: break
        }
    }

    private mutating func renew(_ payee: PayeeID) {
        files[payee] = PayeeFile(
            payee, payees[payee], contracts[payee] ?? [], quotas[payee] ?? [], plan: { plans[$0] })
    }

    private mutating func insert(_ entity: CompanyEntity) {
        switch entity {
        case .settings(let it): settings = it
        case .payee(let it):
            payees[it.id] = it
            for name in Company.names(of: it) { names[name] = it.id }
        case .contract(let it):
            contracts[it.payee, default: []].append(it)
            contracts[it.payee]?.sort { ($0.from, $0.plan) < ($1.from, $1.plan) }
        case .quota(let it):
            quotas[it.payee, default: []].append(it)
            quotas[it.payee]?.sort { ($0.period, $0.measure) < ($1.period, $1.measure) }
        case .exchangeRate(let it):
            rates[Pair(from: it.from, to: it.to), default: Timeline()].set(it.rate, from: it.date)
        case .product(let name): products.insert(name)
        case .plan(let name, let text):
            planTexts[name] = text
            plans[name] = (try? Plan.shared(parsing: text, file: "plans/\(name).yaml")).map { CreditedPlan($0) }
        case .mapping(let source, let text):
            mappings[source] = try? Mapping.parse(text, file: "mappings/\(source).yaml")
        }
    }

    private mutating func remove(_ entity: CompanyEntity) {
        switch entity {
        case .settings: settings = Settings(name: "")
        case .payee(let it):
            payees[it.id] = nil
            for name in Company.names(of: it) where names[name] == it.id { names[name] = nil }
        case .contract(let it): contracts[it.payee]?.removeAll { $0 == it }
        case .quota(let it): quotas[it.payee]?.removeAll { $0 == it }
        case .exchangeRate(let it): removeRate(it)
        case .product(let name): products.remove(name)
        case .plan(let name, _): (plans[name], planTexts[name]) = (nil, nil)
        case .mapping(let source, _): mappings[source] = Mapping.builtIn[source]
        }
    }

    private mutating func removeRate(_ rate: ExchangeRate) {
        let pair = Pair(from: rate.from, to: rate.to)
        rates[pair] = rates[pair].map { line in Timeline(line.spans.filter { $0.from != rate.date }) }
    }
}

extension Company {
    /// What a CRM may call the payee: ID, name, email and aliases, in lower case.
    static func names(of payee: Payee) -> [String] {
        ([payee.id.text, payee.name, payee.email] + payee.aliases).filter { !$0.isEmpty }.map { $0.lowercased() }
    }
}

extension Company {
    /// `nil` when there is none, or one that reads payments.
    func dealMapping(_ source: String) -> Mapping? {
        content.values.mappings[source].flatMap { $0.payment == nil ? $0 : nil }
    }
}

// MARK: As of a date

extension Company {
    /// Most CRMs' names are IDs, which are found as they are.
    func payeeID(called name: String) -> PayeeID? {
        content.values.names[name] ?? content.values.names[name.lowercased()]
    }
    func payee(called name: String) -> Payee? { payeeID(called: name).flatMap { payees[$0] } }

    func contract(of payee: PayeeID, on date: CalendarDate) -> Contract? {
        content.values.contracts[payee]?.last { $0.covers(date) }
    }

    func file(called name: String) -> PayeeFile? { payeeID(called: name).flatMap { file(of: $0) } }

    /// All about one payee; `nil` of one who has nothing.
    func file(of payee: PayeeID) -> PayeeFile? { content.values.files[payee] }

    func manager(of payee: PayeeID, on date: CalendarDate) -> PayeeID? {
        content.values.payees[payee]?.managers[on: date] ?? nil
    }

    /// How much of `to` one `from` is worth on that day; `nil` when nobody has said.
    func exchangeRate(from: Currency, to: Currency, on date: CalendarDate) -> Number? {
        content.values.rates[Pair(from: from, to: to)]?[on: date]
    }

    /// The day before the next rate of that pair; `nil` when it holds without end.
    func lastDay(of rate: ExchangeRate) -> CalendarDate? {
        content.values.rates[Pair(from: rate.from, to: rate.to)]?.spans.first { $0.from > rate.date }?.from.adding(
            days: -1)
    }

    /// What one of each currency is worth in this one on that day, by currency; nothing of those that nobody knows.
    func exchangeRates(to currency: Currency, on date: CalendarDate) -> [ExchangeRate] {
        content.values.rates.compactMap { pair, line in
            guard pair.to == currency, let rate = line[on: date] else { return nil }
            return ExchangeRate(from: pair.from, to: currency, date: date, rate: rate)
        }.sorted { $0.from < $1.from }
    }
}
