import Domain
import Records
import SwiftProtobuf
import TestSupport
import Testing

@testable import ingest

@Suite("The history of a deal")
struct CreditingHistoryTests {
    /// All orders of the indices below `count`.
    static func orders(_ count: Int) -> [[Int]] {
        count == 0
            ? [[]]
            : orders(count - 1).flatMap { order in
                (0...order.count).map { Array(order[..<$0]) + [count - 1] + Array(order[$0...]) }
            }
    }

    private func run(_ bodies: [String], policy: PostClosePolicy = .freeze) throws -> (
        credits: [String], tally: Tally, quarantined: [String]
    ) {
        try withTemporaryFolder { folder in
            let run = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0, postClose: policy))
            for body in bodies { try run.deal(body) }
            try run.settle()
            return (try run.credits(), try run.tally(), try run.quarantined())
        }
    }

    /// `3 won 100` as a body.
    private func body(_ text: String) -> String {
        let parts = text.split(separator: " ").map(String.init)
        return CreditingFirm.body([("revision", parts[0]), ("stage", "\"\(parts[1])\""), ("amount", parts[2])])
    }

    @Test(
        "four revisions come to the same in all of their orders",
        arguments: [
            // revisions                                          what ada is credited with: frozen, accepted
            (["1 open 90", "2 won 100", "3 won 110", "4 won 120"], "100", "120"),
            (["1 won 100", "2 open 100", "3 won 130", "4 won 140"], "130", "140"),
            (["1 won 100", "2 won 110", "3 deleted 110", "4 open 110"], nil, nil),
            (["1 won 100", "2 lost 100", "3 deleted 100", "4 won 150"], "150", "150"),
            (["1 open 10", "2 open 20", "3 won 30", "4 lost 30"], nil, nil),
            (["10 won 100", "9 open 1", "100 won 200", "11 won 100"], "100", "200"),
        ] as [([String], String?, String?)])
    func allOrders(revisions: [String], frozen: String?, accepted: String?) throws {
        for (policy, amount) in [(PostClosePolicy.freeze, frozen), (.accept, accepted)] {
            for order in CreditingHistoryTests.orders(4) {
                let outcome = try run(order.map { body(revisions[$0]) }, policy: policy)
                #expect(
                    outcome.credits == (amount.map { ["ada D1 owner \($0) USD 2026-02-05"] } ?? []),
                    "\(policy) \(order)")
                #expect(outcome.tally.received == 4)
                #expect(outcome.tally.accepted == 1)
                #expect(outcome.tally.superseded == 3)
                #expect(outcome.quarantined == [])
            }
        }
    }

    @Test("D4: of two bodies under one revision the same one wins in every order, and quarantine names both")
    func conflict() throws {
        let bodies = ["1 open 1", "2 won 100", "2 won 200", "2 won 300"].map { body($0) }
        let hashes = bodies.dropFirst().map { hexadecimal(digest($0.utf8)) }
        let winner = try #require(hashes.min())
        let amount = ["100", "200", "300"][try #require(hashes.firstIndex(of: winner))]
        for order in CreditingHistoryTests.orders(4) {
            let outcome = try run(order.map { bodies[$0] })
            #expect(outcome.credits == ["ada D1 owner \(amount) USD 2026-02-05"], "\(order)")
            #expect(outcome.quarantined.count == 2)
            for reason in outcome.quarantined {
                #expect(reason.hasPrefix("deal D1 has two different bodies under revision 2: SHA-256 "))
                #expect(hashes.filter { reason.contains($0) }.count == 2)
            }
            #expect(try #require(outcome.quarantined.last).contains("\(winner) counts"))
            #expect(outcome.tally.quarantined == 2)
            #expect(
                outcome.tally.received == outcome.tally.accepted + outcome.tally.superseded + outcome.tally.skipped
                    + outcome.tally.quarantined)
        }
    }

    @Test("what is delivered again changes nothing, and is counted")
    func again() throws {
        try withTemporaryFolder { folder in
            let run = try DealDesk(folder: folder)
            for body in ["1 won 100", "2 won 150"].map({ body($0) }) { try run.deal(body) }
            try run.settle()
            let events = run.payeeEventCount()
            for _ in 0..<3 { for body in ["2 won 150", "1 won 100"].map({ body($0) }) { try run.deal(body) } }
            try run.settle()
            #expect(run.payeeEventCount() == events)
            #expect(try run.tally().received == 8)
            #expect(try run.tally().superseded == 7)
            #expect(try run.tally().frozen == 1)
        }
    }

    @Test("without revisions the order of receipt counts, and the same file again changes nothing")
    func implicitRevisions() throws {
        try withTemporaryFolder { folder in
            let run = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0, postClose: .accept))
            func say(_ stage: String, _ amount: String, event: String? = nil) throws {
                try run.deal(CreditingFirm.body([("stage", "\"\(stage)\""), ("amount", amount)]), event: event)
                try run.settle()
            }
            try say("won", "100", event: "import/f/1")
            #expect(try run.credits() == ["ada D1 owner 100 USD 2026-02-05"])
            let events = run.payeeEventCount()
            try say("won", "100", event: "import/f/1")
            try say("won", "100", event: "import/g/1")
            #expect(run.payeeEventCount() == events)
            try say("won", "120")
            #expect(try run.credits() == ["ada D1 owner 120 USD 2026-02-05"])
            try say("open", "120")
            #expect(try run.credits() == [])
            try say("won", "100")
            #expect(try run.credits() == ["ada D1 owner 100 USD 2026-02-05"])
            #expect(try run.tally().received == 6)
        }
    }

    @Test(
        "a delivery without its version number stands behind the highest that came before it, and no later one behind it",
        arguments: [
            // deliveries in their order, what ada is credited with in the end
            (["1 won 100", "- won 110", "2 won 120"], "120"), (["1 won 100", "3 won 130", "- won 110"], "110"),
            (["- won 110", "1 won 100"], "100"), (["3 won 130", "- won 110", "2 won 120"], "110"),
            (["3 won 130", "- won 110", "2 won 120", "4 won 140"], "140"),
            (["1 won 100", "- won 110", "- won 110", "- won 115", "2 won 120"], "120"),
            // Two bodies under one number are in the place of the first, whichever counts.
            (["1 won 100", "- won 110", "1 won 101"], "110"), (["1 won 101", "- won 110", "1 won 100"], "110"),
            // A time is no version number: what comes without one is where it came.
            (["1767225600500 won 100", "- won 110", "1767225600600 won 120"], "110"),
        ])
    func unnumbered(deliveries: [String], credited: String) throws {
        let bodies = deliveries.map { body($0.replacing("- ", with: "null ")) }
        #expect(try run(bodies, policy: .accept).credits == ["ada D1 owner \(credited) USD 2026-02-05"])
    }

    @Test("what said nothing new says nothing new when it is delivered again, after something else was said")
    func repetitionAgain() throws {
        try withTemporaryFolder { folder in
            let run = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0, postClose: .accept))
            func say(_ amount: String, _ event: Int) throws {
                try run.deal(CreditingFirm.body([("amount", amount)]), event: "crm/\(event)")
            }
            for event in 1...40 { try say("100", event) }
            try say("120", 41)
            for event in 1...41 { try say(event == 41 ? "120" : "100", event) }
            try run.settle()
            #expect(try run.credits() == ["ada D1 owner 120 USD 2026-02-05"])
            #expect(try run.tally().received == 82)
            // Said anew it counts.
            try say("100", 42)
            try run.settle()
            #expect(try run.credits() == ["ada D1 owner 100 USD 2026-02-05"])
        }
    }

    @Test("a sender's key that comes with something else is another event")
    func keyTwice() throws {
        try withTemporaryFolder { folder in
            let run = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0, postClose: .accept))
            for amount in ["100", "120", "100", "120"] {
                try run.deal(CreditingFirm.body([("amount", amount)]), event: "api/key/0")
            }
            try run.settle()
            #expect(try run.credits() == ["ada D1 owner 120 USD 2026-02-05"])
            #expect(try run.tally().received == 4)
        }
    }

    @Test("credits of a deal that goes to somebody else are withdrawn there and assigned here")
    func reassigned() throws {
        try withTemporaryFolder { folder in
            let run = try DealDesk(folder: folder, firm: CreditingFirm(levels: 2, postClose: .accept))
            try run.deal(CreditingFirm.body([("revision", "1")]))
            try run.deal(CreditingFirm.body([("revision", "2"), ("owner", "\"bob\"")]))
            try run.settle()
            #expect(
                try run.credits() == [
                    "bob D1 owner 100 USD 2026-02-05", "max D1 manager-1 100 USD 2026-02-05",
                    "vip D1 manager-2 100 USD 2026-02-05",
                ])
        }
    }

    @Test("names that look the same and are written otherwise are two deals")
    func unicodeForms() throws {
        try withTemporaryFolder { folder in
            let run = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0))
            for id in ["caf\u{e9}", "cafe\u{301}"] { try run.deal(CreditingFirm.body([("id", "\"\(id)\"")]), id: id) }
            try run.settle()
            #expect(try run.credits().count == 2)
            #expect(try run.tally().deals == 2)
        }
    }

    @Test("ten thousand revisions are the most that a deal keeps")
    func limit() throws {
        var history = DealHistory(revisions: [])
        for number in (0..<200).reversed() {
            let revision = DealState.Revision(
                offset: 0, order: Int64(number), isStated: true, hash: [], event: 0, stage: .won)
            #expect(history.insert(revision) == .inserted)
        }
        #expect(history.revisions.map(\.order) == (0..<200).map { Int64($0) })
        #expect(history.standing(.freeze)?.revision.order == 0)
    }
}
