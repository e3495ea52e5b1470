import Domain

/// What changes from one plan to another: the words that go and come, and what the examples of both would pay.
package struct PlanDifference: Sendable {
    package let gone: [String]
    package let new: [String]
    package let money: [String]

    package init(_ old: Plan, _ new: Plan) {
        let (before, after) = (PlanDifference.lines(old), PlanDifference.lines(new))
        gone = before.filter { !after.contains($0) }
        self.new = after.filter { !before.contains($0) }
        money = PlanDifference.money(old, new)
    }

    /// A line that says more of a component names it: two of them may have the same tiers.
    private static func lines(_ plan: Plan) -> [String] {
        plan.blocks.flatMap { name, lines in
            lines.map { $0.first == " " ? "  \(name):\($0.dropFirst())" : $0 }
        }
    }

    package var text: String {
        let lines = gone.map { "- \($0)" } + new.map { "+ \($0)" } + money
        return lines.isEmpty ? "nothing changes\n" : lines.joined(separator: "\n") + "\n"
    }

    private static func money(_ old: Plan, _ new: Plan) -> [String] {
        var seen: Set<String> = []
        var result: [String] = []
        for example in old.examples + new.examples where seen.insert(example.name).inserted {
            guard let before = total(old, example), let after = total(new, example) else {
                result.append("example '\(example.name)' cannot be evaluated under both plans")
                continue
            }
            guard before != after else { continue }
            let places = new.currency.minorPlaces
            result.append(
                "example '\(example.name)' pays \(after.formatted(places: places)) instead of "
                    + before.formatted(places: places))
        }
        return result
    }

    private static func total(_ plan: Plan, _ example: Plan.Example) -> Number? {
        guard let pay = try? plan.pay(of: example) else { return nil }
        return try? zip(plan.components, pay).reduce(Number.zero) { sum, part in
            part.0.isPaid ? try sum + part.1.amount : sum
        }
    }
}
