import ArgumentParser
import BenchSupport
import Domain
import Plans

/// How fast one core evaluates credits: in order, with late ones, and as a payee grows; beside the same job written by
/// hand in one loop, so that figures of different machines compare.
@main
struct EvaluationBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures how fast one core evaluates credits: in order, with late ones, and as a payee grows.",
        discussion: "'× by hand' is how many times as long it takes as the same job written by hand in one loop.")

    @Argument(help: ArgumentHelp("Credits of the largest payee.", valueName: "credits")) var most = 1_000_000

    func validate() throws { try atLeastOne(most) }

    func run() throws {
        let plan = try Plan(parsing: Job.plan, file: "bench.yaml")
        let evaluator = Evaluator(plan: plan, terms: Terms(quotas: [Terms.Item("bookings", nil, Job.quota)]))
        print("Evaluation: quota tiers, a product table, a cap and an override; one core, in its own time")
        let limit = try byHand(evaluator)
        try inOrder(evaluator, limit)
        try late(evaluator, limit)
        try oneLate(evaluator, limit)
    }

    // MARK: In order

    /// The plain limit. Both have to pay the same.
    private func byHand(_ evaluator: Evaluator) throws -> Nanoseconds {
        let credits = Job.credits(most)
        var totals = try ByHand(credits).totals
        let limit = try best(most) { totals = try ByHand(credits).totals }
        var sums = evaluator.empty
        var scratch = evaluator.scratch
        for credit in credits {
            try evaluator.step(credit, &sums, &scratch)
            for line in scratch.lines { try totals[line.component] -= line.amount }
        }
        precondition(totals.allSatisfy(\.isZero), "the loop by hand and the engine pay differently: \(totals)")
        return limit
    }

    private func inOrder(_ evaluator: Evaluator, _ limit: Nanoseconds) throws {
        let table = Table("in order", ["credits a payee", "million/s", "ns a credit", "× by hand"])
        table.row("by hand, in one loop", [grouped(most), limit.millions, limit.text, "1.00"])
        for count in [100, 1_000, 10_000, 100_000].filter({ $0 < most }) + [most] {
            let credits = Job.credits(count)
            let cost = try best(most) {
                for _ in 0..<most / count { try walk(evaluator, credits) }
            }
            table.row("evaluated", [grouped(count), cost.millions, cost.text, cost.ratio(to: limit)])
        }
        let credits = Job.credits(most)
        let cost = try best(most) { _ = try Payee(evaluator, credits) }
        table.row("evaluated and kept for late ones", [grouped(most), cost.millions, cost.text, cost.ratio(to: limit)])
        table.end()
    }

    private func walk(_ evaluator: Evaluator, _ credits: [Credit]) throws {
        var scratch = evaluator.scratch
        var sums = evaluator.empty
        try credits.forEachInPlace { try evaluator.step($0.pointee, &sums, &scratch) }
    }

    // MARK: Late

    /// Every hundredth credit comes when three hundred others have passed it.
    private func late(_ evaluator: Evaluator, _ limit: Nanoseconds) throws {
        let table = Table("1% come 300 credits late", ["credits a payee", "million/s", "evaluations", "× by hand"])
        for count in [1_000, 10_000, 100_000] where count <= most {
            let order = shuffled(Job.credits(count))
            var evaluations = 0
            let cost = try best(count) { evaluations = try Payee(evaluator, order).evaluations }
            table.row(
                "evaluated and kept", [grouped(count), cost.millions, grouped(evaluations), cost.ratio(to: limit)])
        }
        table.end()
    }

    /// Credits in canonical order, but for every hundredth, which is held back until three hundred have passed it.
    private func shuffled(_ credits: [Credit]) -> [Credit] {
        var order: [Credit] = []
        for (index, credit) in credits.enumerated() {
            if index % 100 != 50 { order.append(credit) }
            if index >= 300, (index - 300) % 100 == 50 { order.append(credits[index - 300]) }
        }
        return order + credits.indices.suffix(300).filter { $0 % 100 == 50 }.map { credits[$0] }
    }

    /// What one late credit costs, by the size of the payee and by what lies behind it.
    private func oneLate(_ evaluator: Evaluator, _ limit: Nanoseconds) throws {
        let table = Table(
            "one late credit", ["credits a payee", "behind it", "evaluations", "microseconds", "× by hand"])
        let cases = [
            (1_000, 100), (10_000, 100), (100_000, 100), (most, 100), (most, 1_000), (most, 10_000), (most, 100_000),
        ]
        for (count, behind) in cases where count <= most && behind < count {
            var credits = Job.credits(count)
            let held = credits.remove(at: count - 1 - behind)
            var payee = try Payee(evaluator, credits)
            let before = payee.evaluations
            let start = Nanoseconds.now
            try payee.take(held)
            let cost = Nanoseconds.now - start
            let evaluations = payee.evaluations - before
            let each = Nanoseconds(each: Double(cost) / Double(evaluations))
            table.row(
                "",
                [
                    grouped(count), grouped(behind), grouped(evaluations), grouped(cost / 1000),
                    each.ratio(to: limit),
                ])
        }
        table.end()
    }
}
