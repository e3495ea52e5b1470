import Domain
import Plans
import Testing

@Suite("A plan in plain words")
struct LanguageWordsTests {
    private func plan(_ components: String) throws -> Plan {
        try Plan(
            parsing: """
                plan: p
                currency: USD
                fields: {margin: decimal}
                measures: {sales: {over: year, quota: contract.quota.sales}}
                components: {\(components)}
                """, file: "p.yaml")
    }

    /// Without what every such plan says.
    private func words(_ component: String) throws -> [String] {
        Array(try plan(component).words.dropFirst(2).dropLast())
    }

    private static func tiers(_ second: String) -> String {
        "{for: sales, rate: {by: attainment(sales), method: marginal, boundary: lower-inclusive, tiers: [{from: 0%, rate: 5%}, {from: 100%, rate: \(second)}]}}"
    }

    @Test(
        "says every number that decides on pay, in its unit",
        arguments: [
            (
                "c: {each: month, rate: {by: attainment(sales), boundary: upper-inclusive, tiers: [{from: 0%, amount: 0}, {from: 100%, amount: 75}]}}",
                [
                    "C is paid for each month: everything at the rate of the tier reached.",
                    "  above 0% of attainment(sales): 0.00 USD", "  above 100% of attainment(sales): 75.00 USD",
                ]
            ),
            (
                "c: {for: sales, rate: {boundary: lower-inclusive, matrix: {rows: {by: attainment(sales), from: [0%]}, columns: {by: deal.margin, from: [0, 30]}, values: [[1%, 2%]]}}}",
                [
                    "C pays for sales: a rate by two things.",
                    "  from 0% of attainment(sales), by deal.margin: 1% from 0, 2% from 30",
                ]
            ),
            (
                "c: {each: year, target: '100', curve: {by: attainment(sales), points: [[50%, 0%], [100%, 100%]], below: zero, above: extend}}",
                [
                    "C is paid for each year: 100 times the curve of attainment(sales).", "  50% gives 0%",
                    "  100% gives 100%", "  below that nothing", "  beyond that it goes on as between the last points",
                ]
            ),
            (
                "c: {for: sales, rate: 6%, multiply: {by: attainment(sales), boundary: lower-inclusive, tiers: [{from: 0%, factor: 1}, {from: 100%, factor: 1.5}]}}",
                [
                    "C pays for sales: 6%.", "  then times the factor of attainment(sales) per year",
                    "    from 0% of attainment(sales): 100%", "    from 100% of attainment(sales): 150%",
                ]
            ),
            (
                "c: {for: sales, rate: 6%}}\ntotal: [{name: least, floor: 400}]\nbalance: carry\nrounding: {at: total",
                [
                    "C pays for sales: 6%.",
                    "Least is paid for each month: what the following changes in the sum of c.",
                    "  then at least 400 per month",
                ]
            ),
        ])
    func numbers(component: String, expected: [String]) throws { #expect(try words(component) == expected) }

    @Test("of two plans tells what changes, and in which component where two have the same tiers")
    func difference() throws {
        let same = LanguageWordsTests.tiers("9%")
        let old = try plan("a: \(same), b: \(LanguageWordsTests.tiers("8%"))")
        let new = try plan("a: \(LanguageWordsTests.tiers("8%")), b: \(same)")
        #expect(
            PlanDifference(old, new).text == """
                -   a: from 100% of attainment(sales): 9%
                -   b: from 100% of attainment(sales): 8%
                +   a: from 100% of attainment(sales): 8%
                +   b: from 100% of attainment(sales): 9%

                """)
        #expect(PlanDifference(old, old).text == "nothing changes\n")
    }
}
