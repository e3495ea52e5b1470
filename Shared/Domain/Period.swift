/// How long a period is: what a plan pays by, and what a measure counts over.
package enum PeriodKind: String, Hashable, Sendable, CaseIterable {
    case week
    case semiMonth = "semi-month"
    case month, quarter, half, year

    /// From the shortest to the longest.
    package static let inCodeOrder: [PeriodKind] = [.week, .semiMonth, .month, .quarter, .half, .year]

    /// Its place in that order.
    package var code: Int {
        switch self {
        case .week: 0
        case .semiMonth: 1
        case .month: 2
        case .quarter: 3
        case .half: 4
        case .year: 5
        }
    }
}

/// A span of days that a statement, a quota or a measure belongs to. Ordered by its first day, longer first.
///
/// Labels: `2026`, `2026-H1`, `2026-Q1`, `2026-03`, `2026-03-A` (1st to 15th) and `-B`, `2026-W05` (ISO 8601 week).
///
/// Eight bytes: every posted line names two.
package struct Period: Sendable {
    package let kind: PeriodKind
    private let placeInYear: UInt8
    private let calendarYear: Int32

    package var year: Int { Int(calendarYear) }
    /// Counts from 1 within the year; for semi-months 1...24.
    package var number: Int { Int(placeInYear) }

    package init(_ kind: PeriodKind, containing date: CalendarDate) {
        var (year, month, day) = date.components
        let number: Int
        switch kind {
        case .week:
            // An ISO week belongs to the year of its Thursday.
            let thursday = date.adding(days: 4 - date.weekday)
            (year, month, day) = thursday.components
            number = Int(thursday.day - CalendarDate.days(year: year, month: 1, dayOfMonth: 1)) / 7 + 1
        case .semiMonth: number = month * 2 - (day <= 15 ? 1 : 0)
        case .month: number = month
        case .quarter: number = (month - 1) / 3 + 1
        case .half: number = (month - 1) / 6 + 1
        case .year: number = 1
        }
        (self.kind, placeInYear, calendarYear) = (kind, UInt8(number), Int32(year))
    }

    package var label: String {
        if kind == .month, self.year < 10_000 {
            return String(unsafeUninitializedCapacity: 7) { bytes in
                let digits = self.year * 100 + number
                for (place, divisor) in [100_000, 10_000, 1000, 100, 0, 10, 1].enumerated() {
                    bytes[place] = divisor == 0 ? UInt8(ascii: "-") : UInt8(ascii: "0") + UInt8(digits / divisor % 10)
                }
                return 7
            }
        }
        let year = String(zeroPadded: self.year, to: 4)
        return switch kind {
        case .week: "\(year)-W" + String(zeroPadded: number, to: 2)
        case .semiMonth: "\(year)-" + String(zeroPadded: (number + 1) / 2, to: 2) + (number % 2 == 1 ? "-A" : "-B")
        case .month: "\(year)-" + String(zeroPadded: number, to: 2)
        case .quarter: "\(year)-Q\(number)"
        case .half: "\(year)-H\(number)"
        case .year: year
        }
    }

    /// Reads a label as `label` writes it; `nil` for any other text and for periods that do not exist.
    package init?(_ label: some StringProtocol) {
        var text = String(label)
        if let period = text.withUTF8({ Period(common: $0) }) {
            self = period
            return
        }
        let parts = String(label).split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard let first = parts.first, first.utf8.count == 4, let year = Int(first), year > 0 else { return nil }
        guard let date = Period.firstDay(year, Array(parts.dropFirst())) else { return nil }
        self.init(date.kind, containing: date.day)
        guard self.label == String(label) else { return nil }
    }

    /// `2026-03` or `2026`, as nearly all are.
    package init?(common utf8: UnsafeBufferPointer<UInt8>) {
        var (year, month, place) = (0, 0, 0)
        for byte in utf8 {
            switch (place, byte) {
            case (4, UInt8(ascii: "-")): break
            case (0...3, 48...57): year = year * 10 + Int(byte - 48)
            case (5...6, 48...57): month = month * 10 + Int(byte - 48)
            default: return nil
            }
            place += 1
        }
        guard year > 0 else { return nil }
        switch (place, month) {
        case (7, 1...12): (kind, placeInYear) = (.month, UInt8(month))
        case (4, _): (kind, placeInYear) = (.year, 1)
        default: return nil
        }
        calendarYear = Int32(year)
    }

    private static func firstDay(_ year: Int, _ rest: [String]) -> (kind: PeriodKind, day: CalendarDate)? {
        func day(_ kind: PeriodKind, month: Int, _ day: Int = 1) -> (kind: PeriodKind, day: CalendarDate)? {
            CalendarDate(year: year, month: month, day: day).map { (kind, $0) }
        }
        guard let part = rest.first else { return day(.year, month: 1) }
        if rest.count == 2, let month = Int(part) { return day(.semiMonth, month: month, rest[1] == "A" ? 1 : 16) }
        guard rest.count == 1, let number = Int(part.drop { !$0.isASCII || $0.isLetter }), number > 0, number < 54
        else { return nil }
        switch part.first {
        case "Q": return day(.quarter, month: number * 3 - 2)
        case "H": return day(.half, month: number * 6 - 5)
        case "W": return CalendarDate(year: year, month: 1, day: 4).map { (.week, $0.adding(days: number * 7 - 7)) }
        default: return day(.month, month: number)
        }
    }

    package var start: CalendarDate {
        let month: Int
        var day = 1
        switch kind {
        case .week:
            let fourth = CalendarDate(day: CalendarDate.days(year: year, month: 1, dayOfMonth: 4))
            return fourth.adding(days: 1 - fourth.weekday + (number - 1) * 7)
        case .semiMonth: (month, day) = ((number + 1) / 2, number % 2 == 1 ? 1 : 16)
        case .month: month = number
        case .quarter: month = number * 3 - 2
        case .half: month = number * 6 - 5
        case .year: month = 1
        }
        // Not checked for the years 1...9999: the period after the last one starts beyond them.
        return CalendarDate(day: CalendarDate.days(year: year, month: month, dayOfMonth: day))
    }

    /// The last day that belongs to it.
    package var end: CalendarDate { next.start.adding(days: -1) }

    package var next: Period {
        let longest =
            switch kind {
            case .week: 7
            case .semiMonth: 16
            case .month: 31
            case .quarter: 92
            case .half: 184
            case .year: 366
            }
        // The longest such period from its first day always ends in the next one, never beyond it.
        return Period(kind, containing: start.adding(days: longest))
    }

    package func contains(_ date: CalendarDate) -> Bool { Period(kind, containing: date) == self }

    /// The order in which periods are settled, where a payee has several kinds of them: by their last days, of those that
    /// end together the longer first.
    package func settles(before other: Period) -> Bool { (end, start) < (other.end, other.start) }
}

extension Period: Hashable {
    package static func == (left: Self, right: Self) -> Bool { left.word == right.word }
    package func hash(into hasher: inout Hasher) { hasher.combine(word) }

    private var word: Int64 { Int64(calendarYear) << 16 | Int64(placeInYear) << 8 | Int64(kind.code) }
}

extension Period: Comparable, CustomStringConvertible {
    package static func < (left: Period, right: Period) -> Bool {
        (left.start, right.end) < (right.start, left.end)
    }

    package var description: String { label }
}
