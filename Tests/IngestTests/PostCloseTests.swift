import Domain
import Records
import Runtime
import SwiftProtobuf
import TestSupport
import Testing

@testable import ingest

@Suite("Changes to a deal after its close")
struct PostCloseTests {
    private func body(_ text: String) -> String { FulfilmentTests.body(text) }

    /// What is listed: `2 waiting amount 100 → 150`.
    private func changes(_ desk: DealDesk) throws -> [String] {
        try desk.listed().flatMap(\.changes).map { change in
            let what = change.differences.map { " \($0.field) \($0.from) → \($0.to)" }.joined(separator: ",")
            return "\(change.revision) \(change.outcome)\(change.by.isEmpty ? "" : " by \(change.by)")\(what)"
        }
    }

    @Test(
        "are listed with what changed and what became of it, in every order",
        arguments: [
            // policy, revisions, what is decided on (+ approved, - rejected), what is credited, what is listed
            (.freeze, ["1 won", "2 won amount=150"], "", "ada 100", ["2 frozen amount 100 → 150"]),
            (.accept, ["1 won", "2 won amount=150"], "", "ada 150", ["2 accepted amount 100 → 150"]),
            (.approve, ["1 won", "2 won amount=150"], "", "ada 100", ["2 waiting amount 100 → 150"]),
            (.approve, ["1 won", "2 won amount=150"], "+2", "ada 150", ["2 approved by vera amount 100 → 150"]),
            (.approve, ["1 won", "2 won amount=150"], "-2", "ada 100", ["2 rejected by vera amount 100 → 150"]),
            // The first word counts.
            (.approve, ["1 won", "2 won amount=150"], "-2+2", "ada 100", ["2 rejected by vera amount 100 → 150"]),
            // What was not decided on gives way to what the CRM says later.
            (
                .approve, ["1 won", "2 won amount=150", "3 won amount=170"], "", "ada 100",
                ["2 superseded amount 100 → 150", "3 waiting amount 100 → 170"]
            ),
            (
                .approve, ["1 won", "2 won amount=150", "3 won amount=170"], "+2", "ada 150",
                ["2 approved by vera amount 100 → 150", "3 waiting amount 150 → 170"]
            ),
            (.approve, ["1 won", "2 won amount=150", "3 won"], "", "ada 100", ["2 superseded amount 100 → 150"]),
            (
                .approve, ["1 won", "2 won owner=bob closed=2026-03-01"], "+2", "bob 100",
                ["2 approved by vera closed 2026-02-05 → 2026-03-01, owner ada → bob"]
            ),
            // What pays nobody otherwise is no change.
            (.approve, ["1 won", "2 won invoiced=100"], "", "ada 100, invoiced 100", []),
            (
                .approve, ["1 won", "2 won amount=150", "3 cancelled cancelled=2026-05-01"], "",
                "ada 100, cancelled 2026-05-01", ["2 superseded amount 100 → 150"]
            ),
            // Open again and won anew is another close.
            (.approve, ["1 won", "2 open", "3 won amount=150"], "", "ada 150", []),
        ] as [(PostClosePolicy, [String], String, String, [String])])
    func listed(policy: PostClosePolicy, revisions: [String], decided: String, credit: String, list: [String]) throws {
        for order in CreditingHistoryTests.orders(revisions.count) {
            try withTemporaryFolder { folder in
                let desk = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0, postClose: policy))
                for index in order { try desk.deal(body(revisions[index])) }
                try desk.settle()
                try decide(decided, revisions, desk)
                try desk.settle()
                #expect(try desk.fates() == [credit], "\(order)")
                #expect(try changes(desk) == list, "\(order)")
                #expect(try desk.tally().skipped == 0)
                #expect(try desk.tally().waiting == (list.contains { $0.contains("waiting") } ? 1 : 0))
            }
        }
    }

    @Test(
        "what could not be credited and was corrected in the CRM is credited as corrected, and is no change",
        arguments: [
            "amount=", "amount=1.001", "amount=\"ten\"", "closed=", "closed=soon", "currency=", "currency=ZZZ",
            "owner=",
        ])
    func corrected(flaw: String) throws {
        for policy in PostClosePolicy.allCases {
            for order in CreditingHistoryTests.orders(4) {
                try withTemporaryFolder { folder in
                    let desk = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0, postClose: policy))
                    let revisions = ["1 open", "2 won \(flaw)", "3 won \(flaw) product=Bolt", "4 won amount=150"]
                    for index in order { try desk.deal(body(revisions[index])) }
                    try desk.settle()
                    #expect(try desk.fates() == ["ada 150"], "\(policy) \(order)")
                    #expect(try changes(desk) == [], "\(policy) \(order)")
                    #expect(try desk.tally().skipped == 0)
                }
            }
        }
    }

    @Test("a flaw that comes after the close is a change like any other, and its correction is another")
    func flawedLater() throws {
        for (policy, credits, list) in [
            (PostClosePolicy.freeze, ["ada 100"], ["2 frozen amount 100 → ", "3 frozen amount 100 → 150"]),
            (.accept, ["ada 150"], ["2 accepted amount 100 → ", "3 accepted amount  → 150"]),
            (.approve, ["ada 100"], ["2 superseded amount 100 → ", "3 waiting amount 100 → 150"]),
        ] {
            for order in CreditingHistoryTests.orders(3) {
                try withTemporaryFolder { folder in
                    let desk = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0, postClose: policy))
                    let revisions = ["1 won", "2 won amount=", "3 won amount=150"]
                    for index in order { try desk.deal(body(revisions[index])) }
                    try desk.settle()
                    #expect(try desk.fates() == credits, "\(policy) \(order)")
                    #expect(try changes(desk) == list, "\(policy) \(order)")
                }
            }
        }
    }

    private func decide(_ text: String, _ revisions: [String], _ desk: DealDesk) throws {
        var rest = text[...]
        while let sign = rest.popFirst(), let digit = rest.popFirst()?.wholeNumberValue {
            try desk.decide(Int64(digit), body(revisions[digit - 1]), approved: sign == "+")
        }
    }

    @Test("everything that a deal says is compared, but what names and orders it")
    func everyField() {
        func names(_ value: Any) -> [String] { Mirror(reflecting: value).children.compactMap(\.label).sorted() }
        let own: [String: FieldValue] = ["margin": .number(1), "region": .text("1")]
        let line = Deal.Line(id: "L", product: "Bolt", amount: 1, fields: own)
        let deal = Deal(id: "D", stage: .won, lines: [line], fields: own)
        let compared = DealText(deal).fields.map(\.name)
        let theirs = ["deal.margin", "deal.region", "line L", "line L.margin", "line L.region"]
        #expect(compared.suffix(theirs.count) == theirs)
        #expect(
            names(deal) == (compared.dropLast(theirs.count) + ["id", "stage", "revision", "lines", "fields"]).sorted())
        #expect(names(line) == ["amount", "fields", "id", "product"])
    }

    @Test("another value of a field of the company's own, or of another type, is another content")
    func ownFields() {
        func digest(_ value: FieldValue?) -> UInt64 {
            DealText.digest(of: Deal(id: "D", stage: .won, fields: value.map { ["region": $0] } ?? [:]))
        }
        let values: [FieldValue?] = [nil, .text("1"), .text("2"), .number(1), .text("true"), .flag(true)]
        #expect(Set(values.map(digest)).count == values.count)
    }

    @Test("a word on a change that was another one by then counts for nothing")
    func anotherContent() throws {
        try withTemporaryFolder { folder in
            let desk = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0, postClose: .approve))
            for revision in ["1 won", "2 won amount=150"] { try desk.deal(body(revision)) }
            try desk.decide(2, body("2 won amount=140"), approved: true)
            try desk.settle()
            #expect(try desk.fates() == ["ada 100"])
            #expect(try changes(desk) == ["2 waiting amount 100 → 150"])
        }
    }

    @Test("another policy decides anew on all that was changed before")
    func anotherPolicy() throws {
        try withTemporaryFolder { folder in
            let desk = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0))
            for revision in ["1 won", "2 won amount=150"] { try desk.deal(body(revision)) }
            try desk.settle()
            #expect(try desk.fates() == ["ada 100"])
            for (policy, credit, list) in [
                (PostClosePolicy.accept, "ada 150", "2 accepted amount 100 → 150"),
                (.approve, "ada 100", "2 waiting amount 100 → 150"),
            ] {
                try desk.apply([.settings(Settings(name: "Firm", postClose: policy))])
                try desk.settle()
                #expect(try desk.fates() == [credit])
                #expect(try changes(desk) == [list])
            }
        }
    }

    @Test("a person decides on the change that waits, once")
    func deciding() throws {
        try withTemporaryFolder { folder in
            let desk = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0, postClose: .approve))
            for revision in ["1 won", "2 won amount=150"] { try desk.deal(body(revision)) }
            try desk.settle()
            let waiting = try Deciding(acts: desk.acting.acts, deals: desk.listed())
            var decision = try waiting.decision(on: "D1", by: "vera")
            decision.approved = true
            #expect(decision.revision == 2 && decision.kind == .dealChange)
            try desk.act(.decision(decision))
            // Before crediting has seen it, the acts tell.
            #expect(throws: Problem.self) {
                try Deciding(acts: desk.acting.acts, deals: desk.listed()).decision(on: "D1", by: "max")
            }
            try desk.settle()
            let problem = #expect(throws: Problem.self) {
                try Deciding(acts: desk.acting.acts, deals: desk.listed()).decision(on: "D1", by: "max")
            }
            #expect(problem?.message == "no change of it waits: the last one is approved by vera")
            #expect(
                ChangeListing(try desk.listed()).text == """
                    D1, closed 2026-02-05: revision 2, approved by vera
                      received 2026-01-01T00:00:02.000Z from test
                      amount: 100 → 150

                    """)
            #expect(throws: Problem.self) { try waiting.decision(on: "D9", by: "vera") }
        }
    }
}
