import Domain

/// CEL's `duration`: a length of time, to the millisecond (CEL's is to the nanosecond), ±10,000 years.
package struct TimeSpan: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    /// Seconds with a suffix, as protobuf writes them: `60.001s`.
    package var description: String { "\(Number(units: Int128(milliseconds) * (Number.unit / 1000)))s" }

    /// Reads `1h30m`, `-1.5h`, `1h34ms`, `0`: the units h, m, s, ms, us and ns, if the whole is exact to the
    /// millisecond.
    package init?(_ text: String) {
        var rest = text.utf8[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        guard !rest.isEmpty else { return nil }
        var total = Number.zero
        while !rest.isEmpty {
            let digits = rest.prefix { (48...57).contains($0) || $0 == 46 }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0 >= 97 && $0 <= 122 }
            rest = rest.dropFirst(unit.count)
            let isZero = unit.isEmpty && rest.isEmpty && digits.elementsEqual([48]) && total.isZero
            guard let scale = isZero ? 1 : TimeSpan.seconds(unit), let seconds = TimeSpan.number(digits),
                let part = try? seconds * scale, let sum = try? total + part
            else { return nil }
            total = sum
        }
        guard total.units % (Number.unit / 1000) == 0, let whole = Int64(exactly: total.units / (Number.unit / 1000))
        else { return nil }
        milliseconds = isNegative ? -whole : whole
        guard isInRange else { return nil }
    }

    private static func number(_ digits: Substring.UTF8View) -> Number? {
        let isShort = digits.first == 46
        return try? Number(parsing: isShort ? [48] + Array(digits) : Array(digits))
    }

    private static func seconds(_ unit: Substring.UTF8View) -> Number? {
        switch String(unit) {
        case "h": 3600
        case "m": 60
        case "s": 1
        case "ms": Number(units: Number.unit / 1000)
        case "us": Number(units: Number.unit / 1_000_000)
        case "ns": Number(units: Number.unit / 1_000_000_000)
        default: nil
        }
    }
}

extension Instant {
    /// RFC 3339 without a fraction where there is none, as CEL prints a timestamp.
    var rfc3339: String {
        let text = description
        return text.hasSuffix(".000Z") ? text.dropLast(5) + "Z" : text
    }

    /// CEL's range of timestamps: the years 1 to 9999.
    var isInRange: Bool { (-62_135_596_800_000...253_402_300_799_999).contains(milliseconds) }
}

extension TimeSpan {
    /// CEL's range of durations, as protobuf states it.
    var isInRange: Bool { (-315_576_000_000_000...315_576_000_000_000).contains(milliseconds) }
}
