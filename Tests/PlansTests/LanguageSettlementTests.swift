import Domain
import Plans
import Testing

@Suite("What a plan says of pay after it is earned")
struct LanguageSettlementTests {
    private func problems(_ key: String) -> [String] {
        let text = """
            plan: p
            currency: USD
            measures: {m: {over: year}}
            components: {c: {for: m, rate: 10%}}
            \(key)
            """
        do {
            _ = try Plan(parsing: text, file: "p")
            return []
        } catch { return error.all.map(\.message) }
    }

    @Test(
        "a mistake is said with what to do",
        arguments: [
            ("release: [{on: booking, share: 90%}]", "the shares sum to 90%, not 100%"),
            (
                "release: [{on: date, share: 100%}]",
                "a release on a date says how long after the credit's: after: 90 days"
            ),
            ("release: [{on: booking, share: 100%, after: 9 days}]", "'after' goes with 'on: date'"),
            ("release: [{on: approval, share: 100%, within: 9 days}]", "only what is released on payment has 'within'"),
            ("release: [{on: booking, share: 100%, of: due}]", "only what is released on payment has 'of'"),
            ("release: [{on: payment, share: 100%, of: due}]", "'of' goes with 'within: 30 days'"),
            (
                "release: [{on: payment, share: 100%, within: soon}]",
                "'within' is a length such as 90 days or 12 months"
            ),
            ("clawback: {method: full}", "'within' is missing: how long after the credit"),
            ("clawback: {within: 90 days, steps: [{until: 9 days, share: 1%}], method: full}", "'steps' go with"),
            ("draw: {per: month}", "a draw has an 'amount'"),
            ("payout: {minimum: -1}", "'minimum' is not negative"),
        ])
    func mistakes(key: String, message: String) {
        let found = problems(key)
        #expect(found.count == 1 && found[0].contains(message), "\(found)")
    }

    @Test("a deadline for payments is taken")
    func deadline() {
        #expect(problems("release: [{on: payment, share: 100%, proportional: true, within: 30 days, of: due}]") == [])
    }
}
