import Domain
import Plans

/// How fast one core evaluates credits: in order, with late ones, and as a payee grows.
@main
struct EvaluationBench {
    static func main() throws {
        let plan = try Plan(parsing: text, file: "bench.yaml")
        let evaluator = Evaluator(plan: plan, terms: Terms(quotas: [Terms.Item("bookings", nil, 50_000_000)]))
        print("plan: quota tiers, a product table, a cap, an override; one core")
        for count in [100, 1_000, 10_000, 100_000, 1_000_000] {
            let credits = credits(count)
            let rounds = max(1, 1_000_000 / count)
            let seconds = try inOrder(evaluator, credits, rounds)
            print("in order, \(count) credits a payee: \(rate(count * rounds, seconds)) million credits a second")
        }
        for count in [1_000, 10_000, 100_000] {
            let (evaluated, seconds) = try late(evaluator, credits(count))
            print(
                "1% late within a month, \(count) credits a payee: \(rate(count, seconds)) million credits a second, "
                    + "\(evaluated) evaluations")
        }
    }

    static func inOrder(_ evaluator: Evaluator, _ credits: [Credit], _ rounds: Int) throws -> Duration {
        var scratch = evaluator.scratch
        var paid = 0
        return try ContinuousClock().measure {
            for _ in 0..<rounds {
                var sums = evaluator.empty
                for credit in credits {
                    try evaluator.step(credit, &sums, &scratch)
                    paid += scratch.lines.count
                }
            }
            precondition(paid > 0, "nothing was paid")
        }
    }

    /// Every hundredth credit comes after a thirtieth of the others have passed it; what lies behind is evaluated again.
    static func late(_ evaluator: Evaluator, _ credits: [Credit]) throws -> (evaluated: Int, Duration) {
        var scratch = evaluator.scratch
        var held: [Credit] = []
        var before: [Evaluator.Sums] = []
        var sums = evaluator.empty
        var evaluated = 0
        let delay = min(300, credits.count / 30)
        let duration = try ContinuousClock().measure {
            for (index, credit) in credits.enumerated() {
                let isLate = index % 100 == 0 && index > 0
                let place = isLate ? max(0, held.count - delay) : held.count
                held.insert(credit, at: place)
                if isLate {
                    sums = before[place]
                    before.removeSubrange(place...)
                }
                for position in place..<held.count {
                    before.append(sums)
                    try evaluator.step(held[position], &sums, &scratch)
                    evaluated += 1
                }
            }
        }
        return (evaluated, duration)
    }

    static func rate(_ count: Int, _ duration: Duration) -> String {
        let nanoseconds = max(1, duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000)
        let hundredths = Int(Int64(count) * 100_000 / nanoseconds)
        return "\(hundredths / 100).\(String(zeroPadded: hundredths % 100, to: 2))"
    }

    static func credits(_ count: Int) -> [Credit] {
        let dollars = Currency("USD")!
        let products = ["GTX Basic", "GTX Plus", "GTX Pro", "GTK 500"]
        var state: UInt64 = 7
        return (0..<count).map { index in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let money = Money(Number(units: Int128(state >> 44) * 10_000_000_000), dollars)
            let role = index % 10 == 0 ? "manager-1" : "owner"
            return Credit(
                key: CreditKey(deal: DealID("D\(index)"), line: .whole, role: Role(role)),
                date: CalendarDate(day: 20_454 + Int32(index * 365 / count)), amount: money, original: money, share: .whole,
                product: products[Int(state >> 33) % 4], kind: "new")
        }
    }

    static let text = """
        plan: bench
        currency: USD
        measures:
          bookings: {roles: [owner, split], over: year, quota: contract.quota.bookings}
          team: {roles: [manager-1], over: year}
        components:
          commission:
            for: bookings
            rate:
              by: attainment(bookings)
              method: marginal
              boundary: lower-inclusive
              tiers: [{from: 0%, rate: 6%}, {from: 50%, rate: 7.5%}, {from: 100%, rate: 9%}, {from: 150%, rate: 12%}]
            cap: {amount: 2500000, per: month}
          products:
            for: bookings
            rate: {lookup: [line.product], rows: [[GTX Basic, 1%], [GTX Plus, 1.5%], [GTX Pro, 2%], ["*", 0.5%]]}
          override: {for: team, rate: 1%}
        """
}
