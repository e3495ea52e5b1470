import Domain
import Testing

@Suite("People")
struct PersonTests {
    @Test(
        "one who types the name otherwise is the same person",
        arguments: ["vera cash", " Vera  Cash ", "VERA\u{a0}CASH"])
    func same(name: String) { #expect(name.isSamePerson(as: "Vera Cash")) }

    @Test("another is another", arguments: ["Vera", "VeraCash", "Vera Cash Jr", ""])
    func other(name: String) { #expect(!name.isSamePerson(as: "Vera Cash")) }
}

@Suite("At the edges")
struct EdgeTests {
    @Test("names are compared by their bytes, not by how they look")
    func identifiers() {
        let (composed, decomposed) = (DealID("caf\u{e9}"), DealID("cafe\u{301}"))
        #expect(composed != decomposed)
        #expect((composed < decomposed) != (decomposed < composed))
        #expect(Set([composed, decomposed]).count == 2)
        #expect([composed: 1, decomposed: 2][composed] == 1)
        #expect(
            CreditKey(deal: composed, line: .whole, role: .owner)
                != CreditKey(deal: decomposed, line: .whole, role: .owner))
    }

    @Test(
        "a name that a store would cut off or a partition key could not hold is not storable",
        arguments: [("D1", true), ("", true), ("é", true), ("a\0b", false), ("a\nb", false), ("a\u{7f}", false)])
    func storable(text: String, expected: Bool) {
        #expect(DealID(text).isStorable == expected)
        #expect(!DealID(text + String(repeating: "x", count: 201)).isStorable)
    }

    @Test(
        "any moment that a record may carry can be written",
        arguments: [Int64.min, .min + 1, .max, -62_135_596_800_001])
    func moments(milliseconds: Int64) { #expect(Instant(milliseconds: milliseconds).description.hasSuffix("Z")) }

    @Test("a moment before 1970 is written as the one that it is")
    func before1970() {
        #expect(Instant(milliseconds: 0).description == "1970-01-01T00:00:00.000Z")
        #expect(Instant(milliseconds: -1).description == "1969-12-31T23:59:59.999Z")
        #expect(Instant(milliseconds: -86_400_000).description == "1969-12-31T00:00:00.000Z")
    }

    @Test(
        "a moment outside the years that dates have is not read, whatever its zone makes of it",
        arguments: [
            ("9999-12-31T23:59:59.999Z", true), ("0001-01-01T00:00:00Z", true), ("9999-12-31T23:00:00-01:00", false),
            ("0001-01-01T00:00:00+00:01", false), ("9999-12-31T23:59:60Z", false),
        ])
    func years(text: String, expected: Bool) { #expect((Instant(text) != nil) == expected) }

    @Test(
        "the first and the last periods begin and end where they should",
        arguments: [
            ("9999", "9999-01-01", "9999-12-31"), ("9999-Q4", "9999-10-01", "9999-12-31"),
            ("9999-12", "9999-12-01", "9999-12-31"),
            ("9999-12-B", "9999-12-16", "9999-12-31"), ("9999-W51", "9999-12-20", "9999-12-26"),
            ("0001", "0001-01-01", "0001-12-31"),
        ])
    func periods(label: String, start: String, end: String) throws {
        let period = try #require(Period(label))
        #expect(period.start.description == start)
        #expect(period.end.description == end)
        #expect(!(period < period))
    }

    @Test("days can be added without end, and nothing traps")
    func days() {
        #expect(CalendarDate(day: .max).adding(days: 1 << 40).day == .max)
        #expect(CalendarDate(day: .min).adding(days: -1 << 40).day == .min)
        #expect(CalendarDate(day: 5).adding(days: -5).day == 0)
    }

    @Test(
        "a suggestion is near, or the list is short",
        arguments: [
            ("ownr", ["owner", "split"], " (did you mean 'owner'?)"), ("x", [], ""),
            ("something", ["owner", "split"], "; known: owner, split"),
            ("something", (0..<100).map { "product \($0)" }, ""),
        ])
    func suggestions(name: String, known: [String], expected: String) {
        #expect(suggestion(for: name, among: known) == expected)
    }
}
