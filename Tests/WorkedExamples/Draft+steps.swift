import Domain
import Plans

/// Steps after the components, and what becomes of pay after it is earned.
extension Draft {
    mutating func addPost() throws {
        for (index, step) in example.plan.post.enumerated() {
            let when = condition(step["periods"]).map { ", when: \(Draft.quoted($0))" } ?? ""
            let amount = step.text("amount") ?? ""
            switch step.text("type") {
            case "multiply": totals.append("  - {name: step\(index), multiply: '\(step.text("factor") ?? "")'\(when)}")
            case "convert": totals.append("  - {name: step\(index), multiply: '\(step.text("rate") ?? "")'\(when)}")
            case "tax_withhold": totals.append("  - {name: tax, multiply: '1 - \(step.text("pct") ?? "")%'\(when)}")
            case "deduct": totals.append("  - {name: step\(index), add: '-\(amount)'\(when)}")
            case "cap":
                totals.append(
                    "  - {name: cap, cap: '\(amount)'\(step.text("scope") == "plan" ? ", per: year" : "")\(when)}")
            case "floor": totals.append("  - {name: floor, floor: '\(amount)'\(when)}")
            case "guarantee", "draw": try addPromise(step, amount, isLast: index + 1 == example.plan.post.count)
            case "gate", "decelerator":
                measures.append("  m_all: {over: \(kind.rawValue), quota: contract.quota.quota}")
                if let least = step.text("min") {
                    totals.append("  - {name: gate, requires: 'attainment(m_all) >= \(least)%'}")
                } else {
                    let tiers = try Draft.tiers(step.list("bands"), unit: "factor", percent: true)
                    totals.append(
                        "  - {name: decelerator, multiply: {by: attainment(m_all), boundary: lower-inclusive, tiers: \(tiers)}}"
                    )
                }
            case "split_payment": addPieces(step)
            case let type: throw Inexpressible("step '\(type ?? "")'")
            }
        }
    }

    /// A guarantee or a draw, for all periods or for the first ones.
    private mutating func addPromise(_ step: Members, _ amount: String, isLast: Bool) throws {
        guard isLast else { throw Inexpressible("a step after the settlement") }
        var parts = ["amount: \(amount)"]
        isAdvanced = step.text("style") == "settlement"
        if isAdvanced {
            guard periods.count == 1 else { throw Inexpressible("an advance at the beginning of several periods") }
            parts.append("until: \(Period(.semiMonth, containing: period(nil).start).end)")
        }
        if let labels = step["periods"]?.list?.compactMap(\.text) {
            guard labels == Array(example.period.labels.prefix(labels.count)), let last = labels.last else {
                throw Inexpressible("a promise for other periods than the first")
            }
            parts.append("until: \(period(last).end)")
        }
        if step.text("kind") == "non_recoverable" { parts.append("recoverable: false") }
        settlement.append("\(step.text("type") ?? ""): {\(parts.joined(separator: ", "))}")
    }

    /// The first one at once, each of the others when the deal reaches it.
    private mutating func addPieces(_ step: Members) {
        pieces = (step["pieces"]?.members?.values ?? [:]).sorted { $0.key < $1.key }
            .map { (name: $0.key, share: $0.value.text ?? "") }.filter { $0.share != "0" }
        let releases = pieces.map { "{on: \($0.name), share: \($0.share)%}" }
        settlement.append("release: [\(releases.joined(separator: ", "))]")
    }
}
