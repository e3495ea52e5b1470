import Domain
import Expressions
import Yams

/// Adjustments of a component and of the total, in the order they are written.
extension PlanReader {
    static let stepKeys = ["requires", "multiply", "add", "cap", "floor"]

    mutating func steps(_ node: Node, window: Plan.Window) -> [Plan.Adjustment] {
        var result: [Plan.Adjustment] = []
        for (key, value) in node.mapping ?? [:] {
            guard let name = key.string else { continue }
            if PlanReader.stepKeys.contains(name) {
                if let step = step(name, value, window: window, per: nil, when: nil) { result.append(step) }
            } else if name == "then" {
                guard let list = value.sequence else {
                    report(value, "'then' is a list of steps such as '- multiply: 110%'")
                    continue
                }
                for element in list { if let step = step(element, window: window) { result.append(step) } }
            }
        }
        return result
    }

    /// An element of `then` or `total`.
    private mutating func step(_ node: Node, window: Plan.Window) -> Plan.Adjustment? {
        checkKeys(node, PlanReader.stepKeys + ["per", "when", "name", "of"], in: "a step")
        let kinds = PlanReader.stepKeys.filter { node[$0] != nil }
        guard kinds.count == 1, let kind = kinds.first, let value = node[kind] else {
            report(node, "a step says exactly one of \(PlanReader.stepKeys.joined(separator: ", "))")
            return nil
        }
        return step(kind, value, window: window, per: node["per"], when: node["when"])
    }

    private mutating func step(
        _ kind: String, _ node: Node, window: Plan.Window, per: Node?, when: Node?
    ) -> Plan.Adjustment? {
        let isMap = node.mapping != nil
        let isTable = isMap && node["tiers"] != nil
        if isMap, !isTable { checkKeys(node, ["amount", "per", "when"], in: "'\(kind)'") }
        let perNode = isTable ? per : node["per"] ?? per
        let whenNode = isTable ? when : node["when"] ?? when
        let span = perNode.flatMap { self.window($0, "per", among: Plan.Window.measureNames) } ?? window
        let condition = whenNode.flatMap { formula($0, as: .bool, in: .period) }
        if isTable, kind == "multiply" {
            return factors(node).map { Plan.Adjustment(kind: .multiplyBy($0), window: span, when: condition) }
        }
        guard let value = isMap ? node["amount"] : node else {
            report(node, "'\(kind)' does not say its 'amount'")
            return nil
        }
        guard let formula = formula(value, as: kind == "requires" ? .bool : .decimal, in: .period) else { return nil }
        let step: Plan.Adjustment.Kind =
            switch kind {
            case "requires": .requires(formula)
            case "multiply": .multiply(formula)
            case "add": .add(formula)
            case "cap": .cap(formula)
            default: .floor(formula)
            }
        return Plan.Adjustment(kind: step, window: span, when: condition)
    }

    private mutating func factors(_ node: Node) -> Plan.Table? {
        guard let (table, method, unit) = table(node, in: .period) else { return nil }
        if let method, method != .retroactive {
            report(node["method"], "a multiplier is of the tier reached: leave 'method' out")
        }
        if unit == "amount" { report(node["tiers"], "a multiplier's tiers have a 'factor'") }
        return table
    }

    // MARK: The total

    mutating func readTotal(_ node: Node?) {
        guard let node else { return }
        guard let list = node.sequence else {
            report(node, "'total' is a list of steps such as '- cap: {amount: 50000, per: month}'")
            return
        }
        for (index, element) in list.enumerated() {
            let name = element["name"]?.string ?? "total-\(index + 1)"
            guard let step = step(element, window: .period(pays)) else { continue }
            let inputs = totalInputs(element["of"])
            let component = Plan.Component(
                name: name, measure: nil, window: step.window, filter: nil, rule: .state(.total(inputs)), steps: [step],
                isPaid: true)
            if components.contains(where: { $0.name == name }) {
                report(element, "there is a component '\(name)' already")
            }
            check(component, at: element)
            warnOfCliffs(component)
            components.append(component)
        }
    }

    /// All that is paid, unless the step names some of it.
    private mutating func totalInputs(_ node: Node?) -> [Int] {
        guard let node else { return components.indices.filter { components[$0].isPaid } }
        var result: [Int] = []
        for element in node.sequence ?? [] {
            guard let index = components.firstIndex(where: { $0.name == element.string }) else {
                report(
                    element,
                    "there is no component '\(element.string ?? "")'\(suggestion(for: element.string ?? "", among: componentNames))"
                )
                continue
            }
            result.append(index)
        }
        return result
    }
}
