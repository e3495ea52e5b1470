/// Numbers, dates and currencies as bytes of text, read and written without a `String` in between: every record on the
/// log is made of them.
extension Number {
    /// As `description` writes it.
    package func append(to bytes: inout [UInt8]) {
        if units < 0 { bytes.append(UInt8(ascii: "-")) }
        var fraction = appendWhole(to: &bytes)
        var places = Number.places
        guard fraction > 0 else { return }
        // Most are money: ten digits less in one step.
        if fraction % 10_000_000_000 == 0 { (fraction, places) = (fraction / 10_000_000_000, 2) }
        while fraction % 10 == 0 { (fraction, places) = (fraction / 10, places - 1) }
        bytes.append(UInt8(ascii: "."))
        Number.append(fraction, minimumDigits: places, to: &bytes)
    }

    /// Answers the rest in units. Most numbers fit a machine word, which is divided several times as fast.
    private func appendWhole(to bytes: inout [UInt8]) -> UInt64 {
        let one = UInt64(1_000_000_000_000)
        if let units = UInt64(exactly: units.magnitude) {
            Number.append(units / one, minimumDigits: 1, to: &bytes)
            return units % one
        }
        let (whole, rest) = units.magnitude.quotientAndRemainder(dividingBy: Number.one.magnitude)
        if let short = UInt64(exactly: whole) {
            Number.append(short, minimumDigits: 1, to: &bytes)
        } else {
            bytes.append(contentsOf: String(whole).utf8)
        }
        return UInt64(rest)
    }

    static func append(_ value: UInt64, minimumDigits: Int, to bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var (rest, place) = (value, 20)
            while rest > 0 || place > 20 - minimumDigits {
                place -= 1
                digits.initializeElement(at: place, to: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
                rest /= 10
            }
            bytes.append(contentsOf: UnsafeMutableBufferPointer(rebasing: digits[place..<20]))
        }
    }

    /// `[-]digits[.digits]` of at most 18 digits: what nearly every number is. `nil` for all else, right or wrong.
    static func short(_ text: UnsafeBufferPointer<UInt8>) -> Number? {
        let isNegative = text.first == UInt8(ascii: "-")
        let start = isNegative ? 1 : 0
        guard text.count > start, text.count - start <= 19 else { return nil }
        var significand = Int64.zero
        var point: Int?
        for index in start..<text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            if digit < 10 {
                // Wraps only with a nineteenth digit, which is refused below.
                significand = significand &* 10 &+ Int64(digit)
            } else if text[index] == UInt8(ascii: "."), point == nil, index > start {
                point = index
            } else {
                return nil
            }
        }
        guard text.count - start - (point == nil ? 0 : 1) <= 18, point != text.count - 1 else { return nil }
        let places = point.map { text.count - 1 - $0 } ?? 0
        guard places <= Number.places else { return nil }
        let units = Int128(significand) * Number.scales[Number.places - places]
        return Number(units: isNegative ? -units : units)
    }

    /// 10ⁿ for n in 0...12.
    private static let scales: [Int128] = (0...Number.places).map { powerOfTen($0) ?? 1 }
}

extension CalendarDate {
    /// As `description` writes it.
    package func append(to bytes: inout [UInt8]) {
        let (year, month, day) = components
        guard (1...9999).contains(year) else { return bytes.append(contentsOf: description.utf8) }
        Number.append(UInt64(year), minimumDigits: 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Number.append(UInt64(month), minimumDigits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Number.append(UInt64(day), minimumDigits: 2, to: &bytes)
    }
}
