import Domain
import Records
import Streams
import SwiftProtobuf
import TestSupport
import Testing

@testable import calculator

@Suite("Credits that cannot be calculated")
struct UncalculatedTests {
    /// 100 for each point of margin; without it there is nothing to say.
    private static let byMargin = """
        plan: reps
        currency: USD
        fields: {margin: decimal}
        measures: {bookings: {over: year}}
        components:
          commission: {for: bookings, rate: '5%'}
          margin: {for: bookings, rate: '1% / deal.margin'}
        """
    /// Pays by itself at the end of a quarter.
    private static let byFact = """
        plan: reps
        currency: USD
        measures: {bookings: {over: quarter}}
        components: {bonus: {each: quarter, amount: '1000 / fact("bookings")'}}
        """

    private static func credit(_ text: String, margin: String? = nil, line: String = "") -> WirePayeeEvent.OneOf_Event {
        guard case .creditAssigned(var credit) = Told.credit(text, line: line) else { return Told.credit(text) }
        if let margin { credit.fields = [.with { ($0.name, $0.number) = ("margin", margin) }] }
        return .creditAssigned(credit)
    }

    private static func ada(_ plan: String) throws -> Books {
        let books = try Books()
        try books.tell("ada", Told.terms([("2026-01-01", "", plan)], quotas: [("2026", "1000")]))
        return books
    }

    /// What is told of credits that cannot be calculated: the key, and why.
    private static func listed(_ outputs: [Output]) throws -> [String] {
        try outputs.filter { $0.topic == "skipped-deals" }.map { output in
            let key = String(decoding: output.key, as: UTF8.self).replacing("\t", with: " ")
            guard let listed = try WireSkippedDeal.decoding(key: output.key, value: output.value) else {
                return "\(key) gone"
            }
            return "\(key) \(listed.closed) "
                + listed.problems.map { "\($0.place): \($0.message)" }.joined(separator: "; ")
        }
    }

    @Test("a credit that cannot be calculated pays nothing and is told, until what it lacks has come")
    func missing() throws {
        let books = try Self.ada(Self.byMargin)
        var told = try Self.listed(books.tell("ada", Self.credit("D1 2026-01-05 1000")))
        #expect(
            told == [
                "D1 ada 2026-01-05 as owner: plans/reps.yaml:7:39: deal.margin has no value"
            ])
        #expect(try Self.listed(books.tell("ada", Self.credit("D2 2026-01-06 1000", margin: "0.5"))).isEmpty)
        try books.restart()
        #expect(try books.balances() == ["ada 2026-01 commission D2  owner": 50, "ada 2026-01 margin D2  owner": 20])
        told = try Self.listed(books.tell("ada", Self.credit("D1 2026-01-05 1000", margin: "0")))
        #expect(
            told == [
                "D1 ada 2026-01-05 as owner: plans/reps.yaml:7:34: division by zero"
            ])
        try books.restart()
        #expect(try Self.listed(books.tell("ada", Self.credit("D1 2026-01-05 1000", margin: "1"))) == ["D1 ada gone"])
        #expect(try books.balances()["ada 2026-01 margin D1  owner"] == 10)
    }

    @Test("what paid before pays no more, and a credit that is withdrawn or in no plan any more is told no more")
    func takenBack() throws {
        let books = try Self.ada(Self.byMargin)
        for line in ["1", "2"] { try books.tell("ada", Self.credit("D1 2026-01-05 1000", margin: "1", line: line)) }
        let outputs = try books.tell("ada", Self.credit("D1 2026-01-05 1000", line: "2"))
        #expect(try Self.listed(outputs).count == 1)
        #expect(
            Set(try books.balances().keys) == ["ada 2026-01 commission D1 1 owner", "ada 2026-01 margin D1 1 owner"])
        #expect(
            try Self.listed(books.tell("ada", Self.credit("D1 2026-01-05 1000", line: "1"))).first?
                .contains("line 1 as owner, line 2 as owner: ") == true)
        #expect(try books.balances().isEmpty)
        #expect(try Self.listed(books.tell("ada", Told.withdrawn("D1", line: "2"))).first?.contains("line 1") == true)
        #expect(try Self.listed(books.tell("ada", Told.terms([("2026-02-01", "", Self.byMargin)]))) == ["D1 ada gone"])
        #expect(try Self.listed(books.tell("ada", Told.terms([("2026-01-01", "", Told.flat)]))).isEmpty)
        #expect(try books.balances() == ["ada 2026-01 commission D1 1 owner": 60])
    }

    @Test("it does not count for those behind it")
    func uncounted() throws {
        let tiers =
            "{by: total(bookings), method: marginal, boundary: lower-inclusive, tiers: [{from: 0, rate: 5%}, {from: 1000, rate: 10%}]}"
        let plan = Self.byMargin.replacing("rate: '5%'", with: "rate: \(tiers)")
        let books = try Self.ada(plan)
        for number in 1...3 {
            try books.tell(
                "ada", Self.credit("D\(number) 2026-01-0\(number) 1000", margin: number == 1 ? nil : "100"))
        }
        #expect(
            try books.balances().filter { $0.key.contains("commission") } == [
                "ada 2026-01 commission D2  owner": 50, "ada 2026-01 commission D3  owner": 100,
            ])
    }

    @Test("a contract that meets it is agreed on all the same", arguments: [Told.plan("99999999999999"), Told.steep])
    func agreed(plan: String) throws {
        let books = try Self.ada(Told.tiered)
        try books.tell("ada", Told.credit("D1 2026-01-05 900000000000000"))
        let terms = Told.terms([("2026-01-01", "", plan)], quotas: [("2026", "99999999999999999999999999")])
        #expect(
            try Self.listed(books.tell("ada", terms)) == [
                "D1 ada 2026-01-05 as owner: the number is too large (more than 1.7 × 10^26)"
            ])
        #expect(try books.balances().isEmpty)
        #expect(try Self.listed(books.tell("ada", Told.terms([("2026-01-01", "", Told.flat)]))) == ["D1 ada gone"])
    }

    @Test("what a plan pays by itself at the end of a span is told by its day")
    func span() throws {
        let books = try Books()
        try books.tell("ada", Told.terms([("2026-01-01", "", Self.byFact)]))
        let reason = "plans/reps.yaml:4:46: division by zero"
        func told(_ event: WirePayeeEvent.OneOf_Event) throws -> [String] { try Self.listed(books.tell("ada", event)) }
        let first = try told(Told.closed("2026-03-31"))
        #expect(first == [" ada 2026-03-31 2026-03-31 2026-03-31: \(reason)"])
        try books.restart()
        let second = try told(Told.closed("2026-06-30"))
        #expect(second == [" ada 2026-06-30 2026-06-30 2026-06-30: \(reason)"])
        try books.restart()
        let terms = Told.terms([("2026-01-01", "", Self.byFact)], quotas: [("2026-Q2", "4")])
        #expect(try told(terms) == [" ada 2026-06-30 gone"])
        #expect(try told(Told.terms([("2026-01-01", "", Told.flat)])) == [" ada 2026-03-31 gone"])
    }

    @Test("of very many lines fifty are told")
    func bounded() throws {
        let books = try Self.ada(Self.byMargin)
        var last: [String] = []
        for line in 1...52 {
            last = try Self.listed(books.tell("ada", Self.credit("D1 2026-01-05 1", line: "\(line)")))
        }
        #expect(last.first?.contains("line 7 as owner and 2 more: plans/reps.yaml") == true, "\(last)")
    }

    @Test("it is told with the day of the first that cannot be calculated, wherever that moves")
    func moved() throws {
        let books = try Self.ada(Self.byMargin)
        func told(_ text: String, margin: String? = nil, line: String) throws -> [String] {
            try Self.listed(books.tell("ada", Self.credit(text, margin: margin, line: line)))
        }
        let reason = "plans/reps.yaml:7:39: deal.margin has no value"
        #expect(try told("D1 2026-01-05 1000", margin: "1", line: "1").isEmpty)
        let first = try told("D1 2026-03-10 1000", line: "2")
        #expect(first == ["D1 ada 2026-03-10 line 2 as owner: \(reason)"])
        #expect(try told("D1 2026-03-10 1000", line: "2").isEmpty)
        let second = try told("D1 2026-02-10 1000", line: "2")
        #expect(second == ["D1 ada 2026-02-10 line 2 as owner: \(reason)"])
        try books.restart()
        #expect(try told("D1 2026-02-10 1000", margin: "1", line: "2") == ["D1 ada gone"])
    }

    @Test("a line that is no money pays nothing, though its credit counts")
    func noMoney() throws {
        let tiers =
            "{by: total(bookings), method: marginal, boundary: lower-inclusive, tiers: [{from: 0, rate: 50000000}, {from: 900000000000, rate: 10%}]}"
        let books = try Self.ada(Told.plan(tiers))
        let told = try Self.listed(books.tell("ada", Told.credit("D1 2026-01-05 900000000000")))
        #expect(
            told == [
                "D1 ada 2026-01-05 as owner: commission comes to 45,000,000,000,000,000,000.00 USD, beyond 1000000000000000"
            ])
        try books.tell("ada", Told.credit("D2 2026-01-06 100"))
        #expect(try books.balances() == ["ada 2026-01 commission D2  owner": 10])
    }
}
