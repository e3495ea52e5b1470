import Domain
import Plans
import TestSupport
import Testing

@Suite("Properties of evaluation")
struct EvaluationPropertyTests {
    private struct Tier {
        let from: Int
        let rate: Int

        static func text(_ tiers: [Tier]) -> String {
            let list = tiers.map { "{from: \(World.hundredths($0.from))%, rate: \(World.hundredths($0.rate))%}" }
            return "[\(list.joined(separator: ", "))]"
        }
    }

    private struct Draw {
        var random: SplitMix

        /// Rising tiers from 0% with rates that are not negative, in hundredths of a percent.
        mutating func tiers() -> [Tier] {
            var from = 0
            return (0..<Int.random(in: 1...5, using: &random)).map { index in
                if index > 0 { from += Int.random(in: 1...4000, using: &random) }
                return Tier(from: from, rate: Int.random(in: 0...2500, using: &random))
            }
        }

        mutating func credits(_ count: Int) -> [String] {
            (0..<count).map { _ in
                let date = CalendarDate(day: Int32(20_454 + Int.random(in: 0..<730, using: &random)))
                let cents =
                    random.chance(15)
                    ? -Int.random(in: 0...90_000, using: &random) : Int.random(in: 0...400_000, using: &random)
                return "\(date) \(World.hundredths(cents))\(random.chance(10) ? " split" : "")"
            }.sorted()
        }
    }

    private enum World {
        static func hundredths(_ value: Int) -> String {
            let digits = String(zeroPadded: value.magnitude == 0 ? 0 : Int(value.magnitude), to: 3)
            return (value < 0 ? "-" : "") + digits.dropLast(2) + "." + digits.suffix(2)
        }
    }

    @Test("pay is what the windows' totals come to, rounded once a pay period, for a thousand random plans")
    func totals() throws {
        var draw = Draw(random: SplitMix(seed: 11))
        for round in 0..<1000 {
            let over = draw.random.pick(["month", "quarter", "half", "year"])
            let tiers = draw.tiers()
            let plan = PlanText(
                pays: draw.random.pick(["weekly", "semi-monthly", "monthly", "quarterly", "annual"]), over: over,
                mode: draw.random.pick(Rounding.allCases).rawValue, tiers: Tier.text(tiers))
            let kind = try #require(PeriodKind(rawValue: over))
            let quotas = Set((0..<730).map { Period(kind, containing: CalendarDate(day: Int32(20_454 + $0))).label })
                .sorted()
            let amount = Number(Int.random(in: 1...9_000, using: &draw.random))
            let evaluation = try Evaluation(plan, quotas: quotas.map { ($0, amount) })
            let credits = draw.credits(Int.random(in: 1...25, using: &draw.random))
            #expect(
                try payPeriods(evaluation, credits) == expected(evaluation, credits, kind, quota: amount, tiers),
                "round \(round)")
        }
    }

    /// The sum of the lines of each pay period.
    private func payPeriods(_ evaluation: Evaluation, _ credits: [String]) throws -> [Period: Number] {
        let all = try Evaluation.credits(credits, evaluation.evaluator.plan.currency)
        var result: [Period: Number] = [:]
        for (credit, line) in zip(all, try evaluation.lines(credits)) where credit.key.role == .owner {
            try result[Period(evaluation.evaluator.plan.pays, containing: credit.date), default: .zero] += Number(line)
        }
        return result
    }

    /// The same from the definition: F(after) − F(before) of each credit's window, summed exactly, rounded at the end.
    private func expected(
        _ evaluation: Evaluation, _ credits: [String], _ over: PeriodKind, quota: Number, _ tiers: [Tier]
    ) throws -> [Period: Number] {
        let plan = evaluation.evaluator.plan
        var windows: [Period: Number] = [:]
        var exact: [Period: Number] = [:]
        for credit in try Evaluation.credits(credits, plan.currency) where credit.key.role == .owner {
            let window = Period(over, containing: credit.date)
            let before = windows[window] ?? .zero
            let after = try before + credit.amount.amount
            windows[window] = after
            let earned = try pay(after, quota, tiers) - pay(before, quota, tiers)
            try exact[Period(plan.pays, containing: credit.date), default: .zero] += earned
        }
        return try exact.mapValues { total throws(ArithmeticError) in try total.rounded(to: 2, plan.rounding) }
    }

    /// Tier by tier, as it is done by hand.
    private func pay(_ total: Number, _ quota: Number, _ tiers: [Tier]) throws -> Number {
        func share(_ hundredths: Int) -> Number { Number(units: Int128(hundredths) * 100_000_000) }
        guard !total.isNegative else { return try total * share(tiers[0].rate) }
        var result = Number.zero
        for (index, tier) in tiers.enumerated() {
            let low = try share(tier.from) * quota
            let high = index + 1 < tiers.count ? min(total, try share(tiers[index + 1].from) * quota) : total
            if high > low { try result += (high - low) * share(tier.rate) }
        }
        return result
    }

    @Test("with rates that are not negative, more is never paid less")
    func monotone() throws {
        var draw = Draw(random: SplitMix(seed: 12))
        for _ in 0..<300 {
            let quota = Number(Int.random(in: 1...9_000, using: &draw.random))
            let evaluation = try Evaluation(PlanText(tiers: Tier.text(draw.tiers())), quotas: [("2026", quota)])
            let totals = (0..<20).map { _ in Int.random(in: -500_000...2_000_000, using: &draw.random) }.sorted()
            let pay = try totals.map { cents in
                try Number(evaluation.lines(["2026-01-05 \(World.hundredths(cents))"])[0])
            }
            #expect(pay == pay.sorted())
        }
    }

    @Test("every explanation's steps and rounding sum to its line, and its bases to the credit")
    func explanations() throws {
        var draw = Draw(random: SplitMix(seed: 13))
        for _ in 0..<500 {
            let evaluation = try Evaluation(
                PlanText(tiers: Tier.text(draw.tiers())), quotas: [("2026", 3000), ("2027", 4000)])
            let credits = draw.credits(12).map { String($0.split(separator: " ").prefix(2).joined(separator: " ")) }
            let trees = try evaluation.explanations(credits)
            #expect(trees.map(\.total.description) == (try evaluation.lines(credits)))
            for (tree, credit) in zip(trees, try Evaluation.credits(credits, evaluation.evaluator.plan.currency)) {
                #expect(try tree.steps.reduce(tree.rounding) { try $0 + $1.amount } == tree.total)
                #expect(try tree.steps.reduce(Number.zero) { try $0 + $1.base } == credit.amount.amount)
                #expect(try tree.steps.allSatisfy { try $0.base * $0.rate.value == $0.amount })
            }
        }
    }
}
