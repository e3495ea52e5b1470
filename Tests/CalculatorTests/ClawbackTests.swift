import Domain
import Testing

@testable import calculator

@Suite("What a cancellation takes back")
struct ClawbackTests {
    @Test(
        "of 100 posted, the plan's method leaves its share",
        arguments: [
            // clawback                                       cancelled      left
            ("{within: 90 days, method: full}", "2026-02-10", "0"),
            ("{within: 90 days, method: full}", "2026-04-05", "0"),
            ("{within: 90 days, method: full}", "2026-04-06", "100"),
            ("{within: 90 days}", "2025-12-01", "0"),
            ("{within: 90 days, method: prorated-days}", "2026-02-19", "50"),
            ("{within: 90 days, method: prorated-days}", "2026-01-05", "0"),
            ("{within: 90 days, method: prorated-days}", "2026-01-06", "1.11"),
            ("{within: 12 months, method: prorated-months}", "2026-04-04", "16.67"),
            ("{within: 12 months, method: prorated-months}", "2026-04-05", "25"),
            ("{within: 365 days, method: prorated-months}", "2026-04-05", "25"),
            ("{steps: [{until: 30 days, share: 100%}, {until: 3 months, share: 50%}]}", "2026-02-04", "0"),
            ("{steps: [{until: 30 days, share: 100%}, {until: 3 months, share: 50%}]}", "2026-02-05", "50"),
            ("{steps: [{until: 30 days, share: 100%}, {until: 3 months, share: 50%}]}", "2026-04-06", "100"),
        ])
    func methods(clawback: String, day: String, left: String) throws {
        for isClosed in [false, true] {
            let year = try Year("clawback: \(clawback)")
            try year.deal("D1 2026-01-05 1000")
            if isClosed { try year.close("2026-01-31") }
            let documents = try year.deal("D1 2026-01-05 1000", "cancelled \(day)")
            #expect(try year.earned == left)
            #expect(documents.allSatisfy { $0.period.label == (isClosed ? "2026-02" : "2026-01") })
            try year.restart()
            #expect(try year.deal("D1 2026-01-05 1000", "cancelled \(day)").isEmpty)
            // Closing makes no more of it.
            try year.close("2026-12-31")
            #expect(try year.deal("D1 2026-01-05 1000", "cancelled \(day)").isEmpty)
            #expect(try year.earned == left)
        }
    }

    @Test("a plan without clawback takes a cancelled deal as one that never was")
    func without() throws {
        let year = try Year()
        try year.deal("D1 2026-01-05 1000")
        try year.close("2026-01-31")
        #expect(
            try year.deal("D1 2026-01-05 1000", "cancelled 2026-11-05").text
                == "2026-02 earning D1 commission -100 of 2026-01 corrects 1")
    }

    @Test("the explanation's leaves sum to what is left, and say why")
    func explained() throws {
        let year = try Year("clawback: {within: 90 days, method: prorated-days}")
        try year.deal("D1 2026-01-05 1000")
        try year.close("2026-01-31")
        let earning = try #require(try year.deal("D1 2026-01-05 1000", "cancelled 2026-02-19").first?.earnings.first)
        #expect(earning.explanation.total == 50 && earning.explanation.before == 100)
        #expect(earning.explanation.steps.map(\.amount) == [100, -50])
        #expect(earning.explanation.steps[1].note == "cancelled on 2026-02-19, 45 days after the credit: 50% is kept")
    }

    @Test("with attainment reversed later deals move down, with attainment kept they stay")
    func attainment() throws {
        let rules = "components: {commission: {for: bookings, rate: \(ClawbackTests.tiers)}}"
        for (attainment, expected) in [("reversed", "50"), ("kept", "100")] {
            let year = try Year(
                "clawback: {within: 90 days, attainment: \(attainment)}", rules: rules, quotas: [("2026", "1000")])
            try year.deal("D1 2026-01-05 1000")
            try year.deal("D2 2026-02-05 1000")
            #expect(try year.balance(.expense) == -150)
            try year.deal("D1 2026-01-05 1000", "cancelled 2026-03-01")
            #expect(try year.earned == expected)
        }
    }

    private static let tiers =
        "{by: attainment(bookings), method: marginal, boundary: lower-inclusive, tiers: [{from: 0%, rate: 5%}, {from: 100%, rate: 10%}]}"

    @Test("only what was posted is taken back, though the credit would pay more now")
    func posted() throws {
        let year = try Year("clawback: {within: 12 months}")
        try year.deal("D1 2026-01-05 1000")
        try year.close("2026-01-31")
        let better = "components: {commission: {for: bookings, rate: 20%}}"
        let terms = Year.plan("clawback: {within: 12 months}", rules: better)
        try year.deal("D1 2026-01-05 1000", "cancelled 2026-02-05")
        #expect(try year.balance(.expense) == .zero)
        try year.agree([("2026-01-01", "", terms)])
        #expect(try year.balance(.expense) == .zero)
    }

    @Test("a deal won back pays again by itself, and may be lost again")
    func wonBack() throws {
        let year = try Year("clawback: {within: 90 days, method: prorated-days}")
        try year.deal("D1 2026-01-05 1000")
        try year.close("2026-01-31")
        try year.deal("D1 2026-01-05 1000", "cancelled 2026-02-19")
        try year.close("2026-02-28")
        #expect(try year.deal("D1 2026-01-05 1000").text == "2026-03 earning D1 commission 50 of 2026-01 corrects 3")
        try year.close("2026-03-31")
        #expect(try year.balance(.expense) == -100)
        #expect(
            try year.deal("D1 2026-01-05 1000", "cancelled 2026-02-19").text
                == "2026-04 earning D1 commission -50 of 2026-01 corrects 4")
    }

    @Test("what was not released by the day of the cancellation is forfeited")
    func forfeited() throws {
        let settlement = """
            release: [{on: booking, share: 25%}, {on: payment, share: 75%, proportional: true}]
            clawback: {within: 90 days, method: prorated-days}
            """
        for (day, left) in [("2026-02-19", "25"), ("2026-01-06", "1.11")] {
            let year = try Year(settlement)
            try year.deal("D1 2026-01-05 1000")
            try year.close("2026-01-31")
            try year.deal("D1 2026-01-05 1000", "cancelled \(day)", "paid 2026-03-01 1000")
            #expect(try year.earned == left)
            #expect(try year.balance(.held) == .zero)
        }
    }

    @Test("after the payee has left it works the same; the balance goes negative and stays")
    func left() throws {
        let year = try Year()
        let plan = Year.plan("clawback: {within: 12 months}")
        try year.agree([("2026-01-01", "2026-02-28", plan)])
        try year.deal("D1 2026-01-05 1000")
        try year.close("2026-02-28")
        #expect(
            try year.deal("D1 2026-01-05 1000", "cancelled 2026-05-05").text
                == "2026-03 earning D1 commission -100 of 2026-01 corrects 1")
        try year.close("2026-06-30")
        #expect(try year.balance(.payable) == -100)
        #expect(try year.paid == "2026-01 100")
    }
}
