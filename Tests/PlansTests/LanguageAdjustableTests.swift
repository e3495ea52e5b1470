import Domain
import Plans
import Testing

@Suite("Standard and individual")
struct LanguageAdjustableTests {
    private static let adjustable = """
        adjustable:
          quota.sales: {standard: 1000, from: 500, to: 3000}
          target.variable: {from: 100, to: 900}
          rate.base: {standard: 6%, from: 4%, to: 8%}
        """

    private static func plan(_ adjustable: String = adjustable, examples: String = "") -> String {
        """
        plan: p
        currency: USD
        \(adjustable)
        measures:
          sales: {over: year, quota: contract.quota.sales}
        components:
          commission: {for: sales, rate: contract.rate.base}
          bonus: {each: year, when: attainment(sales) >= 100%, amount: contract.target.variable}
        \(examples)
        """
    }

    @Test(
        "a contract has the plan's standard, or its own",
        arguments: [
            ("target: {variable: 300}", "60", "300"),
            ("quota: {sales: 1001}, target: {variable: 300}", "60", "0"),
            ("quota: {sales: {2026-Q1: 400, 2026-Q2: 400}}, target: {variable: 200}", "60", "200"),
            ("rate: {base: 7%}", "70", "0"),
            ("rate: {base: {2026-Q1: 7%, 2026-Q2: 8%}}", "70", "0"),
            ("rate: {base: {2026-Q2: 8%}}", "60", "0"),
        ])
    func values(given: String, commission: String, bonus: String) throws {
        let credits = "credits: [{date: 2026-02-10, amount: 999}, {date: 2026-02-11, amount: 1}]"
        let example = "{name: e, given: {\(given), \(credits)}, expect: {commission: \(commission), bonus: \(bonus)}}"
        let plan = try Plan(parsing: LanguageAdjustableTests.plan(examples: "examples: [\(example)]"), file: "p.yaml")
        #expect(plan.failures(file: "p.yaml").map(\.description) == [])
    }

    @Test("the standard quota holds where the contract says none")
    func standardQuota() throws {
        let plan = try Plan(parsing: LanguageAdjustableTests.plan(), file: "p.yaml")
        let date = try #require(CalendarDate("2026-02-10"))
        #expect(try Evaluator(plan: plan, terms: Terms()).quota(0, on: date) == 1000)
        let own = Terms(quotas: [Terms.Item("sales", Period("2026"), 2000)])
        #expect(try Evaluator(plan: plan, terms: own).quota(0, on: date) == 2000)
        #expect(Terms().completed(by: plan).hasQuota("sales", Period("2026")))
    }

    @Test("what goes beyond a range is found, a part of a year's quota with the rest of it")
    func ranges() throws {
        let plan = try Plan(parsing: LanguageAdjustableTests.plan(), file: "p.yaml")
        let items = [
            Terms.Item("sales", Period("2026-Q1"), 2000), Terms.Item("sales", Period("2026-Q2"), 1001),
            Terms.Item("sales", Period("2027"), 3000), Terms.Item("base", Period("2026-01"), try Rate("8.01%").value),
            Terms.Item("variable", Period("2026"), 900),
        ]
        let found = plan.excesses(of: Terms(quotas: items)).map {
            "\($0.adjustable.key) \($0.period?.description ?? "") \($0.adjustable.text($0.value))"
        }
        #expect(found == ["quota.sales 2026 3001", "rate.base 2026-01 8.01%"])
    }

    @Test("it is said in plain words")
    func words() throws {
        let plan = try Plan(parsing: LanguageAdjustableTests.plan(), file: "p.yaml")
        #expect(
            plan.words.filter { $0.hasPrefix("A contract") } == [
                "A contract may set the quota 'sales' from 500 to 3000; it is 1000 where the contract says nothing.",
                "A contract may set the target 'variable' from 100 to 900.",
                "A contract may set the rate 'base' from 4% to 8%; it is 6% where the contract says nothing.",
            ])
    }

    @Test(
        "a mistake is said with its place",
        arguments: [
            (
                "{rate.base: {from: 4%, to: 8%}}",
                "3:25: a rate has a 'standard', which holds where a contract says nothing"
            ),
            ("{rate.base: {standard: 9%, from: 4%, to: 8%}}", "3:36: the standard is not within 'from' and 'to'"),
            ("{rate.base: {standard: 6%, from: 8%, to: 4%}}", "3:46: 'from' is more than 'to'"),
            ("{rate.base: {standard: 6%}}", "3:25: 'from' and 'to' say how far a contract may go"),
            (
                "{price.base: {standard: 6%, from: 4%, to: 8%}}",
                "'price.base' cannot be adjusted; write quota.NAME, target.NAME, rate.NAME"
            ),
            (
                "{rate.base: {standard: 6%, from: 4%, to: 8%}, rate.bass: {standard: 6%, from: 4%, to: 8%}}",
                "no rule reads contract.rate.bass"
            ),
            ("{rate.bass: {standard: 6%, from: 4%, to: 8%}}", "contract.rate"),
            ("[rate]", "'adjustable' lists what a contract may change"),
        ])
    func mistakes(adjustable: String, message: String) {
        let found = #expect(throws: FileProblems.self) {
            try Plan(parsing: LanguageAdjustableTests.plan("adjustable: " + adjustable), file: "p")
        }
        let problems = found?.all.map(\.description) ?? []
        #expect(problems.contains { $0.contains(message) }, "\(problems)")
    }
}
