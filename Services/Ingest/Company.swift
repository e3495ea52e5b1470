import Domain
import Plans

/// Everything the company has said about itself up to some offset of `commands`, with the lookups crediting makes.
struct Company: Sendable {
    private(set) var entities: [CompanyEntity.Key: CompanyEntity] = [:]
    private(set) var settings = Settings(name: "")
    private(set) var payees: [PayeeID: Payee] = [:]
    /// By first day.
    private(set) var contracts: [PayeeID: [Contract]] = [:]
    private(set) var quotas: [PayeeID: [Quota]] = [:]
    private(set) var products: Set<String> = []
    private(set) var plans: [String: Plan] = [:]
    private(set) var planTexts: [String: String] = [:]
    private(set) var mappings: [String: Mapping] = Mapping.builtIn
    private var rates: [Pair: Timeline<Number>] = [:]
    /// What a CRM may call a payee, in lower case.
    private var names: [String: PayeeID] = [:]

    private struct Pair: Hashable, Sendable {
        let from: Currency
        let to: Currency
    }

    mutating func apply(_ change: CompanyChange) {
        switch change {
        case .set(let entity):
            remove(entity.key)
            entities[entity.key] = entity
            insert(entity)
        case .remove(let key): remove(key)
        }
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
            plans[name] = try? Plan.shared(parsing: text, file: "plans/\(name).yaml")
        case .mapping(let source, let text):
            mappings[source] = try? Mapping(parsing: text, file: "mappings/\(source).yaml")
        }
    }

    private mutating func remove(_ key: CompanyEntity.Key) {
        guard let entity = entities.removeValue(forKey: key) else { return }
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

    /// What a CRM may call the payee: ID, name, email and aliases, in lower case.
    static func names(of payee: Payee) -> [String] {
        ([payee.id.text, payee.name, payee.email] + payee.aliases).filter { !$0.isEmpty }.map { $0.lowercased() }
    }
}

extension Company {
    /// `nil` when there is none, or one that reads payments.
    func dealMapping(_ source: String) -> Mapping? { mappings[source].flatMap { $0.payment == nil ? $0 : nil } }
}

// MARK: As of a date

extension Company {
    func payee(called name: String) -> Payee? { names[name.lowercased()].flatMap { payees[$0] } }

    func contract(of payee: PayeeID, on date: CalendarDate) -> Contract? {
        contracts[payee]?.last { $0.covers(date) }
    }

    func manager(of payee: PayeeID, on date: CalendarDate) -> PayeeID? {
        payees[payee]?.managers[on: date] ?? nil
    }

    /// How much of `to` one `from` is worth on that day; `nil` when nobody has said.
    func exchangeRate(from: Currency, to: Currency, on date: CalendarDate) -> Number? {
        rates[Pair(from: from, to: to)]?[on: date]
    }

    /// The day before the next rate of that pair; `nil` when it holds without end.
    func lastDay(of rate: ExchangeRate) -> CalendarDate? {
        rates[Pair(from: rate.from, to: rate.to)]?.spans.first { $0.from > rate.date }?.from.adding(days: -1)
    }

    /// What one of each currency is worth in this one on that day, by currency; nothing of those that nobody knows.
    func exchangeRates(to currency: Currency, on date: CalendarDate) -> [ExchangeRate] {
        rates.compactMap { pair, line in
            guard pair.to == currency, let rate = line[on: date] else { return nil }
            return ExchangeRate(from: pair.from, to: currency, date: date, rate: rate)
        }.sorted { $0.from < $1.from }
    }
}
