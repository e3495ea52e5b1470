import Domain
import Yams

/// What becomes of pay after it is earned: checked here, settled elsewhere.
extension PlanReader {
    mutating func settlement(_ map: Node.Mapping) -> Plan.Settlement {
        var result = Plan.Settlement()
        result.releases = releases(map["release"])
        result.clawback = map["clawback"].flatMap { clawback($0) }
        result.draw = map["draw"].flatMap { draw($0) }
        if let balance = map["balance"], let choice: Plan.Settlement.Balance = choice(balance, "balance") {
            result.balance = choice
        }
        return result
    }

    private mutating func releases(_ node: Node?) -> [Plan.Settlement.Release] {
        guard let node else { return [] }
        guard let list = node.sequence, !list.isEmpty else {
            report(node, "'release' is a list such as [{on: booking, share: 50%}, {on: payment, share: 50%}]")
            return []
        }
        var result: [Plan.Settlement.Release] = []
        for element in list {
            checkKeys(element, ["on", "share", "proportional"], in: "a release")
            guard let on = element["on"]?.string, let share = element["share"].flatMap({ rate($0) }) else {
                if element["on"] == nil || element["share"] == nil { report(element, "a release has 'on' and 'share'") }
                continue
            }
            let isProportional = flag(element["proportional"], "proportional", default: false)
            result.append(Plan.Settlement.Release(on: on, share: share, isProportional: isProportional))
        }
        let sum = result.reduce(Number.zero) { (try? $0 + $1.share.value) ?? $0 }
        if result.count == list.count, sum != 1 { report(node, "the shares sum to \(Rate(sum)), not 100%") }
        return result
    }

    private mutating func clawback(_ node: Node) -> Plan.Settlement.Clawback? {
        checkKeys(node, ["within", "method", "attainment"], in: "a clawback")
        let words = (node["within"]?.string ?? "").split(separator: " ")
        guard words.count == 2, words[1] == "days", let days = Int(words[0]), days > 0, days <= 36_500 else {
            report(node["within"] ?? node, "'within' is a number of days such as 90 days")
            return nil
        }
        let method = node["method"]?.string ?? "full"
        if !["full", "prorated-days", "prorated-months"].contains(method) {
            report(node["method"], "'method' is full, prorated-days or prorated-months")
        }
        let attainment = node["attainment"]?.string ?? "reversed"
        if !["reversed", "kept"].contains(attainment) {
            report(node["attainment"], "'attainment' is reversed or kept")
        }
        return Plan.Settlement.Clawback(within: days, method: method, attainment: attainment)
    }

    private mutating func draw(_ node: Node) -> Plan.Settlement.Draw? {
        checkKeys(node, ["amount", "per", "recoverable", "recover"], in: "a draw")
        guard let amount = node["amount"] else {
            report(node, "a draw has an 'amount'")
            return nil
        }
        let kind = node["per"].flatMap { node in
            PeriodKind(rawValue: node.string ?? "").orReport {
                report(node, "'per' is month, quarter or another period")
            }
        }
        let isRecoverable = flag(node["recoverable"], "recoverable", default: true)
        let recover = node["recover"].flatMap { rate($0) } ?? .whole
        if recover < Rate(0) || recover > .whole { report(node["recover"], "'recover' is between 0% and 100%") }
        guard let number = number(amount) else { return nil }
        return Plan.Settlement.Draw(amount: number, per: kind ?? pays, isRecoverable: isRecoverable, recover: recover)
    }
}
