import Domain
import Expressions
import Yams

extension PlanReader {
    mutating func readMeasures(_ node: Node?, of parent: Node) {
        guard let node, let map = node.mapping, !map.isEmpty else {
            report(node ?? parent, "'measures' names at least one measure")
            return
        }
        for (key, value) in map {
            guard let name = key.string else { continue }
            guard value.mapping != nil else {
                report(value, "measure '\(name)' is a list of 'key: value' lines")
                continue
            }
            if let measure = measure(name, value) { measures.append(measure) }
        }
        readDate(of: map.compactMap { key, value in key.string.map { ($0, value) } })
    }

    private mutating func measure(_ name: String, _ node: Node) -> Plan.Measure? {
        checkKeys(node, ["of", "where", "roles", "date", "over", "quota"], in: "a measure")
        let of = node["of"].flatMap { amount($0) }
        let filter = node["where"].flatMap { self.formula($0, as: .bool, in: .credit) }
        for read in [of, filter].compactMap({ $0 }) where !read.measures.isEmpty || !read.components.isEmpty {
            report(node["of"], "a measure adds up values of credits and cannot read another measure or component")
        }
        guard let over = node["over"] else {
            report(node, "measure '\(name)' does not say 'over: month', quarter, half or year")
            return nil
        }
        guard let window = self.window(over, "over", among: Plan.Window.measureNames) else { return nil }
        let roles = roles(node["roles"])
        // A quota with mistakes is there all the same: nobody is told that it is missing.
        let goal = node["quota"].map { node in
            self.goal(node, window) ?? Plan.Goal(name: nil, amount: nil, ramp: [], isProrated: false)
        }
        return Plan.Measure(name: name, roles: roles, of: of, filter: filter, window: window, goal: goal)
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
            report(
                element,
                "there is no role '\(name)'\(suggestion(for: name, among: ["owner", "split", "manager-1", "manager-2"]))"
            )
            return nil
        }
    }

    /// `nil` for the amount of the credit, which needs no expression.
    mutating func amount(_ node: Node) -> Formula? {
        node.string == "credit.amount" ? nil : formula(node, as: .decimal, in: .credit)
    }

    private mutating func goal(_ node: Node, _ window: Plan.Window) -> Plan.Goal? {
        guard node.mapping != nil else { return goal(node, ramp: [], isProrated: false) }
        checkKeys(node, ["amount", "ramp", "prorate"], in: "a quota")
        var ramp: [Rate] = []
        for element in node["ramp"]?.sequence ?? [] { if let rate = self.rate(element) { ramp.append(rate) } }
        if let list = node["ramp"], list.sequence == nil { report(list, "'ramp' is a list such as [25%, 50%, 75%]") }
        if let prorate = node["prorate"], prorate.string != "days" { report(prorate, "'prorate' is days") }
        if node["ramp"] != nil || node["prorate"] != nil, window == .deal || window == .plan {
            report(node, "a quota over a \(window.text) cannot be ramped or prorated")
        }
        guard let amount = node["amount"] else {
            report(node, "'amount' is missing")
            return nil
        }
        return goal(amount, ramp: ramp, isProrated: node["prorate"] != nil)
    }

    private mutating func goal(_ node: Node, ramp: [Rate], isProrated: Bool) -> Plan.Goal? {
        let prefix = "contract.quota."
        if let text = node.string, text.hasPrefix(prefix) {
            let name = text.dropFirst(prefix.count)
            let isName = name.utf8.allSatisfy {
                $0 == 45 || $0 == 95 || $0 >= 128 || (48...57).contains($0) || (65...90).contains($0 & 0xDF)
            }
            if isName, !name.isEmpty {
                return Plan.Goal(name: String(name), amount: nil, ramp: ramp, isProrated: isProrated)
            }
        }
        guard let text = node.string, !text.isEmpty, text != prefix else {
            report(node, "'quota' is contract.quota.NAME")
            return nil
        }
        guard text.contains(where: { "(.+*/".contains($0) || $0.isNumber }) else {
            report(node, "'quota' is contract.quota.NAME")
            return nil
        }
        guard let formula = self.formula(node, as: .decimal, in: .period) else { return nil }
        guard formula.measures.isEmpty, formula.components.isEmpty else {
            report(node, "a quota cannot read a measure or a component")
            return nil
        }
        return Plan.Goal(name: nil, amount: formula, ramp: ramp, isProrated: isProrated)
    }
}
