import Domain
import Plans
import Testing

/// Every shape of pay that the language promises, as a component with credits and what they must pay.
@Suite("Shapes of pay")
struct LanguageShapeTests {
    /// What the components and steps of a plan stand below; the quota is 1,000 a year and 100 a month.
    private static let head = """
        plan: p
        currency: USD
        fields: {margin: decimal, region: string, cost: decimal}
        measures:
          sales: {over: year, quota: contract.quota.sales}
          month: {over: month, quota: contract.quota.month}
          units: {of: line.quantity, where: has(line.quantity), over: month}
          team: {roles: [manager-1, manager-2], over: year}
          ramped: {over: month, quota: {amount: contract.quota.month, ramp: [25%, 50%]}}
          prorated: {over: month, quota: {amount: contract.quota.month, prorate: days}}

        """

    private static let given =
        "quota: {sales: 1000, month: 100}, target: {variable: 400}, facts: {nps: 80%, pool: 5000, members: 4}"

    /// The problems of a plan with that pay and one example of it; `more` says more of what is given.
    private func failures(_ pay: String, _ credits: String, _ expected: String, more: String = "") throws -> [String] {
        let text =
            LanguageShapeTests.head + "components:\n" + pay.split(separator: "\n").map { "  \($0)\n" }.joined()
            + "examples: [{name: e, given: {\(LanguageShapeTests.given)\(more), credits: [\(credits)]}, expect: {\(expected)}}]\n"
        let plan = try Plan(parsing: text, file: "p.yaml")
        return plan.failures(file: "p.yaml").map(\.description)
    }

    private static let crossing = "{date: 2026-01-10, amount: 800}, {date: 2026-02-10, amount: 600}"

    private static func tiers(_ by: String, _ method: String, _ tiers: String) -> String {
        "{for: sales, rate: {by: \(by), method: \(method), boundary: lower-inclusive, tiers: [\(tiers)]}}"
    }

    @Test(
        "by credits",
        arguments: [
            ("flat", "{for: sales, rate: 6%}", "{date: 2026-01-10, amount: 10000}", "600"),
            ("per unit", "{for: units, rate: 50}", "{date: 2026-01-10, amount: 1, quantity: 12}", "600"),
            (
                "of the margin", "{for: sales, of: 'credit.amount - deal.cost', rate: 10%}",
                "{date: 2026-01-10, amount: 1000, cost: 600}", "40"
            ),
            (
                "a rate by the margin", "{for: sales, rate: 'deal.margin > 30% ? 8% : 5%'}",
                "{date: 2026-01-10, amount: 1000, margin: 35%}, {date: 2026-01-11, amount: 1000, margin: 30%}", "130"
            ),
            (
                "marginal by amount", tiers("total(sales)", "marginal", "{from: 0, rate: 5%}, {from: 1000, rate: 10%}"),
                crossing, "90"
            ),
            (
                "marginal by attainment",
                tiers("attainment(sales)", "marginal", "{from: 0%, rate: 5%}, {from: 100%, rate: 10%}"), crossing, "90"
            ),
            (
                "retroactive by amount, which is from the first dollar",
                tiers("total(sales)", "retroactive", "{from: 0, rate: 5%}, {from: 1000, rate: 10%}"), crossing, "140"
            ),
            (
                "retroactive by attainment",
                tiers("attainment(sales)", "retroactive", "{from: 0%, rate: 5%}, {from: 100%, rate: 10%}"), crossing,
                "140"
            ),
            (
                "overage at the band reached",
                tiers(
                    "attainment(sales)", "overage",
                    "{from: 0%, rate: 5%}, {from: 100%, rate: 8%}, {from: 120%, rate: 10%}"
                ), crossing, "90"
            ),
            (
                "by the deal, where it begins",
                tiers("attainment(sales)", "by-deal(before)", "{from: 0%, rate: 5%}, {from: 100%, rate: 10%}"),
                crossing,
                "70"
            ),
            (
                "by the deal, where it ends",
                tiers("attainment(sales)", "by-deal(after)", "{from: 0%, rate: 5%}, {from: 100%, rate: 10%}"), crossing,
                "100"
            ),
            (
                "at the rate of another metric",
                tiers("attainment(month)", "retroactive", "{from: 0%, rate: 1%}, {from: 100%, rate: 2%}")
                    .replacing("for: sales", with: "for: sales, over: month"),
                "{date: 2026-01-10, amount: 50}, {date: 2026-02-10, amount: 300}", "6.50"
            ),
            (
                "a lookup by one key", "{for: sales, rate: {lookup: [line.product], rows: [[Pro, 4%], [\"*\", 2%]]}}",
                "{date: 2026-01-10, amount: 1000, product: Pro}, {date: 2026-01-11, amount: 1000}", "60"
            ),
            (
                "a lookup by two keys, of which the most specific row wins",
                "{for: sales, rate: {lookup: [deal.region, line.product], rows: [[\"*\", \"*\", 2%], [EMEA, \"*\", 3%], [EMEA, Pro, 4%]]}}",
                "{date: 2026-01-10, amount: 1000, product: Pro, region: EMEA}, {date: 2026-01-11, amount: 1000, region: EMEA}, {date: 2026-01-12, amount: 1000}",
                "90"
            ),
            (
                "a matrix",
                "{for: sales, rate: {boundary: lower-inclusive, matrix: {rows: {by: attainment(sales), from: [0%, 100%]}, columns: {by: deal.margin, from: [0%, 30%]}, values: [[1%, 2%], [3%, 4%]]}}}",
                "{date: 2026-01-10, amount: 1000, margin: 10%}, {date: 2026-01-11, amount: 1000, margin: 30%}", "70"
            ),
            (
                "a threshold below which the slice is lost",
                tiers("attainment(sales)", "marginal", "{from: 0%, rate: 0%}, {from: 50%, rate: 10%}"), crossing, "90"
            ),
            (
                "a decelerator",
                tiers("attainment(sales)", "marginal", "{from: 0%, rate: 10%}, {from: 100%, rate: 2%}"),
                crossing, "108"
            ),
            (
                "a cap a deal", "{for: sales, rate: 10%, cap: {amount: 70, per: deal}}", crossing, "130"
            ),
            (
                "a cap and a floor a month, and a share of the target a year",
                "{for: sales, rate: 10%, then: [{floor: 65, per: month}, {cap: 75, per: month}, {cap: 'contract.target.variable * 30%', per: year}]}",
                crossing, "120"
            ),
            (
                "a cliff: nothing until half of the quota",
                "{for: sales, rate: 10%, requires: attainment(sales) >= 50%}",
                "{date: 2026-01-10, amount: 400}, {date: 2026-02-10, amount: 100}", "50"
            ),
            (
                "multipliers, one after the other",
                "{for: sales, rate: 10%, then: [{multiply: 110%}, {multiply: 120%}]}",
                "{date: 2026-01-10, amount: 1000}", "132"
            ),
            (
                "multipliers, added up", "{for: sales, rate: 10%, multiply: '1 + 10% + fact(\"nps\") / 4'}",
                "{date: 2026-01-10, amount: 1000}", "130"
            ),
            (
                "a multiplier by tiers",
                "{for: sales, rate: 10%, multiply: {by: attainment(sales), boundary: lower-inclusive, tiers: [{from: 0%, factor: 1}, {from: 100%, factor: 1.5}]}}",
                crossing, "210"
            ),
            (
                "overrides by level", "{for: team, rate: 'role == \"manager-1\" ? 2% : 1%'}",
                "{date: 2026-01-10, amount: 1000, role: manager-1}, {date: 2026-01-10, amount: 1000, role: manager-2}",
                "30"
            ),
            (
                "quota credit apart from pay credit",
                "{for: sales, of: 'credit.amount * 50%', rate: {by: attainment(sales), method: marginal, boundary: lower-inclusive, tiers: [{from: 0%, rate: 5%}, {from: 100%, rate: 10%}]}}",
                crossing, "45"
            ),
        ])
    func byCredits(shape: String, component: String, credits: String, pay: String) throws {
        let found = try failures("c: " + component, credits, "c: \(pay), total: \(pay)")
        #expect(found == [], "\(shape)")
    }

    private static let march = "{date: 2026-03-10, amount: 1200}"

    @Test(
        "by periods",
        arguments: [
            ("a bonus", "{each: month, when: attainment(month) >= 100%, amount: '250'}", march, "250"),
            (
                "an interpolated curve",
                "{each: year, target: contract.target.variable, curve: {by: attainment(sales), points: [[50%, 0%], [100%, 100%], [150%, 200%]], above: flat}}",
                march, "560"
            ),
            (
                "a curve from a threshold on",
                "{each: year, target: '1000', curve: {by: attainment(sales), points: [[80%, 50%], [100%, 100%]], below: zero, above: extend}}",
                march, "1500"
            ),
            (
                "the highest milestone reached",
                "{each: year, milestones: {by: attainment(sales), boundary: lower-inclusive, pays: highest, steps: [{at: 50%, amount: 100}, {at: 100%, amount: 300}, {at: 150%, amount: 900}]}}",
                march, "300"
            ),
            (
                "each milestone reached",
                "{each: year, milestones: {by: total(sales), boundary: lower-inclusive, pays: each, steps: [{at: 500, amount: 100}, {at: 1000, amount: 300}]}}",
                march, "400"
            ),
            (
                "a weighted scorecard",
                "{each: quarter, target: contract.target.variable, goals: [{weight: 60%, score: 'min(attainment(sales), 100%)'}, {weight: 40%, score: fact(\"nps\")}]}",
                march, "368"
            ),
            ("a share of a pool", "{each: quarter, amount: 'fact(\"pool\") / fact(\"members\")'}", march, "1250"),
            (
                "slices of a target",
                "{each: year, target: contract.target.variable, rate: {by: attainment(sales), method: marginal, boundary: lower-inclusive, tiers: [{from: 0%, factor: 1}, {from: 100%, factor: 2}]}}",
                march, "560"
            ),
            (
                "overage of what is below the second tier",
                "{each: year, rate: {by: total(sales), method: overage, boundary: lower-inclusive, tiers: [{from: 0, rate: 6%}, {from: 2000, rate: 9%}]}}",
                march, "72"
            ),
            (
                "overage of what is beyond it",
                "{each: year, rate: {by: total(sales), method: overage, boundary: lower-inclusive, tiers: [{from: 0, rate: 6%}, {from: 1000, rate: 9%}]}}",
                march, "78"
            ),
            (
                "an amount by the tier reached",
                "{each: month, rate: {by: attainment(month), boundary: lower-inclusive, tiers: [{from: 0%, amount: 0}, {from: 100%, amount: 75}]}}",
                march, "75"
            ),
            ("what is not money", "{each: year, when: attainment(sales) >= 120%, award: 'A trip'}", march, "0"),
        ])
    func byPeriods(shape: String, component: String, credits: String, pay: String) throws {
        let found = try failures("c: " + component, credits, "c: \(pay), total: \(pay)")
        #expect(found == [], "\(shape)")
    }

    @Test("the greater of two, which are not paid themselves")
    func greaterOf() throws {
        let pay = """
            a: {for: sales, paid: false, rate: 5%}
            b: {for: units, paid: false, rate: 3}
            c: {each: month, amount: 'max(earned(a), earned(b))'}
            """
        let credits =
            "{date: 2026-01-10, amount: 1000, quantity: 10}, {date: 2026-02-10, amount: 1000, quantity: 20}"
        #expect(try failures(pay, credits, "c: 110, total: 110") == [])
    }

    @Test("what is not paid is not rounded: that happens once, where it is paid")
    func exactParts() throws {
        let pay = """
            a: {for: sales, paid: false, rate: 0.4%}
            b: {for: sales, paid: false, rate: 0.4%}
            c: {each: month, amount: earned(a) + earned(b)}
            """
        #expect(try failures(pay, "{date: 2026-01-10, amount: 1}", "c: 0.01") == [])
        let paid = pay.replacing("paid: false, ", with: "")
        #expect(try failures(paid, "{date: 2026-01-10, amount: 1}", "a: 0, b: 0, c: 0") == [])
    }

    @Test("a guarantee on the total, and a cap on some of it")
    func total() throws {
        let pay = """
            a: {for: sales, rate: 5%}
            b: {for: units, rate: 3}
            """
        let total = "\ntotal:\n  - {name: limit, cap: 40, of: [a]}\n  - {name: guarantee, floor: 90}\n"
        let text = try failures(pay, "{date: 2026-01-10, amount: 1000, quantity: 10}", "a: 50, b: 30, total: 80")
        #expect(text == [])
        let plan = try Plan(
            parsing: LanguageShapeTests.head + "components:\n  a: {for: sales, rate: 5%}\n  b: {for: units, rate: 3}"
                + total
                + "examples: [{given: {credits: [{date: 2026-01-10, amount: 1000, quantity: 10}]}, expect: {limit: -10, guarantee: 20, total: 90}}]",
            file: "p.yaml")
        #expect(plan.failures(file: "p.yaml").map(\.description) == [])
    }

    @Test(
        "quotas that are ramped for a beginner, and prorated to the days of the contract",
        arguments: [
            ("ramped", "{date: 2026-01-20, amount: 50}", "10"), ("ramped", "{date: 2026-02-20, amount: 50}", "5"),
            ("prorated", "{date: 2026-01-20, amount: 100}", "14.52"),
            ("prorated", "{date: 2026-02-20, amount: 100}", "10"),
        ])
    func quotas(measure: String, credit: String, pay: String) throws {
        let rate =
            measure == "ramped"
            ? "retroactive, boundary: upper-inclusive, tiers: [{from: 0%, rate: 10%}, {from: 100%, rate: 20%}]"
            : "marginal, boundary: lower-inclusive, tiers: [{from: 0%, rate: 10%}, {from: 100%, rate: 20%}]"
        let component = "{for: \(measure), rate: {by: attainment(\(measure)), method: \(rate)}}"
        #expect(
            try failures("c: " + component, credit, "c: \(pay)", more: ", contract: {from: 2026-01-15}") == [],
            "\(measure)")
    }
}
