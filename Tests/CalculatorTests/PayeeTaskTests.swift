import Domain
import Records
import Streams
import Testing

@testable import calculator

@Suite("Calculating payees")
struct PayeeTaskTests {
    /// Ada on 5% to a quota of 1000 for 2026 and 10% beyond.
    private func ada() throws -> Books {
        let books = try Books()
        try books.tell("ada", Told.terms([("2026-01-01", "", Told.tiered)], quotas: [("2026", "1000")]))
        return books
    }

    /// `2026-01 D1 30, 2026-02 D2 -10`: what the documents of the last event post.
    private func posted(_ outputs: [Output]) throws -> String {
        try outputs.filter { $0.topic == "ledger" }.compactMap(\.value).map { bytes in
            let document = try WireLedgerDocument(decoding: bytes).domain()
            return document.earnings.map { "\(document.period) \($0.credit.key.deal) \($0.amount)" }.joined(
                separator: ", ")
        }.joined(separator: ", ")
    }

    @Test("credits in order earn one after the other")
    func inOrder() throws {
        let books = try ada()
        #expect(try posted(try books.tell("ada", Told.credit("D1 2026-01-05 600"))) == "2026-01 D1 30")
        #expect(try posted(try books.tell("ada", Told.credit("D2 2026-01-20 600"))) == "2026-01 D2 40")
        #expect(try posted(try books.tell("ada", Told.credit("D3 2026-02-01 100"))) == "2026-02 D3 10")
    }

    @Test("a late credit changes only what lies behind it")
    func late() throws {
        let books = try ada()
        for credit in ["D1 2026-01-05 600", "D3 2026-02-05 600", "D4 2026-03-05 100", "D5 2027-01-05 100"] {
            try books.tell("ada", Told.credit(credit))
        }
        // D3 moves up by 200 into the second tier; D4 was in it already, D5 is another year's.
        #expect(try posted(try books.tell("ada", Told.credit("D2 2026-01-31 200"))) == "2026-01 D2 10, 2026-02 D3 10")
    }

    @Test("a credit that moves to another date is taken back there and earned here")
    func moved() throws {
        let books = try ada()
        try books.tell("ada", Told.credit("D1 2026-01-05 600"))
        let outputs = try books.tell("ada", Told.credit("D1 2026-03-05 600"))
        #expect(try posted(outputs) == "2026-01 D1 -30, 2026-03 D1 30")
        #expect(try books.balances() == ["ada 2026-03 commission D1  owner": 30])
    }

    @Test("a withdrawal takes back exactly what was posted, and what follows moves down")
    func withdrawn() throws {
        let books = try ada()
        for credit in ["D1 2026-01-05 600", "D2 2026-02-05 600"] { try books.tell("ada", Told.credit(credit)) }
        #expect(try posted(try books.tell("ada", Told.withdrawn("D1"))) == "2026-01 D1 -30, 2026-02 D2 -10")
        #expect(try books.balances() == ["ada 2026-02 commission D2  owner": 30])
    }

    @Test("what is told twice happens once")
    func twice() throws {
        let books = try ada()
        let terms = Told.terms([("2026-01-01", "", Told.tiered)], quotas: [("2026", "1000")])
        for event in [Told.credit("D1 2026-01-05 600"), terms] {
            try books.tell("ada", event)
            #expect(try books.tell("ada", event).isEmpty)
        }
        try books.tell("ada", Told.withdrawn("D1"))
        #expect(try books.tell("ada", Told.withdrawn("D1")).isEmpty)
        #expect(try books.tell("ada", Told.withdrawn("never was")).isEmpty)
    }

    @Test(
        "a change of what is agreed rates everything anew, and posts the difference",
        arguments: [
            // to what                                                               what it posts
            (Told.terms([("2026-01-01", "", Told.flat)]), "2026-01 D1 6, 2026-02 D2 -4"),
            (Told.terms([("2026-01-01", "", Told.tiered)], quotas: [("2026", "600")]), "2026-01 D1 0, 2026-02 D2 20"),
            (Told.terms([("2026-01-01", "2026-01-31", Told.tiered)], quotas: [("2026", "1000")]), "2026-02 D2 -40"),
            (
                Told.terms([("2026-02-01", "", Told.tiered)], quotas: [("2026", "1000")]),
                "2026-01 D1 -30, 2026-02 D2 -10"
            ),
            (Told.terms([]), "2026-01 D1 -30, 2026-02 D2 -40"),
            (Told.terms([("2026-01-01", "", Told.plan("6%", currency: "EUR"))]), "2026-01 D1 -30, 2026-02 D2 -40"),
        ])
    func terms(event: WirePayeeEvent.OneOf_Event, expected: String) throws {
        let books = try ada()
        for credit in ["D1 2026-01-05 600", "D2 2026-02-05 600"] { try books.tell("ada", Told.credit(credit)) }
        #expect(try posted(try books.tell("ada", event)) == expected)
    }

    @Test("an event comes before what it needs: credits earn once there is a contract")
    func creditsFirst() throws {
        let books = try Books()
        #expect(try books.tell("ada", Told.credit("D1 2026-01-05 600")).isEmpty)
        let outputs = try books.tell("ada", Told.terms([("2026-01-01", "", Told.flat)]))
        #expect(try posted(outputs) == "2026-01 D1 36")
    }

    @Test("documents are numbered, chained by hash and balanced, each payee's on its own")
    func chain() throws {
        let books = try ada()
        try books.tell("bob", Told.terms([("2026-01-01", "", Told.flat)]))
        for (index, payee) in ["ada", "bob", "bob", "ada", "ada"].enumerated() {
            try books.tell(payee, Told.credit("D\(index) 2026-0\(5 - index)-05 900"))
        }
        var heads: [PayeeID: (sequence: Int64, hash: [UInt8])] = [:]
        for (bytes, document) in zip(books.ledger, try books.documents()) {
            let head = heads[document.payee] ?? (0, [])
            #expect(document.sequence == head.sequence + 1)
            #expect(document.previousHash == head.hash)
            #expect(try document.postings.reduce(Number.zero) { try $0 + $1.amount } == .zero)
            let earned = try document.earnings.reduce(Number.zero) { try $0 + $1.amount }
            #expect(document.postings.first { $0.account == .payable }?.amount ?? .zero == earned)
            heads[document.payee] = (document.sequence, digest(bytes))
        }
        #expect(heads.keys.sorted() == ["ada", "bob"])
    }

    @Test("thousands of re-rated credits come in documents that a log takes as records")
    func manyEarnings() throws {
        let books = try ada()
        for number in 0..<600 { try books.tell("ada", Told.credit("D\(number) 2026-01-05 10")) }
        let outputs = try books.tell("ada", Told.terms([("2026-01-01", "", Told.flat)]))
        let documents = try outputs.filter { $0.topic == "ledger" }.compactMap(\.value)
            .map { try WireLedgerDocument(decoding: $0).domain() }
        #expect(documents.map(\.earnings.count) == [250, 250, 100])
    }

    @Test("a deal's commission is told whenever it changes, and a tombstone when there is none")
    func dealCommissions() throws {
        let books = try ada()
        func told(_ event: WirePayeeEvent.OneOf_Event) throws -> [String] {
            try books.tell("ada", event).filter { $0.topic == "deal-commissions" }.map { output in
                let key = String(decoding: output.key, as: UTF8.self)
                #expect(output.partitionKey == Array(key.split(separator: "/")[0].utf8))
                guard let value = output.value else { return "\(key) gone" }
                let wire = try WireDealCommission(decoding: value)
                return "\(key) \(wire.amount) \(wire.currency)"
            }
        }
        #expect(try told(Told.credit("D1 2026-01-05 600", line: "1")) == ["D1/ada 30 USD"])
        #expect(try told(Told.credit("D1 2026-01-05 200", line: "2")) == ["D1/ada 40 USD"])
        #expect(try told(Told.credit("D0 2026-01-01 300")) == ["D0/ada 15 USD", "D1/ada 45 USD"])
        #expect(try told(Told.withdrawn("D1", line: "1")) == ["D1/ada 10 USD"])
        #expect(try told(Told.withdrawn("D1", line: "2")) == ["D1/ada gone"])
    }

    @Test("what a deal pays in two currencies is told in both, and never summed")
    func twoCurrencies() throws {
        let books = try Books()
        let euros = Told.plan("5%", currency: "EUR")
        try books.tell(
            "ada", Told.terms([("2026-01-01", "2026-01-31", Told.flat), ("2026-02-01", "", euros)]))
        try books.tell("ada", Told.credit("D1 2026-01-05 600", line: "1"))
        let outputs = try books.tell("ada", Told.credit("D1 2026-02-05 200", currency: "EUR", line: "2"))
        let told = try WireDealCommission(decoding: outputs.first { $0.topic == "deal-commissions" }?.value)
        #expect(told.amount.isEmpty && told.currency.isEmpty)
        #expect(
            told.components.map { "\($0.component) \($0.amount) \($0.currency)" } == [
                "commission 10 EUR", "commission 36 USD",
            ])
    }
}
