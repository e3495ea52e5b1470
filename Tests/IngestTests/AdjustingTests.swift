import Domain
import Records
import Runtime
import SwiftProtobuf
import TestSupport
import Testing

@testable import ingest

@Suite("Manual adjustments")
struct AdjustingTests {
    static func request(
        _ id: String = "a1", _ amount: String = "-250.00", _ currency: String = "USD", payee: String = "ada",
        period: String = "", by person: String = "finn"
    ) -> WireAdjustmentRequest {
        .with {
            ($0.id, $0.payee, $0.amount, $0.currency) = (id, payee, amount, currency)
            ($0.period, $0.reason, $0.by) = (period, "paid twice", person)
        }
    }

    private static func decision(_ approved: Bool, on id: String = "a1", by person: String) -> WireDecision {
        .with { ($0.kind, $0.subject, $0.approved, $0.by) = (.adjustment, id, approved, person) }
    }

    @Test("one who asks and another who approves make an adjustment, once")
    func makerAndChecker() throws {
        try withTemporaryFolder { folder in
            let desk = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0))
            for _ in 0..<2 { try desk.act(.adjustment(AdjustingTests.request())) }
            try desk.act(.adjustment(AdjustingTests.request("a2", "40", by: "vera")))
            for act in [
                AdjustingTests.decision(true, by: "Finn"), AdjustingTests.decision(true, on: "a9", by: "vera"),
                AdjustingTests.decision(true, by: "vera"), AdjustingTests.decision(false, by: "max"),
                AdjustingTests.decision(false, on: "a2", by: "finn"),
                AdjustingTests.decision(true, on: "a2", by: "max"),
            ] { try desk.act(.decision(act)) }
            try desk.settle()
            #expect(try desk.told() == ["ada adjusted -250 USD by finn, vera"])
            #expect(
                try desk.quarantined() == [
                    "adjustment a1: Finn asked for it, so another person decides on it",
                    "there is no adjustment 'a9' to decide on",
                ])
            #expect(
                Adjustments.text(try desk.acting.acts, onlyOpen: false) == """
                    Adjustment  Payee   Amount  Currency  Period  Asked for by  Decided           Reason
                    ──────────  ─────  ───────  ────────  ──────  ────────────  ────────────────  ──────────
                    a1          ada    -250.00  USD       open    finn          approved by vera  paid twice
                    a2          ada      40.00  USD       open    vera          rejected by finn  paid twice

                    """)
            #expect(Adjustments.text(try desk.acting.acts, onlyOpen: true) == "No adjustment waits for approval.\n")
        }
    }

    @Test(
        "what contradicts itself goes to quarantine and changes nothing",
        arguments: [
            (AdjustingTests.request("a1", "0"), "adjustment a1: 0 USD is not an amount that can be paid"),
            (AdjustingTests.request("a1", "0.001"), "adjustment a1: 0.001 USD is not an amount that can be paid"),
            (AdjustingTests.request("a1", "much"), "adjustment a1: 'much USD' is no amount of money"),
            (AdjustingTests.request("a1", "1", "ABC"), "adjustment a1: '1 ABC' is no amount of money"),
            (AdjustingTests.request(payee: "zoe"), "adjustment a1: there is no payee 'zoe'"),
            (AdjustingTests.request(period: "March"), "adjustment a1: 'March' is not a period"),
            (AdjustingTests.request(by: ""), "adjustment a1: it does not say who asks for it and why"),
        ])
    func quarantined(request: WireAdjustmentRequest, reason: String) throws {
        try withTemporaryFolder { folder in
            let desk = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0))
            try desk.act(.adjustment(request))
            try desk.settle()
            #expect(try desk.quarantined() == [reason])
            #expect(try desk.acting.acts.adjustments.isEmpty)
        }
    }

    private func ask(
        payee: String = "ada", _ amount: [String] = ["-250.00", "USD"], reason: String = "paid twice",
        period: String? = nil, id: String? = nil, by person: String = "finn", acts: Acts = Acts()
    ) throws -> WireAdjustmentRequest {
        try Adjusting(CreditingFirm().company, acts).request(
            payee: payee, amount: amount, reason: reason, period: period, id: id, by: person)
    }

    @Test("the same asked for twice is the same adjustment, anything else is another one")
    func identity() throws {
        let first = try ask()
        #expect(first == (try ask(payee: "U-ADA", ["-250", "USD"])))
        #expect(first.id.hasPrefix("adj-") && first.payee == "ada" && first.amount == "-250")
        for other in [
            try ask(["250", "USD"]), try ask(["-250", "EUR"]), try ask(reason: "other"), try ask(period: "2026-03"),
            try ask(by: "vera"), try ask(id: "second"),
        ] { #expect(other.id != first.id) }
    }

    @Test("the command line refuses what cannot be, and says why")
    func refused() throws {
        var acts = Acts()
        _ = try acts.take(
            .close(.with { ($0.id, $0.through, $0.by) = ("c", "2026-03-31", "finn") }), CreditingFirm().company)
        for (message, ask) in [
            ("'zoe' is nobody among the payees", { try self.ask(payee: "zoe") }),
            ("'250' is no amount and currency, or it is zero", { try self.ask(["250"]) }),
            ("'0 USD' is no amount and currency, or it is zero", { try self.ask(["0", "USD"]) }),
            ("'usd' is not an ISO 4217 currency", { try self.ask(["1", "usd"]) }),
            ("1.001 USD has more than the 2 decimal places of USD", { try self.ask(["1.001", "USD"]) }),
            ("'soon' is not a period", { try self.ask(period: "soon") }),
            ("2026-03 is closed for ada", { try self.ask(period: "2026-03", acts: acts) }),
            ("a reason has 1 to 1000 bytes, this one 0", { try self.ask(reason: " ") }),
            ("an ID has 1 to 200 bytes", { try self.ask(id: " x") }),
        ] as [(String, () throws -> WireAdjustmentRequest)] {
            let problem = #expect(throws: Problem.self) { try ask() }
            #expect(problem?.message.hasPrefix(message) == true, "\(problem?.message ?? "")")
        }
    }

    @Test("who asked does not approve, and nobody decides twice")
    func deciding() throws {
        let company = CreditingFirm().company
        var acts = Acts()
        _ = try acts.take(.adjustment(AdjustingTests.request()), company)
        func decide(_ person: String) throws -> WireDecision {
            try Deciding(acts: acts, deals: []).decision(on: "a1", by: person)
        }
        #expect(throws: Problem.self) { try decide("FINN") }
        var decision = try decide("vera")
        decision.approved = true
        _ = try acts.take(.decision(decision), company)
        let problem = #expect(throws: Problem.self) { try decide("max") }
        #expect(problem?.message == "it was approved by vera already")
    }
}
