import Domain
import Testing

@testable import calculator

@Suite("Draws, guarantees, balances and payouts")
struct DrawTests {
    @Test("a recoverable draw advances what is missing and takes it back out of what is earned beyond it")
    func recoverable() throws {
        let year = try Year("draw: {amount: 400, per: month}")
        try year.deal("D1 2026-01-05 1000")
        try year.deal("D2 2026-03-05 6000")
        try year.deal("D3 2026-04-05 9000")
        #expect(
            try year.close("2026-01-31").text
                == "2026-01 draw draw -300 payable 300; 2026-01 settlement payable -400 paid 400")
        #expect(
            try year.close("2026-02-28").text
                == "2026-02 draw draw -400 payable 400; 2026-02 settlement payable -400 paid 400")
        try year.restart()
        #expect(
            try year.close("2026-03-31").text
                == "2026-03 draw draw 200 payable -200; 2026-03 settlement payable -400 paid 400")
        try year.close("2026-04-30")
        #expect(try year.balance(.draw) == .zero)
        #expect(try year.paid == "2026-01 400, 2026-02 400, 2026-03 400, 2026-04 400")
        #expect(
            try year.documents.filter { $0.kind == .draw }.map(\.note)[0]
                == "Advanced to the draw of 400.00 USD: 100.00 USD were earned.")
    }

    @Test("only a share of what is earned beyond the draw is kept until it is recovered")
    func recoverShare() throws {
        let year = try Year("draw: {amount: 400, per: month, recover: 50%}")
        try year.deal("D2 2026-02-05 6000")
        try year.adjust("A1", "0.01", period: "2026-01")
        try year.close("2026-02-28")
        #expect(try year.paid == "2026-01 400, 2026-02 500")
        #expect(try year.balance(.draw) .description == "-299.99")
    }

    @Test(
        "a guarantee is paid on top and never recovered",
        arguments: ["guarantee: {amount: 400, per: month}", "draw: {amount: 400, per: month, recoverable: false}"])
    func guarantee(settlement: String) throws {
        let year = try Year(settlement)
        try year.deal("D1 2026-01-05 1000")
        try year.deal("D2 2026-02-05 9000")
        try year.close("2026-02-28")
        #expect(try year.paid == "2026-01 400, 2026-02 900")
        #expect(try year.balance(.expense) == -1300)
    }

    @Test(
        "a draw is for the days of the contract and as long as it is said",
        arguments: [
            // draw                                                   contract                    paid
            ("{amount: 310, per: month}", ("2026-01-11", ""), "2026-01 210, 2026-02 310, 2026-03 310, 2026-04 310"),
            ("{amount: 310, per: month, for: 2 months}", ("2026-01-11", ""), "2026-01 210, 2026-02 310, 2026-03 100"),
            ("{amount: 310, per: month, until: 2026-02-14}", ("2026-01-01", ""), "2026-01 310, 2026-02 155"),
            ("{amount: 310, per: month}", ("2026-01-01", "2026-03-10"), "2026-01 310, 2026-02 310, 2026-03 100"),
            ("{amount: 900, per: quarter}", ("2026-01-01", ""), "2026-01 310, 2026-02 280, 2026-03 310, 2026-04 296.7"),
        ] as [(String, (String, String), String)])
    func spans(draw: String, contract: (String, String), expected: String) throws {
        let year = try Year()
        try year.agree([(contract.0, contract.1, Year.plan("draw: \(draw)"))])
        try year.adjust("A1", "0.01", period: "2026-01")
        try year.close("2026-04-30")
        #expect(try year.paid == expected)
    }

    @Test("leave is a gap between contracts: no draw for its days")
    func leave() throws {
        let year = try Year()
        let plan = Year.plan("draw: {amount: 310, per: month}")
        try year.agree([("2026-01-01", "2026-01-10", plan), ("2026-01-22", "", plan)])
        try year.close("2026-01-31")
        #expect(try year.paid == "2026-01 200")
    }

    @Test("with a plan change within a month each plan's draw is for its days")
    func planChange() throws {
        let year = try Year()
        try year.agree([
            ("2026-01-01", "2026-01-10", Year.plan("draw: {amount: 310, per: month}")),
            ("2026-01-11", "", Year.plan("draw: {amount: 620, per: month}")),
        ])
        try year.close("2026-01-31")
        #expect(try year.paid == "2026-01 520")
        #expect(try year.text(of: .draw) == "2026-01 -520")
    }

    @Test("a plan change from months to quarters settles each period by its own plan")
    func kinds() throws {
        let year = try Year()
        try year.agree([
            ("2026-01-01", "2026-02-14", Year.plan("")),
            ("2026-02-15", "", Year.plan("draw: {amount: 90, per: quarter}", pays: "quarterly")),
        ])
        try year.deal("D1 2026-01-05 1000")
        try year.deal("D2 2026-02-05 100")
        try year.deal("D3 2026-02-20 100")
        try year.close("2026-03-31")
        #expect(try year.paid == "2026-Q1 45, 2026-01 100, 2026-02 10")
    }

    @Test("a negative month is carried, or written off where the plan says so")
    func balances() throws {
        for (settlement, paid, rest) in [
            ("", "2026-01 100, 2026-03 20", Number(0)), ("balance: floor", "2026-01 100, 2026-03 50", 0),
        ] {
            let year = try Year(settlement)
            try year.deal("D1 2026-01-05 1000")
            try year.close("2026-01-31")
            try year.deal("D1 2026-01-05 700")
            try year.deal("D2 2026-03-05 500")
            try year.close("2026-03-31")
            #expect(try year.paid == paid)
            #expect(try year.balance(.payable) == rest)
            #expect(try year.documents.contains { $0.kind == .writeOff } == !settlement.isEmpty)
        }
    }

    @Test("less than the minimum is carried until there is enough, or nobody is left to earn it")
    func minimum() throws {
        let year = try Year()
        try year.agree([("2026-01-01", "2026-03-31", Year.plan("payout: {minimum: 50}"))])
        try year.deal("D1 2026-01-05 300")
        try year.deal("D2 2026-02-05 250")
        try year.deal("D3 2026-03-05 10")
        try year.close("2026-01-31")
        #expect(try year.balance(.payable, "2026-01") == 30)
        #expect(try year.paid.isEmpty)
        try year.close("2026-03-31")
        #expect(try year.paid == "2026-02 55, 2026-03 1")
    }

    @Test("a payout in another currency says its rate, and without a rate the books are not closed")
    func currencies() throws {
        let year = try Year()
        try year.deal("D1 2026-01-05 1000")
        #expect(throws: (any Error).self) { try year.close("2026-01-31", in: "EUR") }
        #expect(throws: (any Error).self) { try year.close("2026-01-31", in: "EUR", rates: [("USD", "0")]) }
        let documents = try year.close(
            "2026-01-31", in: "EUR", channel: "accounts-payable", rates: [("USD", "0.91237")])
        let payout = try #require(documents.last?.payout)
        #expect(payout.amount.description == "91.24 EUR" && payout.settled.description == "100.00 USD")
        #expect(payout.exchangeRate?.description == "0.91237" && payout.channel == .accountsPayable)
        #expect(documents.last?.note == "Paid through accounts payable.")
    }

    @Test("plans in two currencies settle each by itself")
    func twoCurrencies() throws {
        let year = try Year()
        try year.agree([
            ("2026-01-01", "2026-01-15", Year.plan("")), ("2026-01-16", "", Year.plan("", currency: "EUR")),
        ])
        try year.deal("D1 2026-01-05 1000")
        try year.deal("D2 2026-01-20 1000", currency: "EUR")
        let payouts = try year.close("2026-01-31", in: "EUR", rates: [("USD", "0.5")]).compactMap(\.payout)
        #expect(payouts.map(\.amount.description) == ["100.00 EUR", "50.00 EUR"])
    }

    @Test("a bonus for a fact is paid at the end of its period without a single deal")
    func markers() throws {
        let rules =
            "components: {bonus: {each: quarter, amount: 'fact(\"csat\") * 10.0'}, base: {each: month, amount: '100.0'}}"
        let year = try Year("", rules: rules, quotas: [("2026-Q1", "7")])
        try year.agree(
            [("2026-01-01", "", Year.plan("", rules: rules.replacing("csat", with: "bookings")))],
            quotas: [("2026-Q1", "7")])
        try year.adjust("A1", "1", period: "2026-01")
        try year.close("2026-01-31")
        #expect(try year.balance(.payable, "2026-01") == .zero)
        try year.close("2026-02-28")
        #expect(try year.paid == "2026-01 101, 2026-02 100")
        try year.restart()
        try year.close("2026-03-31")
        #expect(try year.paid == "2026-01 101, 2026-02 100, 2026-03 170")
        // The fact is corrected after the close.
        let corrected = try year.agree(
            [("2026-01-01", "", Year.plan("", rules: rules.replacing("csat", with: "bookings")))],
            quotas: [("2026-Q1", "9")])
        #expect(corrected.map(\.period.label) == ["2026-04"])
        #expect(try year.balance(.payable) == 20)
    }
}
