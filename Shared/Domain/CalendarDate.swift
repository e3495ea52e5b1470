/// A day of the proleptic Gregorian calendar, without time or zone.
public struct CalendarDate: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Days since 1970-01-01.
    public let day: Int32

    @inlinable public init(day: Int32) { self.day = day }

    /// The first and the last day that can be written.
    package static let first = CalendarDate(day: days(year: 1, month: 1, dayOfMonth: 1))
    package static let last = CalendarDate(day: days(year: 9999, month: 12, dayOfMonth: 31))

    /// `nil` when there is no such day, or the year is not in 1...9999.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= CalendarDate.length(ofMonth: month, year: year)
        else { return nil }
        self.init(day: CalendarDate.days(year: year, month: month, dayOfMonth: day))
    }

    /// Reads `2026-03-01`, exactly.
    package init?(_ text: some StringProtocol) {
        var text = String(text)
        guard let date = text.withUTF8({ CalendarDate(parsing: $0) }) else { return nil }
        self = date
    }

    package init?(parsing utf8: UnsafeBufferPointer<UInt8>) {
        var (year, month, day, position) = (0, 0, 0, 0)
        for byte in utf8 {
            switch (position, byte) {
            case (4, 45), (7, 45): break
            case (0...3, 48...57): year = year * 10 + Int(byte - 48)
            case (5...6, 48...57): month = month * 10 + Int(byte - 48)
            case (8...9, 48...57): day = day * 10 + Int(byte - 48)
            default: return nil
            }
            position += 1
        }
        guard position == 10 else { return nil }
        self.init(year: year, month: month, day: day)
    }

    @inlinable public static func == (left: Self, right: Self) -> Bool { left.day == right.day }
    @inlinable public static func < (left: Self, right: Self) -> Bool { left.day < right.day }

    package func adding(days: Int) -> CalendarDate {
        CalendarDate(day: Int32(clamping: Int(day) + Int(Int32(clamping: days))))
    }

    /// The same day of another month; of a shorter month its last. Stays within the years 1...9999.
    package func adding(months: Int) -> CalendarDate {
        let (year, month, day) = components
        let index = min(max(year * 12 + month - 1 + min(max(months, -120_000), 120_000), 12), 9999 * 12 + 11)
        let (newYear, newMonth) = (index / 12, index % 12 + 1)
        let last = CalendarDate.length(ofMonth: newMonth, year: newYear)
        return CalendarDate(day: CalendarDate.days(year: newYear, month: newMonth, dayOfMonth: min(day, last)))
    }

    public var description: String {
        let (year, month, day) = components
        if (1...9999).contains(year) { return Number.text(write) }
        return String(zeroPadded: year, to: 4) + "-" + String(zeroPadded: month, to: 2) + "-"
            + String(zeroPadded: day, to: 2)
    }

    /// Howard Hinnant's `civil_from_days` (https://howardhinnant.github.io/date_algorithms.html).
    package var components: (year: Int, month: Int, day: Int) {
        let shifted = Int(day) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        )
    }

    /// 1 is Monday, 7 is Sunday (ISO 8601).
    package var weekday: Int { Int((day % 7 + 10) % 7) + 1 }

    package static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Howard Hinnant's `days_from_civil`.
    static func days(year: Int, month: Int, dayOfMonth: Int) -> Int32 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + dayOfMonth - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int32(era * 146_097 + dayOfEra - 719_468)
    }
}

extension String {
    package init(zeroPadded value: Int, to width: Int) {
        let digits = String(value)
        self = String(repeating: "0", count: Swift.max(0, width - digits.utf8.count)) + digits
    }
}
