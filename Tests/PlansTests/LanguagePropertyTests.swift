import Domain
import Plans
import TestSupport
import Testing

@Suite("Properties of the plan language")
struct LanguagePropertyTests {
    private func evaluator(_ spec: Spec) throws -> Evaluator {
        let plan = try Plan(parsing: spec.text, file: "drawn.yaml")
        return Evaluator(plan: plan, terms: try spec.terms())
    }

    private func lines(_ evaluator: Evaluator, _ credits: [Credit]) throws -> [[Number]] {
        var sums = evaluator.empty
        return try credits.map { credit in
            let lines = try evaluator.step(credit, sums: &sums)
            return evaluator.plan.components.indices.map { index in
                lines.first { $0.component == index }?.amount ?? .zero
            }
        }
    }

    @Test("the engine agrees with the naive evaluator on two thousand random plans")
    func naive() throws {
        for seed in 0..<2000 {
            var random = SplitMix(seed: UInt64(seed))
            let spec = Spec(&random)
            let credits = Spec.credits(&random, most: 9)
            let found = try lines(evaluator(spec), credits)
            let naive = Naive(spec: spec, credits: credits)
            var wanted = try spec.components.map { try naive.lines($0) }
            if let total = spec.total { wanted.append(try naive.lines(total, of: wanted)) }
            for (index, lines) in wanted.enumerated() {
                try #require(found.map { $0[index] } == lines, "seed \(seed), c\(index)\n\(spec.text)")
            }
        }
    }

    @Test("going on from any credit's sums gives what a run from nothing gives, to the byte")
    func incremental() throws {
        for seed in 0..<1000 {
            var random = SplitMix(seed: UInt64(seed) &+ 10_000)
            let evaluator = try evaluator(Spec(&random))
            let credits = Spec.credits(&random)
            let start = Int.random(in: 0..<credits.count, using: &random)
            var sums = evaluator.empty
            var kept = sums
            var full: [[Evaluator.Line]] = []
            for (index, credit) in credits.enumerated() {
                if index == start { kept = sums }
                full.append(try evaluator.step(credit, sums: &sums))
            }
            let rest = try credits[start...].map { try evaluator.step($0, sums: &kept) }
            #expect(rest == Array(full[start...]), "seed \(seed)")
            #expect(kept == sums, "seed \(seed)")
        }
    }

    @Test("an explanation's leaves sum to its line")
    func explanations() throws {
        for seed in 0..<500 {
            var random = SplitMix(seed: UInt64(seed) &+ 20_000)
            let evaluator = try evaluator(Spec(&random))
            var sums = evaluator.empty
            for credit in Spec.credits(&random) {
                let before = sums
                for line in try evaluator.step(credit, sums: &sums) {
                    let tree = try evaluator.explain(line.component, credit, before: before, posted: .zero)
                    #expect(tree.total == line.amount, "seed \(seed)")
                    #expect(try tree.steps.reduce(tree.rounding) { try $0 + $1.amount } == tree.total, "seed \(seed)")
                    #expect(try tree.rounding.magnitude < 1, "seed \(seed): \(tree)")
                }
            }
        }
    }

    @Test("two lines of a deal pay in all what one line of both would")
    func splitting() throws {
        for seed in 0..<1000 {
            var random = SplitMix(seed: UInt64(seed) &+ 30_000)
            let spec = Spec(&random)
            guard !spec.looksAtSizes else { continue }
            let evaluator = try evaluator(spec)
            let whole = Spec.credits(&random).filter { $0.key.line == .whole }
            let parts = whole.flatMap { credit -> [Credit] in
                guard random.chance(50) else { return [credit] }
                let cents = Int(credit.amount.amount.units / 10_000_000_000)
                let first = Int.random(in: 0...max(1, abs(cents)), using: &random) * cents.signum()
                let (deal, role) = (credit.key.deal.text, credit.key.role.text)
                return [
                    Spec.credit(deal, "", role, credit.date, first, credit.product),
                    Spec.credit(deal, "2", role, credit.date, cents - first, credit.product),
                ]
            }
            let sums = { (lines: [[Number]]) in
                try evaluator.plan.components.indices.map { index in
                    try lines.reduce(Number.zero) { try $0 + $1[index] }
                }
            }
            #expect(try sums(lines(evaluator, whole)) == sums(lines(evaluator, parts)), "seed \(seed)")
        }
    }

    @Test("marginal pay rises with sales, and never by more than the highest rate")
    func continuous() throws {
        for seed in 0..<500 {
            var random = SplitMix(seed: UInt64(seed) &+ 40_000)
            var spec = Spec(&random)
            spec.measures = [Spec.Measure(window: "year", roles: [], product: nil, quota: 10_000)]
            let tiers = (0..<4).map { (from: $0 * 50, rate: Int.random(in: 0...1500, using: &random)) }
            spec.components = [
                Spec.Component(measure: 0, window: "year", rule: .tiers("marginal", upper: false, tiers), steps: [])
            ]
            let evaluator = try evaluator(spec)
            let cents = Int.random(in: 1...3_000_000, using: &random)
            let more = Int.random(in: 1...100_000, using: &random)
            let date = CalendarDate(day: 20_500)
            let pay = try [cents, cents + more].map {
                try lines(evaluator, [Spec.credit("D", "", "owner", date, $0, "")])[0][0]
            }
            let rise = try pay[1] - pay[0]
            #expect(rise >= .zero)
            // Sixteen per cent is above every rate; a cent is what rounding may add.
            #expect(try rise <= Number(more) * Number(16) / Number(10_000) + Number(1) / Number(50))
        }
    }
}
