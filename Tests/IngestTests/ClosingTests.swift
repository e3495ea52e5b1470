import Domain
import Records
import Runtime
import Streams
import SwiftProtobuf
import TestSupport
import Testing

@testable import ingest

@Suite("Closing a period")
struct ClosingTests {
    /// eva's plan is in euros and she is paid in dollars.
    private static let euro = CompanyEntity.exchangeRate(
        ExchangeRate(
            from: Currency("EUR")!, to: Currency("USD")!, date: CalendarDate("2026-01-01")!,
            rate: Number(11, places: 1)!))

    private func withDesk(_ more: [CompanyEntity] = [euro], _ body: (DealDesk) throws -> Void) throws {
        try withTemporaryFolder { folder in
            try body(try DealDesk(folder: folder, firm: CreditingFirm(levels: 0, postClose: .approve, more: more)))
        }
    }

    private func report(
        _ desk: DealDesk, _ period: String = "2026-02", payees: String? = nil, today: String = "2027-01-01",
        uncalculated: [WireSkippedDeal] = []
    ) throws -> CloseReport {
        let acting = try desk.acting
        let selection = try CloseSelection(period, payees: payees, acting.company)
        let backlog = try Backlog(desk.tiny.log, desk.tiny.application)
        return CloseReport(
            Closing(company: acting.company, acts: acting.acts, through: selection.period.end), selection,
            deals: try desk.listed() + uncalculated, backlog: backlog.withoutCalculator, today: CalendarDate(today)!)
    }

    private func close(_ desk: DealDesk, _ period: String, payees: String? = nil, by person: String = "finn") throws {
        for close in try report(desk, period, payees: payees).commands(by: person, reason: "") {
            try desk.act(.close(close))
        }
        try desk.settle()
    }

    @Test("names whose credits cannot be calculated, of the period and of whom it is asked for")
    func uncalculated() throws {
        try withDesk { desk in
            func listed(_ deal: String, _ payee: String, _ day: String) -> WireSkippedDeal {
                .with {
                    ($0.deal, $0.payee, $0.closed) = (deal, payee, day)
                    $0.problems = [.with { $0.code = WireSkippedDeal.uncalculated }]
                }
            }
            let all = [
                listed("D1", "ada", "2026-02-03"), listed("D2", "bob", "2026-01-31"),
                listed("D3", "ada", "2026-03-01"), listed("", "ada", "2026-02-28"),
            ]
            func open(_ payees: String? = nil) throws -> [String] {
                try report(desk, payees: payees, uncalculated: all).open.map(\.what)
            }
            try desk.settle()
            let what = "in which what a payee gets cannot be calculated, and is not paid"
            let (everybody, bob, eva) = (try open(), try open("bob"), try open("eva"))
            #expect(everybody == ["3 cases \(what): D1 of ada, D2 of bob, ada on 2026-02-28"])
            #expect(bob == ["1 case \(what): D2 of bob"])
            #expect(eva == [])
        }
    }

    @Test("tells every payee with a contract, in what they are paid and at that day's rates, once")
    func closed() throws {
        try withDesk { desk in
            try close(desk, "2026-02", payees: "ada, Name of bob")
            try close(desk, "2026-02")
            let rest = try report(desk)
            #expect(rest.ready == [])
            #expect(rest.text == "2026-02 is closed already for 6 payees; nothing to do\n")
            // Told twice, and one that goes back.
            try desk.act(.close(.with { ($0.id, $0.through, $0.by) = ("x", "2026-02-28", "finn") }))
            try desk.act(.close(.with { ($0.id, $0.through, $0.by) = ("y", "2026-01-31", "finn") }))
            try desk.settle()
            #expect(
                try desk.told() == [
                    "ada closed through 2026-02-28 in USD EUR 1.1", "bob closed through 2026-02-28 in USD EUR 1.1",
                    "eva closed through 2026-02-28 in USD EUR 1.1", "max closed through 2026-02-28 in USD EUR 1.1",
                    "mia closed through 2026-02-28 in USD EUR 1.1", "vip closed through 2026-02-28 in USD EUR 1.1",
                ])
            let acting = try desk.acting
            #expect(
                ClosedListing(acting.acts, acting.company).text.hasSuffix(
                    "\n6 payees closed through 2026-02-28: ada, bob, eva, max, mia, vip\n"))
        }
    }

    @Test("takes in who has no contract and an approved adjustment")
    func adjusted() throws {
        try withDesk { desk in
            try desk.apply([.payee(Payee(id: "zoe", name: "Zoe", currency: Currency("USD")!, managers: Timeline()))])
            try desk.act(.adjustment(AdjustingTests.request(payee: "zoe")))
            #expect(try !report(desk).ready.contains("zoe"))
            try desk.act(
                .decision(
                    .with { ($0.kind, $0.subject, $0.approved, $0.by) = (.adjustment, "a1", true, "vera") }))
            #expect(try report(desk).ready.contains("zoe"))
            #expect(try report(desk, payees: "zoe").ready == ["zoe"])
            try close(desk, "2026-02")
            #expect(try desk.told().contains("zoe closed through 2026-02-28 in USD EUR 1.1"))
        }
    }

    @Test("is said not to have happened where somebody else was faster, and so is every act")
    func faster() throws {
        try withDesk { desk in
            try desk.act(.adjustment(AdjustingTests.request()))
            let (vera, max) = (try desk.acting, try desk.acting)
            func word(_ approved: Bool, _ person: String) -> WireDecision {
                .with { ($0.kind, $0.subject, $0.approved, $0.by) = (.adjustment, "a1", approved, person) }
            }
            try vera.decide(word(true, "vera"))
            let late = #expect(throws: Problem.self) { try max.decide(word(false, "max")) }
            #expect(late?.message == "somebody else was faster: it was approved by vera")

            try vera.ask(AdjustingTests.request("a2"))
            #expect(throws: Problem.self) { try max.ask(AdjustingTests.request("a2", "-300")) }
            try max.ask(AdjustingTests.request("a3"))

            func release(_ day: String) -> WireDealRelease {
                .with { ($0.deal, $0.date, $0.by) = ("D1", day, "vera") }
            }
            try vera.release(release("2026-02-01"))
            #expect(throws: Problem.self) { try max.release(release("2026-02-02")) }

            let both = try report(desk)
            try vera.close(both, by: "vera", reason: "")
            #expect(throws: Problem.self) { try max.close(both, by: "max", reason: "") }
        }
    }

    @Test("leaves a payee open whose payout has no exchange rate, and says so")
    func noRate() throws {
        try withDesk([]) { desk in
            try desk.settle()
            let report = try report(desk)
            #expect(report.ready.count == 5)
            #expect(
                report.open.map(\.what) == [
                    "1 payee left open for want of an exchange rate from EUR to USD on 2026-02-28: eva"
                ])
            try desk.act(.close(.with { ($0.id, $0.through, $0.by) = ("all", "2026-02-28", "finn") }))
            try desk.settle()
            #expect(try desk.told().count == 5)
            try desk.apply([ClosingTests.euro])
            try close(desk, "2026-02")
            #expect(try desk.told().filter { $0.hasPrefix("eva") }.count == 1)
        }
    }

    @Test(
        "says what would be left out",
        arguments: [
            ("nothing", nil),
            ("a deal without a contract", "1 deal not credited: D1"),
            ("a deal that is lost", nil),
            ("a deal of March", nil),
            ("a stage that nobody knows", "1 deal not credited: D1"),
            (
                "a payment for no deal",
                "1 deal with payments, releases or dates that wait or cannot be read: D9"
            ),
            ("a change", "1 deal with a change after the close to be decided on: D1"),
            ("an adjustment", "1 adjustment not decided on: a1"),
            ("an adjustment of March", nil),
            ("an adjustment of somebody else", nil),
            ("the period is not over", "the period is not over: it ends on 2026-02-28"),
            ("an event that is not credited", "still to be processed: 1 deal events to be credited"),
        ] as [(String, String?)])
    func leftOut(what: String, finding: String?) throws {
        try withDesk { desk in
            try prepare(what, desk)
            if what != "an event that is not credited" { try desk.settle() }
            let report = try report(
                desk, payees: what.hasSuffix("somebody else") ? "bob" : nil,
                today: what == "the period is not over" ? "2026-02-28" : "2026-03-01")
            #expect(report.open.map(\.what) == (finding.map { [$0] } ?? []))
            #expect(report.text.hasPrefix("2026-02, through 2026-02-28: "))
            #expect(report.text.contains("Nothing is left out.") == (finding == nil))
            let closes = report.commands(by: "finn", reason: "so be it")
            #expect(closes.allSatisfy { $0.reason.contains(finding ?? "so be it") })
        }
    }

    private func prepare(_ what: String, _ desk: DealDesk) throws {
        switch what {
        case "a deal without a contract": try desk.deal(CreditingFirm.body([("owner", "\"zoe\"")]))
        case "a deal that is lost": try desk.deal(CreditingFirm.body([("stage", "\"lost\""), ("product", "\"X\"")]))
        case "a deal of March": try desk.deal(CreditingFirm.body([("closed", "\"2026-03-01\""), ("owner", "\"zoe\"")]))
        case "a stage that nobody knows": try desk.deal(CreditingFirm.body([("stage", "\"Won!\"")]))
        case "a payment for no deal": try desk.payment("P1 2026-02-01 5", deal: "D9")
        case "a change":
            for revision in ["1 won", "2 won amount=150"] { try desk.deal(FulfilmentTests.body(revision)) }
        case "an adjustment", "an adjustment of March", "an adjustment of somebody else":
            try desk.act(.adjustment(AdjustingTests.request(period: what.hasSuffix("March") ? "2026-03" : "")))
        case "an event that is not credited":
            try desk.settle()
            try desk.deal(CreditingFirm.body())
        default: break
        }
    }

    @Test("a statement is approved by somebody else than who closed it, where it is closed, once")
    func approved() throws {
        try withDesk { desk in
            try close(desk, "2026-02", payees: "ada,bob")
            let told = try desk.told().count
            func approve(_ period: String, _ payees: [String] = [], by person: String) throws {
                try desk.act(
                    .approval(
                        .with {
                            ($0.id, $0.period, $0.payees, $0.by) = ("\(period)/\(person)", period, payees, person)
                        }))
            }
            try approve("2026-02", by: "FINN ")
            try approve("2026-03", ["ada"], by: "vera")
            try approve("2026-02", ["ada"], by: "vera")
            try approve("2026-02", by: "vera")
            try desk.settle()
            #expect(
                try Array(desk.told().dropFirst(told)) == [
                    "ada approved 2026-02 by vera", "bob approved 2026-02 by vera",
                ])
            #expect(
                try desk.quarantined() == [
                    "approval 2026-02/FINN : FINN  closed 2026-02 for ada, so another person approves it",
                    "approval 2026-03/vera: 2026-03 is not closed for ada",
                ])
        }
    }

    @Test(
        "of what does not exist is refused",
        arguments: [
            ("2026-13", nil, "'2026-13' is not a period"), ("March", nil, "'March' is not a period"),
            ("2026-02", "zoe", "'zoe' is nobody among the payees"), ("2026-02", ",", "nobody is named"),
        ] as [(String, String?, String)])
    func refused(period: String, payees: String?, message: String) {
        let problem = #expect(throws: Problem.self) {
            try CloseSelection(period, payees: payees, CreditingFirm().company)
        }
        #expect(problem?.message.hasPrefix(message) == true)
    }
}

extension Backlog {
    /// No calculator runs in these tests.
    fileprivate var withoutCalculator: Backlog {
        var copy = self
        copy.stages.removeAll { $0.title == "payee events to be calculated" }
        return copy
    }
}
