/// Numbers, dates and currencies as bytes of text, read and written without a `String` in between: every record on the
/// log is made of them.
extension Number {
    /// The most bytes that a number, or a date, takes as text.
    package static let textLimit = 48

    /// As `description` writes it.
    package func append(to bytes: inout [UInt8]) { Number.append(to: &bytes, write) }

    /// As `description` has it, at a place with room for `textLimit` bytes; answers how many it took.
    package func write(to text: UnsafeMutablePointer<UInt8>) -> Int {
        var count = 0
        if units < 0 {
            text[0] = UInt8(ascii: "-")
            count = 1
        }
        var fraction = writeWhole(to: text, &count)
        var places = Number.places
        guard fraction > 0 else { return count }
        // Most are money: ten digits less in one step.
        if fraction % 10_000_000_000 == 0 { (fraction, places) = (fraction / 10_000_000_000, 2) }
        while fraction % 10 == 0 { (fraction, places) = (fraction / 10, places - 1) }
        text[count] = UInt8(ascii: ".")
        Number.write(fraction, digits: places, to: text + count + 1)
        return count + 1 + places
    }

    /// Answers the rest in units. Most numbers fit a machine word, which is divided several times as fast.
    private func writeWhole(to text: UnsafeMutablePointer<UInt8>, _ count: inout Int) -> UInt64 {
        let one = UInt64(1_000_000_000_000)
        if let units = UInt64(exactly: units.magnitude) {
            count += Number.write(units / one, to: text + count)
            return units % one
        }
        let (whole, rest) = units.magnitude.quotientAndRemainder(dividingBy: Number.one.magnitude)
        // What does not fit a word has twelve digits of its own below what does.
        let (high, low) = whole.quotientAndRemainder(dividingBy: Number.one.magnitude)
        if high > 0 {
            count += Number.write(UInt64(high), to: text + count)
            Number.write(UInt64(low), digits: Number.places, to: text + count)
            count += Number.places
        } else {
            count += Number.write(UInt64(low), to: text + count)
        }
        return UInt64(rest)
    }

    /// Without leading zeros; answers how many digits.
    private static func write(_ value: UInt64, to text: UnsafeMutablePointer<UInt8>) -> Int {
        var (digits, limit) = (1, UInt64(10))
        while value >= limit, digits < 20 { (digits, limit) = (digits + 1, limit &* 10) }
        write(value, digits: digits, to: text)
        return digits
    }

    fileprivate static func write(_ value: UInt64, digits: Int, to text: UnsafeMutablePointer<UInt8>) {
        var rest = value
        for place in (0..<digits).reversed() {
            text[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    fileprivate static func append(to bytes: inout [UInt8], _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: textLimit) { text in
            guard let start = text.baseAddress else { return }
            bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: write(start)))
        }
    }

    /// The text that is written.
    static func text(_ write: (UnsafeMutablePointer<UInt8>) -> Int) -> String {
        String(unsafeUninitializedCapacity: textLimit) { $0.baseAddress.map(write) ?? 0 }
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
    package func append(to bytes: inout [UInt8]) { Number.append(to: &bytes, write) }

    /// As `description` has it, at a place with room for `Number.textLimit` bytes; answers how many it took.
    package func write(to text: UnsafeMutablePointer<UInt8>) -> Int {
        let (year, month, day) = components
        guard (1...9999).contains(year) else {
            var description = description
            return description.withUTF8 { utf8 in
                for (place, byte) in utf8.enumerated() { text[place] = byte }
                return utf8.count
            }
        }
        Number.write(UInt64(year), digits: 4, to: text)
        text[4] = UInt8(ascii: "-")
        Number.write(UInt64(month), digits: 2, to: text + 5)
        text[7] = UInt8(ascii: "-")
        Number.write(UInt64(day), digits: 2, to: text + 8)
        return 10
    }
}
