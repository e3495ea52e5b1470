import Domain
import Expressions
import Yams

extension PlanReader {
    static let componentKeys = [
        "for", "each", "over", "when", "of", "rate", "target", "amount", "curve", "goals", "milestones", "award",
        "paid",
        "requires", "multiply", "add", "cap", "floor", "then",
    ]

    mutating func readComponents(_ node: Node?, of parent: Node) {
        guard let node, let map = node.mapping, !map.isEmpty else {
            report(node ?? parent, "'components' names at least one component")
            return
        }
        for (key, value) in map {
            guard let name = key.string else { continue }
            guard value.mapping != nil else {
                report(value, "component '\(name)' is a list of 'key: value' lines")
                continue
            }
            checkKeys(value, PlanReader.componentKeys, in: "a component")
            if let component = value["each"] == nil ? creditComponent(name, value) : stateComponent(name, value) {
                check(component, at: value)
                warnOfCliffs(component)
                components.append(component)
            }
        }
    }

    // MARK: Of credits

    private mutating func creditComponent(_ name: String, _ node: Node) -> Plan.Component? {
        for key in ["target", "amount", "curve", "goals", "milestones", "award"] where node[key] != nil {
            report(node[key], "'\(key)' is paid for a period: say 'each: quarter' beside it")
        }
        guard let wanted = node["for"] else {
            report(node, "component '\(name)' does not say 'for: MEASURE'")
            return nil
        }
        guard let measure = measure(named: wanted.string, at: wanted) else { return nil }
        guard let rate = node["rate"] else {
            report(node, "component '\(name)' does not say its 'rate'")
            return nil
        }
        let filter = node["when"].flatMap { formula($0, as: .bool, in: .credit) }
        let base = node["of"].flatMap { amount($0) }
        let window =
            node["over"].flatMap { self.window($0, "over", among: Plan.Window.measureNames) }
            ?? measures[measure].window
        guard let rule = creditRule(rate, base: base, ofMoney: base == nil && measures[measure].of == nil) else {
            return nil
        }
        return Plan.Component(
            name: name, measure: measure, window: window, filter: filter, rule: rule,
            steps: steps(node, window: window),
            isPaid: flag(node["paid"], "paid", default: true))
    }

    private mutating func creditRule(_ node: Node, base: Formula?, ofMoney: Bool) -> Plan.Rule? {
        if node["lookup"] != nil { return lookup(node).map { .rate(of: base, .lookup($0)) } }
        if node["matrix"] != nil { return matrix(node, in: .credit).map { .rate(of: base, .matrix($0)) } }
        guard node.mapping != nil else { return scalarRate(node, ofMoney: ofMoney).map { .rate(of: base, $0) } }
        guard let (table, method, unit) = table(node, in: .credit) else { return nil }
        if unit == "amount" { report(node, "a tier of a credit's table has a 'rate'; amounts are for 'each: quarter'") }
        if table.axis == .value {
            guard method == nil || method == .byDealAfter || method == .byDealBefore else {
                report(node["method"], "tiers by '\(table.by.text)' choose a rate for each credit; leave 'method' out")
                return nil
            }
            return .rate(of: base, .bands(table))
        }
        guard let method else {
            if node["method"] == nil {
                report(node, "'method' must be said: \(Plan.Method.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return nil
        }
        return .table(of: base, table, method)
    }

    private mutating func scalarRate(_ node: Node, ofMoney: Bool) -> Plan.Rating? {
        let text = node.string ?? ""
        if let rate = try? Rate(text) {
            if ofMoney, text.last != "%", rate >= Rate(10) {
                warn(
                    node,
                    "'\(text)' of an amount of money is \(rate); write 6% or, for an amount per unit, 'of: line.quantity'"
                )
            }
            return .flat(rate)
        }
        if text.allSatisfy({ $0.isNumber || $0 == "%" || $0 == "," || $0 == "." || $0 == " " })
            || !text.contains(where: { ".(?*+<>=".contains($0) })
        {
            _ = rate(node)
            return nil
        }
        return formula(node, as: .decimal, in: .credit).map { .formula($0) }
    }

    // MARK: Of a period

    private mutating func stateComponent(_ name: String, _ node: Node) -> Plan.Component? {
        if let wanted = node["for"] {
            report(wanted, "'for' pays for credits and 'each' for a period: keep one of them")
        }
        if let over = node["over"] { report(over, "'each' says the period already; leave 'over' out") }
        guard let each = node["each"], let window = self.window(each, "each", among: Plan.Window.measureNames) else {
            return nil
        }
        let count = ["rate", "amount", "curve", "goals", "milestones", "award"].filter { node[$0] != nil }.count
        guard count == 1 else {
            report(node, "component '\(name)' says exactly one of rate, amount, curve, goals, milestones, award")
            return nil
        }
        var adjustments = steps(node, window: window)
        let condition = node["when"].flatMap { formula($0, as: .bool, in: .period) }
        guard let rule = stateRule(name, node, condition) else { return nil }
        if let condition, node["award"] == nil {
            adjustments.insert(Plan.Adjustment(kind: .requires(condition), window: window, when: nil), at: 0)
        }
        return Plan.Component(
            name: name, measure: nil, window: window, filter: nil, rule: .state(rule), steps: adjustments,
            isPaid: flag(node["paid"], "paid", default: true))
    }

    private mutating func stateRule(_ name: String, _ node: Node, _ condition: Formula?) -> Plan.StateRule? {
        if let award = node["award"] {
            return .award(award.string ?? "", when: condition)
        }
        if let amount = node["amount"] { return formula(amount, as: .decimal, in: .period).map { .amount($0) } }
        let target = node["target"].flatMap { formula($0, as: .decimal, in: .period) }
        if let curve = node["curve"] { return self.curve(curve).map { .curve(target: target, $0) } }
        if let goals = node["goals"] {
            guard let target else {
                if node["target"] == nil { report(node, "a scorecard has a 'target', the pay at 100%") }
                return nil
            }
            return .scorecard(target: target, self.goals(goals))
        }
        if let milestones = node["milestones"] { return self.milestones(milestones).map { .milestones($0) } }
        guard let rate = node["rate"] else { return nil }
        let base = node["of"].flatMap { formula($0, as: .decimal, in: .period) } ?? target
        if rate["matrix"] != nil { return matrix(rate, in: .period).map { .matrix(base: base, $0) } }
        guard rate.mapping != nil else {
            guard let base else {
                report(node, "component '\(name)' does not say 'of', what the rate is of")
                return nil
            }
            guard let factor = self.rate(rate) else { return nil }
            return .table(base: base, Plan.Table.single(factor, by: base), .retroactive)
        }
        guard let (table, method, unit) = table(rate, in: .period) else { return nil }
        if let method, method == .byDealAfter || method == .byDealBefore {
            report(rate["method"], "'\(method.rawValue)' is for the credits of a measure, not for a period")
        }
        if unit != "amount", base == nil, method == .retroactive || method == nil {
            report(node, "component '\(name)' does not say 'of' or 'target', what the rate is of")
        }
        return .table(base: base, table, method ?? .retroactive)
    }

    private mutating func goals(_ node: Node) -> [Plan.ScoredGoal] {
        guard let list = node.sequence, !list.isEmpty else {
            report(node, "'goals' lists at least one goal")
            return []
        }
        var goals: [Plan.ScoredGoal] = []
        for (index, element) in list.enumerated() {
            checkKeys(element, ["name", "weight", "score", "points", "below", "above", "interpolate"], in: "a goal")
            guard let weight = element["weight"].flatMap({ rate($0) }),
                let score = element["score"].flatMap({ formula($0, as: .decimal, in: .period) })
            else {
                if element["weight"] == nil || element["score"] == nil {
                    report(element, "a goal has 'weight' and 'score'")
                }
                continue
            }
            let curve = element["points"] == nil ? nil : curve(element, by: score)
            let name = element["name"]?.string ?? "goal \(index + 1)"
            goals.append(Plan.ScoredGoal(name: name, weight: weight, score: score, curve: curve))
        }
        let sum = goals.reduce(Number.zero) { (try? $0 + $1.weight.value) ?? $0 }
        if goals.count == list.count, sum != 1 { report(node, "the weights sum to \(Rate(sum)), not 100%") }
        return goals
    }
}

extension Plan.Table {
    /// One rate, whatever the value.
    static func single(_ rate: Rate, by formula: Formula) -> Plan.Table {
        Plan.Table(by: formula, axis: .value, boundary: .lower, tiers: [Plan.Tier(from: .zero, value: rate.value)])
    }
}
