/// A moment, in milliseconds since 1970-01-01T00:00:00Z.
package struct Instant: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    /// The day at that moment in a zone so many minutes east of UTC.
    package func date(minutesEastOfUTC minutes: Int = 0) -> CalendarDate {
        let shifted = milliseconds.addingReportingOverflow(Int64(minutes) * 60_000).partialValue
        return CalendarDate(day: Int32(clamping: shifted.flooredQuotient(86_400_000)))
    }

    /// RFC 3339 in UTC: `2026-03-01T09:30:00.250Z`.
    package var description: String {
        let remainder = Int(milliseconds % 86_400_000)
        let rest = remainder < 0 ? remainder + 86_400_000 : remainder
        let (seconds, fraction) = (rest / 1000, rest % 1000)
        return "\(date())T" + String(zeroPadded: seconds / 3600, to: 2) + ":"
            + String(zeroPadded: seconds / 60 % 60, to: 2) + ":" + String(zeroPadded: seconds % 60, to: 2) + "."
            + String(zeroPadded: fraction, to: 3) + "Z"
    }

    /// Reads RFC 3339 (`2026-03-01T09:30:00Z`, `…00.25+01:00`, a space for `T`), to the millisecond; what is finer
    /// is cut off. `nil` for anything else, for a time without a zone, and for one that is not in the years 1...9999
    /// of UTC.
    package init?(_ text: some StringProtocol) {
        let instant =
            text.utf8.withContiguousStorageIfAvailable { Instant(parsing: $0) }
            ?? Array(text.utf8).withUnsafeBufferPointer { Instant(parsing: $0) }
        guard let instant else { return nil }
        self = instant
    }

    private init?(parsing bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count >= 20, let date = CalendarDate(parsing: UnsafeBufferPointer(rebasing: bytes[..<10])),
            bytes[10] == 84 || bytes[10] == 116 || bytes[10] == 32,
            bytes[13] == 58, bytes[16] == 58,
            let hour = Instant.twoDigits(bytes, 11, below: 24), let minute = Instant.twoDigits(bytes, 14, below: 60),
            let second = Instant.twoDigits(bytes, 17, below: 61)
        else { return nil }
        var position = 19
        var thousandths: Int64 = 0
        if bytes[position] == 46 {
            var weight: Int64 = 100
            position += 1
            let start = position
            while position < bytes.count, (48...57).contains(bytes[position]) {
                thousandths += Int64(bytes[position] - 48) * weight
                weight /= 10
                position += 1
            }
            guard position > start else { return nil }
        }
        guard let offset = Instant.zoneMinutes(UnsafeBufferPointer(rebasing: bytes[position...])) else { return nil }
        let minutes = Int64(date.day) * 1440 + Int64(hour * 60 + minute - offset)
        milliseconds = (minutes * 60 + Int64(second)) * 1000 + thousandths
        guard Instant.written.contains(milliseconds) else { return nil }
    }

    /// 0001-01-01T00:00:00Z to the end of 9999-12-31.
    private static let written: Range<Int64> = -62_135_596_800_000..<253_402_300_800_000

    private static func twoDigits(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int, below limit: Int) -> Int? {
        guard position + 1 < bytes.count, (48...57).contains(bytes[position]), (48...57).contains(bytes[position + 1])
        else { return nil }
        let value = Int(bytes[position] - 48) * 10 + Int(bytes[position + 1] - 48)
        return value < limit ? value : nil
    }

    private static func zoneMinutes(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        if bytes.count == 1, bytes[0] == 90 || bytes[0] == 122 { return 0 }
        guard bytes.count == 6, bytes[0] == 43 || bytes[0] == 45, bytes[3] == 58,
            let hours = twoDigits(bytes, 1, below: 24), let minutes = twoDigits(bytes, 4, below: 60)
        else { return nil }
        return (bytes[0] == 45 ? -1 : 1) * (hours * 60 + minutes)
    }
}

extension Int64 {
    /// Division toward negative infinity, for moments before 1970.
    func flooredQuotient(_ divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
