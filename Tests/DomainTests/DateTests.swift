import Domain
import Testing

@Suite("Dates and periods")
struct DateTests {
    @Test("every day of ten thousand years has one text and one number")
    func days() {
        var date = CalendarDate("0001-01-01")!
        let last = CalendarDate("9999-12-31")!
        var previous = ""
        while date < last {
            #expect(previous < date.description)
            #expect(CalendarDate(date.description) == date)
            previous = date.description
            date = date.adding(days: 37)
        }
        #expect(CalendarDate("1970-01-01")!.day == 0)
        #expect(CalendarDate("2026-11-20")!.weekday == 5)
    }

    @Test(
        "what is no day is refused",
        arguments: [
            "2026-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "26-01-01", "2026/01/01", "0000-01-01", "",
            "2026-01-011",
        ])
    func refused(text: String) { #expect(CalendarDate(text) == nil) }

    @Test(
        "a moment is read in any zone and written in UTC",
        arguments: [
            ("2026-03-01T00:30:00+01:00", "2026-02-28T23:30:00.000Z"),
            ("2024-02-29T23:59:59.999Z", "2024-02-29T23:59:59.999Z"),
            ("2026-01-01T00:00:00-14:00", "2026-01-01T14:00:00.000Z"),
            ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500Z"),
            ("2026-01-01 10:00:00Z", "2026-01-01T10:00:00.000Z"), ("2026-01-01T10:00:00", nil),
            ("2026-01-01T24:00:00Z", nil),
            ("2026-01-01T10:00:00.Z", nil), ("2026-01-01", nil),
        ] as [(String, String?)])
    func instants(text: String, expected: String?) { #expect(Instant(text)?.description == expected) }

    @Test(
        "a period's label names it",
        arguments: [
            ("2026", "2026-01-01", "2026-12-31"), ("2026-H2", "2026-07-01", "2026-12-31"),
            ("2026-Q1", "2026-01-01", "2026-03-31"),
            ("2024-02", "2024-02-01", "2024-02-29"), ("2026-02-B", "2026-02-16", "2026-02-28"),
            ("2026-03-A", "2026-03-01", "2026-03-15"),
            ("2026-W01", "2025-12-29", "2026-01-04"), ("2020-W53", "2020-12-28", "2021-01-03"),
        ])
    func periods(label: String, start: String, end: String) throws {
        let period = try #require(Period(label))
        #expect(period.label == label)
        #expect(period.start.description == start)
        #expect(period.end.description == end)
        #expect(period.next.start == period.end.adding(days: 1))
    }

    @Test(
        "labels of no period are refused",
        arguments: [
            "2026-Q5", "2026-13", "2026-H3", "2025-W53", "2026-", "26", "2026-Q", "2026-03-C", "0000", "2026-003",
        ])
    func noPeriod(label: String) { #expect(Period(label) == nil) }

    @Test("every day is in exactly one period of each kind, and periods follow each other without a gap")
    func tiling() {
        for kind in PeriodKind.allCases {
            var date = CalendarDate("2019-12-25")!
            for _ in 0..<2_000 {
                let period = Period(kind, containing: date)
                #expect(period.start <= date && date <= period.end)
                let next = date.adding(days: 1)
                #expect(period.contains(next) || Period(kind, containing: next) == period.next)
                date = next
            }
        }
    }

    @Test("a timeline answers with what held on the day")
    func timeline() {
        let line = Timeline<Int>([
            .init(from: CalendarDate("2026-03-01")!, value: 2), .init(from: CalendarDate("2026-01-01")!, value: 1),
        ])
        #expect(line[on: CalendarDate("2025-12-31")!] == nil)
        #expect(line[on: CalendarDate("2026-02-28")!] == 1)
        #expect(line[on: CalendarDate("2026-03-01")!] == 2)
    }
}
