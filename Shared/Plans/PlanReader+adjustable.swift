import Domain
import Yams

/// What a contract may have otherwise than the plan, and how far.
extension PlanReader {
    mutating func readAdjustable(_ node: Node?) {
        guard let node else { return }
        guard let map = node.mapping else {
            return report(node, "'adjustable' lists what a contract may change, as 'rate.NAME: {standard, from, to}'")
        }
        for (key, value) in map {
            if let adjustable = adjustable(key, value) { adjustables.append(adjustable) }
        }
    }

    private mutating func adjustable(_ key: Node, _ node: Node) -> Plan.Adjustable? {
        let parts = (key.string ?? "").split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2, let kind = Plan.Adjustable.Kind(rawValue: parts[0]), Plan.Field.isName(parts[1]) else {
            let kinds = Plan.Adjustable.Kind.allCases.map { "\($0.rawValue).NAME" }
            report(key, "'\(key.string ?? "")' cannot be adjusted; write \(kinds.joined(separator: ", "))")
            return nil
        }
        checkKeys(node, ["standard", "from", "to"], in: "'\(key.string ?? "")'")
        let standard = node["standard"].flatMap { number($0) }
        guard let from = node["from"], let to = node["to"] else {
            report(node, "'from' and 'to' say how far a contract may go")
            return nil
        }
        if kind == .rate, node["standard"] == nil {
            report(node, "a rate has a 'standard', which holds where a contract says nothing else")
        }
        guard let low = number(from), let high = number(to) else { return nil }
        guard low <= high else {
            report(from, "'from' is more than 'to'")
            return nil
        }
        let adjustable = Plan.Adjustable(kind: kind, name: parts[1], standard: standard, from: low, to: high)
        if let standard, !adjustable.allows(standard) {
            report(node["standard"], "the standard is not within 'from' and 'to'")
        }
        return adjustable
    }

    /// What no rule reads was misspelt, here or there.
    mutating func checkAdjustables(_ node: Node?, _ plan: Plan) {
        for adjustable in plan.adjustables where !plan.asks(for: adjustable) {
            let key = node?.mapping?.first { $0.key.string == adjustable.key }?.key
            report(key, "no rule reads contract.\(adjustable.key)")
        }
    }
}
