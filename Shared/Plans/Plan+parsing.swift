package import Domain
import Yams

extension Plan {
    /// Reads a plan file; throws every problem it has.
    package init(parsing text: String, file: String) throws(FileProblems) {
        var parser = PlanParser(file: file)
        let plan = parser.plan(text)
        guard let plan, parser.problems.isEmpty else { throw FileProblems(all: parser.problems) }
        self = plan
    }
}

private struct PlanParser {
    let file: String
    var problems: [FileProblem] = []
    /// Measures that are there and have mistakes, which are reported once, not again wherever they are named.
    private var broken: Set<String> = []

    init(file: String) { self.file = file }

    private mutating func report(_ node: Node?, _ message: String) {
        problems.append(FileProblem(file: file, line: node?.mark?.line, column: node?.mark?.column, message))
    }

    mutating func plan(_ text: String) -> Plan? {
        guard let root = root(text) else { return nil }
        let map = root.mapping ?? [:]
        checkKeys(root, ["plan", "title", "currency", "pays", "measures", "components", "rounding"], in: "a plan")
        let name = required(map, "plan", of: root)
        let currency = required(map, "currency", of: root).flatMap { code in
            Currency(code).orReport { report(map["currency"], "'\(code)' is not an ISO 4217 currency such as USD") }
        }
        let measures = measures(map["measures"], of: root)
        let components = components(map["components"], of: root, measures: measures)
        guard let name, let currency else { return nil }
        return Plan(
            name: name, title: map["title"]?.string ?? name, currency: currency, pays: pays(map["pays"]),
            measures: measures, components: components, rounding: rounding(map["rounding"], currency: currency))
    }

    private mutating func root(_ text: String) -> Node? {
        do {
            let node = try Yams.compose(yaml: text)
            if node?.mapping == nil { report(node, "a plan file is a list of 'key: value' lines, beginning with 'plan: NAME'") }
            return node?.mapping == nil ? nil : node
        } catch {
            problems.append(yamlProblem(error, file: file))
            return nil
        }
    }

    private mutating func checkKeys(_ node: Node, _ known: [String], in place: String) {
        for (key, _) in node.mapping ?? [:] {
            guard let name = key.string else {
                report(key, "a key of \(place) is a text")
                continue
            }
            guard !known.contains(name) else { continue }
            report(key, "'\(name)' is not a key of \(place)\(suggestion(for: name, among: known))")
        }
    }

    private mutating func required(_ map: Node.Mapping, _ key: String, of parent: Node) -> String? {
        guard let node = map[key] else {
            report(parent, "'\(key)' is missing")
            return nil
        }
        guard let text = node.string, !text.isEmpty else {
            report(node, "'\(key)' is a text")
            return nil
        }
        return text
    }

    private mutating func pays(_ node: Node?) -> PeriodKind {
        let names = [
            "weekly": PeriodKind.week, "semi-monthly": .semiMonth, "monthly": .month, "quarterly": .quarter,
            "annual": .year,
        ]
        guard let node else { return .month }
        guard let kind = names[node.string ?? ""] else {
            report(node, "'pays' is weekly, semi-monthly, monthly, quarterly or annual")
            return .month
        }
        return kind
    }

    private mutating func rounding(_ node: Node?, currency: Currency) -> Rounding {
        guard let node else { return .halfEven }
        guard node.mapping != nil else {
            report(node, "'rounding' is written as {mode: half-even, places: \(currency.minorPlaces), at: total}")
            return .halfEven
        }
        checkKeys(node, ["mode", "places", "at"], in: "rounding")
        if let places = node["places"], places.int != currency.minorPlaces {
            report(places, "\(currency) is paid with \(currency.minorPlaces) decimal places")
        }
        if let at = node["at"], at.string != "total" { report(at, "'at' is total") }
        guard let mode = node["mode"] else { return .halfEven }
        return Rounding(rawValue: mode.string ?? "").orReport {
            report(mode, "'mode' is one of \(Rounding.allCases.map(\.rawValue).joined(separator: ", "))")
        } ?? .halfEven
    }

    private mutating func measures(_ node: Node?, of parent: Node) -> [Plan.Measure] {
        guard let node, let map = node.mapping, !map.isEmpty else {
            report(node ?? parent, "'measures' names at least one measure")
            return []
        }
        return map.compactMap { key, value in
            guard let name = key.string else {
                report(key, "a measure's name is a text")
                return nil
            }
            let measure = measure(name, value)
            if measure == nil { broken.insert(name) }
            return measure
        }
    }

    private mutating func measure(_ name: String, _ node: Node) -> Plan.Measure? {
        checkKeys(node, ["of", "roles", "date", "over", "quota"], in: "a measure")
        if let of = node["of"], of.string != "credit.amount" { report(of, "'of' is credit.amount") }
        if let date = node["date"], date.string != "deal.closed" { report(date, "'date' is deal.closed") }
        guard let over = node["over"] else {
            report(node, "measure '\(name)' does not say 'over: month', quarter, half or year")
            return nil
        }
        guard let kind = PeriodKind(rawValue: over.string ?? ""), kind != .week, kind != .semiMonth else {
            report(over, "'over' is month, quarter, half or year")
            return nil
        }
        return Plan.Measure(name: name, roles: roles(node["roles"]), over: kind, quota: quota(node["quota"]))
    }

    /// Those whose credits count; none for all. A role that nobody has would count nothing, silently.
    private mutating func roles(_ node: Node?) -> [Role] {
        guard let node else { return [] }
        guard let sequence = node.sequence, !sequence.isEmpty else {
            report(node, "'roles' is a list such as [owner, split]; leave it out to count all")
            return []
        }
        return sequence.compactMap { element in
            let name = element.string ?? ""
            let level = name.hasPrefix("manager-") ? Int(name.dropFirst(8)) : nil
            if name == "owner" || name == "split" { return Role(name) }
            if let level, level > 0, Role.manager(level: level) == Role(name) { return Role(name) }
            report(element, "there is no role '\(name)'\(suggestion(for: name, among: ["owner", "split", "manager-1", "manager-2"]))")
            return nil
        }
    }

    private mutating func quota(_ node: Node?) -> String? {
        guard let node else { return nil }
        let prefix = "contract.quota."
        guard let text = node.string, text.hasPrefix(prefix), text.utf8.count > prefix.utf8.count else {
            report(node, "'quota' is contract.quota.NAME")
            return node.string ?? ""
        }
        return String(text.dropFirst(prefix.count))
    }

    private mutating func components(_ node: Node?, of parent: Node, measures: [Plan.Measure]) -> [Plan.Component] {
        guard let node, let map = node.mapping, !map.isEmpty else {
            report(node ?? parent, "'components' names at least one component")
            return []
        }
        return map.compactMap { key, value in
            guard let name = key.string else {
                report(key, "a component's name is a text")
                return nil
            }
            return component(name, value, measures)
        }
    }

    private mutating func component(_ name: String, _ node: Node, _ measures: [Plan.Measure]) -> Plan.Component? {
        checkKeys(node, ["for", "rate"], in: "a component")
        guard let wanted = node["for"], let measure = index(wanted.string, at: wanted, in: measures) else {
            if node["for"] == nil { report(node, "component '\(name)' does not say 'for: MEASURE'") }
            return nil
        }
        guard let rate = node["rate"] else {
            report(node, "component '\(name)' does not say its 'rate'")
            return nil
        }
        guard let rule = rule(rate, measures) else { return nil }
        if case .marginal(let by, _) = rule { check(rate["by"], by: measures[by], pays: measures[measure]) }
        return Plan.Component(name: name, measure: measure, rate: rule)
    }

    /// What is paid for has to count toward the attainment that rates it, else it would earn nothing.
    private mutating func check(_ node: Node?, by: Plan.Measure, pays: Plan.Measure) {
        guard !by.roles.isEmpty, pays.roles.isEmpty || !pays.roles.allSatisfy({ by.roles.contains($0) }) else { return }
        report(node, "measure '\(by.name)' does not count all roles of '\(pays.name)', so some credits would earn nothing")
    }

    private mutating func index(_ name: String?, at node: Node, in measures: [Plan.Measure]) -> Int? {
        if let index = measures.firstIndex(where: { $0.name == name }) { return index }
        if let name, broken.contains(name) { return nil }
        report(node, "there is no measure '\(name ?? "")'\(suggestion(for: name ?? "", among: measures.map(\.name)))")
        return nil
    }

    private mutating func rule(_ node: Node, _ measures: [Plan.Measure]) -> Plan.RateRule? {
        guard node.mapping != nil else { return rate(node).map(Plan.RateRule.flat) }
        checkKeys(node, ["by", "method", "boundary", "tiers"], in: "a rate")
        if node["method"]?.string != "marginal" { report(node["method"] ?? node, "'method' is marginal") }
        // Under the marginal method both conventions pay the same; the file says it all the same.
        if !["lower-inclusive", "upper-inclusive"].contains(node["boundary"]?.string ?? "") {
            report(node["boundary"] ?? node, "'boundary' must be said: lower-inclusive or upper-inclusive")
        }
        guard let by = node["by"], let text = by.string, text.hasPrefix("attainment("), text.hasSuffix(")") else {
            report(node["by"] ?? node, "'by' is attainment(MEASURE)")
            return nil
        }
        guard let measure = index(String(text.dropFirst(11).dropLast()), at: by, in: measures) else { return nil }
        if measures[measure].quota == nil {
            report(by, "measure '\(measures[measure].name)' has no quota, so it has no attainment")
        }
        return tiers(node["tiers"], of: node).map { .marginal(by: measure, tiers: $0) }
    }

    private mutating func tiers(_ node: Node?, of parent: Node) -> [Plan.Tier]? {
        guard let node, let sequence = node.sequence, !sequence.isEmpty else {
            report(node ?? parent, "'tiers' lists at least one tier")
            return nil
        }
        var result: [Plan.Tier] = []
        for element in sequence {
            checkKeys(element, ["from", "rate"], in: "a tier")
            guard let from = element["from"].flatMap({ rate($0) }), let rate = element["rate"].flatMap({ rate($0) }) else {
                if element["from"] == nil || element["rate"] == nil { report(element, "a tier has 'from' and 'rate'") }
                continue
            }
            if result.isEmpty, from != Rate(0) { report(element, "the first tier starts from 0%, so that none is missing") }
            if let last = result.last, from <= last.from { report(element, "tiers rise: \(from) is not above \(last.from)") }
            result.append(Plan.Tier(from: from, rate: rate))
        }
        return result
    }

    private mutating func rate(_ node: Node) -> Rate? {
        guard let text = node.string, let rate = try? Rate(text) else {
            report(node, "'\(node.string ?? "")' is not a rate such as 6% or 0.06")
            return nil
        }
        return rate
    }
}

extension Optional {
    fileprivate func orReport(_ report: () -> Void) -> Wrapped? {
        if self == nil { report() }
        return self
    }
}
