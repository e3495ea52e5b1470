import Domain
import Plans
import TestSupport
import Testing

@Suite("Plan files of any kind")
struct LanguageFuzzTests {
    /// Runs with `FUZZ` in the file's own language: pieces of plans in any order, with any indentation.
    private static let pieces = [
        "plan", "currency", "USD", "pays", "measures", "components", "total", "rate", "by", "tiers", "from", "0%",
        "100%",
        "attainment(bookings)", "over", "year", "month", "for", "bookings", "each", "curve", "points", "[", "]", "{",
        "}",
        ",", ":", "\n", "\n  ", "\n    ", "\n      ", "- ", "\"", "'", "*", "&a", "*a", "|", ">", "#", "%", "?", "!",
        "1e99",
        "999999999999999999999999", "-1", "method", "marginal", "boundary", "lower-inclusive", "lookup", "rows", "when",
        "credit.amount > 1", "cap", "floor", "then", "goals", "weight", "score", "examples", "given", "expect", "\u{0}",
        "é",
    ]

    @Test("whatever is written, a plan or its problems come out")
    func soup() {
        var random = SplitMix(seed: 77)
        for _ in 0..<4000 {
            let count = Int.random(in: 1...60, using: &random)
            let text = (0..<count).map { _ in
                random.pick(LanguageFuzzTests.pieces) + (random.chance(60) ? ": " : "")
            }.joined()
            _ = try? Plan(parsing: text, file: "f.yaml")
        }
    }

    @Test("a plan with a piece taken out, doubled or moved is read or refused, and what is read can be evaluated")
    func mutations() {
        var random = SplitMix(seed: 78)
        for _ in 0..<1500 {
            var bytes = Array(Spec(&random).text.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                let end = min(bytes.count, at + Int.random(in: 1...12, using: &random))
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes.removeSubrange(at..<end)
                case 1:
                    bytes.insert(
                        contentsOf: Array(bytes[at..<end]), at: Int.random(in: 0...bytes.count, using: &random))
                default: bytes[at] = UInt8.random(in: 32...126, using: &random)
                }
            }
            guard let plan = try? Plan(parsing: String(decoding: bytes, as: UTF8.self), file: "f.yaml") else {
                continue
            }
            let evaluator = Evaluator(plan: plan, terms: Terms())
            var sums = evaluator.empty
            for credit in Spec.credits(&random, most: 4) { _ = try? evaluator.step(credit, sums: &sums) }
        }
    }
}
