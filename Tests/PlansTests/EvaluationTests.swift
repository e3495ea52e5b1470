import Domain
import Plans
import Testing

/// Tiers are 5% up to the quota and 10% beyond, unless a row says otherwise; the year's quota is 1000.
@Suite("What credits pay")
struct EvaluationTests {
    @Test(
        "each part of a credit is paid at the rate of the tier it falls into",
        arguments: [
            // credits                                        what each pays
            (["2026-01-05 400"], ["20"]),
            (["2026-01-05 1000"], ["50"]),
            (["2026-01-05 1000.01"], ["50"]),
            (["2026-01-05 1000.10"], ["50.01"]),
            (["2026-01-05 1500"], ["100"]),
            (["2026-01-05 999.99", "2026-01-06 0.01", "2026-01-07 0.10"], ["50", "0", "0.01"]),
            (["2026-01-05 600", "2026-02-05 600"], ["30", "40"]),
            (["2026-01-05 600", "2026-02-05 400", "2026-02-05 100"], ["30", "20", "10"]),
            (["2026-01-05 1200", "2026-02-05 -400"], ["70", "-30"]),
            (["2026-01-05 -200", "2026-02-05 300"], ["-10", "15"]),
            (["2026-01-05 -200", "2026-02-05 1300"], ["-10", "70"]),
            (["2026-01-05 0"], ["0"]),
            (["2026-12-31 1500", "2027-01-01 100"], ["100", "5"]),
            (["2026-01-05 400 split", "2026-01-06 700"], ["0", "35"]),
        ])
    func tiers(credits: [String], expected: [String]) throws {
        let evaluation = try Evaluation(PlanText(), quotas: [("2026", 1000)])
        #expect(try evaluation.lines(credits) == expected)
    }

    @Test(
        "attainment begins anew with each window of its measure",
        arguments: [
            // over        the window's quota   what 600 pays in March, April, July and next January
            ("month", ["2026-03", "2026-04", "2026-07", "2027-01"], ["35", "35", "35", "35"]),
            ("quarter", ["2026-Q1", "2026-Q2", "2026-Q3", "2027-Q1"], ["35", "35", "35", "35"]),
            ("half", ["2026-H1", "2026-H2", "2027-H1"], ["35", "60", "35", "35"]),
            ("year", ["2026", "2027"], ["35", "60", "60", "35"]),
        ])
    func windows(over: String, quotas: [String], expected: [String]) throws {
        let evaluation = try Evaluation(PlanText(over: over), quotas: quotas.map { ($0, 500) })
        let credits = ["2026-03-31 600", "2026-04-01 600", "2026-07-01 600", "2027-01-01 600"]
        #expect(try evaluation.lines(credits) == expected)
    }

    @Test(
        "every number of tiers works, up to boundaries that are no round number",
        arguments: [
            ("[ {from: 0%, rate: 5%} ]", ["100", "50"]),
            ("[ {from: 0%, rate: 0%}, {from: 50%, rate: 10%} ]", ["150", "100"]),
            ("[ {from: 0%, rate: 6%}, {from: 100%, rate: 9%}, {from: 150%, rate: 12%} ]", ["165", "120"]),
            ("[ {from: 0%, rate: 6%}, {from: 33.3333%, rate: 9%} ]", ["170", "90"]),
            ("[ {from: 0%, rate: 10%}, {from: 100%, rate: 5%} ]", ["150", "50"]),
        ])
    func rateTables(tiers: String, expected: [String]) throws {
        let evaluation = try Evaluation(PlanText(tiers: tiers), quotas: [("2026", 1000)])
        #expect(try evaluation.lines(["2026-01-05 2000", "2026-02-05 1000"]) == expected)
    }

    @Test("without a quota for the window the first tier's rate holds")
    func noQuota() throws {
        let evaluation = try Evaluation(PlanText(), quotas: [("2026", 1000)])
        #expect(try evaluation.lines(["2026-06-01 1500", "2027-06-01 1500"]) == ["100", "75"])
        #expect(try evaluation.explanations(["2027-06-01 1500"]).map(\.attainment) == [nil])
    }

    @Test(
        "the lines of a pay period sum to its rounded total, wherever the half cents fall",
        arguments: [
            // mode         four credits of 0.50 at 1%: 0.005 each
            ("half-even", ["0", "0.01", "0.01", "0"]),
            ("half-up", ["0.01", "0", "0.01", "0"]),
            ("down", ["0", "0.01", "0", "0.01"]),
            ("up", ["0.01", "0", "0.01", "0"]),
        ])
    func rounding(mode: String, expected: [String]) throws {
        let evaluation = try Evaluation(PlanText(mode: mode), quotas: [])
        let credits = (1...4).map { "2026-01-0\($0) 0.50" }
        #expect(try evaluation.lines(credits, "spiff") == expected)
    }

    @Test(
        "rounding begins anew with each pay period",
        arguments: [
            // pays             0.50 at 1% on 10, 20 and 31 January and on 1 February
            ("monthly", ["0", "0.01", "0.01", "0"]),
            ("semi-monthly", ["0", "0", "0.01", "0"]),
            ("quarterly", ["0", "0.01", "0.01", "0"]),
            ("annual", ["0", "0.01", "0.01", "0"]),
            ("weekly", ["0", "0", "0", "0.01"]),
        ])
    func payPeriods(pays: String, expected: [String]) throws {
        let evaluation = try Evaluation(PlanText(pays: pays), quotas: [])
        let credits = ["2026-01-10 0.50", "2026-01-20 0.50", "2026-01-31 0.50", "2026-02-01 0.50"]
        #expect(try evaluation.lines(credits, "spiff") == expected)
    }

    @Test(
        "a currency is rounded to what can be paid in it",
        arguments: [("USD", "16.67"), ("JPY", "17"), ("KWD", "16.667")])
    func currencies(currency: String, expected: String) throws {
        let evaluation = try Evaluation(PlanText(currency: currency), quotas: [])
        #expect(try evaluation.lines(["2026-01-10 333.333"]) == [expected])
    }

    @Test("an explanation names tiers, parts, rates and attainment, and its leaves sum to the line")
    func explanation() throws {
        let evaluation = try Evaluation(PlanText(), quotas: [("2026", 1000)])
        let tree = try #require(try evaluation.explanations(["2026-01-05 600", "2026-02-05 700.55"]).last)
        let first = Explanation.Tier(from: Rate(0), to: Rate(1))
        let second = Explanation.Tier(from: Rate(1), to: nil)
        #expect(
            tree.steps == [
                .init(base: 400, rate: try Rate("5%"), amount: 20, tier: first),
                .init(base: try Number("300.55"), rate: try Rate("10%"), amount: try Number("30.055"), tier: second),
            ])
        #expect(tree.total == (try Number("50.06")))
        #expect(tree.rounding == (try Number("0.005")))
        #expect(
            tree.attainment
                == .init(
                    measure: "bookings", period: try #require(Period("2026")), quota: 1000, before: 600,
                    after: try Number("1300.55")))
    }

    @Test("what does not fit a number throws, and the sums of the caller can be used again")
    func overflow() throws {
        let evaluator = try Evaluation(PlanText(spiff: "99999999999999"), quotas: []).evaluator
        var sums = evaluator.empty
        let credit = try Evaluation.credits(["2026-01-05 999999999999999"], evaluator.plan.currency)[0]
        #expect(throws: ArithmeticError.overflow) { try evaluator.step(credit, sums: &sums) }
    }

    @Test("a credit that the attainment does not count is paid at the rate that has been reached")
    func uncounted() throws {
        let text = """
            plan: reps
            currency: USD
            measures:
              all: {over: year}
              own: {roles: [owner], over: year, quota: contract.quota.bookings}
            components:
              commission:
                for: all
                rate:
                  by: attainment(own)
                  method: marginal
                  boundary: lower-inclusive
                  tiers: [{from: 0%, rate: 1%}, {from: 100%, rate: 2%}]
            """
        let evaluator = Evaluator(
            plan: try Plan(parsing: text, file: "p.yaml"),
            quotas: [Quota(payee: "ada", measure: "bookings", period: try #require(Period("2026")), amount: 1000)])
        var sums = evaluator.empty
        let credits = ["2026-01-05 100 split", "2026-02-05 2000", "2026-03-05 100 split"]
        let pay = try Evaluation.credits(credits, evaluator.plan.currency).map { credit in
            try evaluator.step(credit, sums: &sums).map(\.amount.description)
        }
        #expect(pay == [["1"], ["30"], ["2"]])
    }
}
