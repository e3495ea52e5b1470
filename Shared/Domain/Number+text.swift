/// Why a text is not a number.
package enum NumberError: Error, Hashable, Sendable, CustomStringConvertible {
    case notANumber
    case tooManyPlaces
    case tooLarge

    package var description: String {
        switch self {
        case .notANumber: "is not a number such as 1054.50"
        case .tooManyPlaces: "has more than 12 decimal places"
        case .tooLarge: "is too large"
        }
    }
}

extension Number {
    /// Reads `[-]digits[.digits][e[±]digits]`, all of it, as JSON writes numbers (leading zeros and `+` are let pass).
    package init(parsing text: some Collection<UInt8>) throws(NumberError) {
        if let short = text.withContiguousStorageIfAvailable({ Number.short($0) }) ?? nil {
            self = short
            return
        }
        var scanner = NumberScanner()
        for byte in text { try scanner.take(byte) }
        self = try scanner.number()
    }

    /// The same of bytes in memory. Not generic, which from another module would ask for every byte by a call.
    package init(parsing utf8: UnsafeBufferPointer<UInt8>) throws(NumberError) {
        if let short = Number.short(utf8) {
            self = short
            return
        }
        var scanner = NumberScanner()
        for byte in utf8 { try scanner.take(byte) }
        self = try scanner.number()
    }

    package init(_ text: some StringProtocol) throws(NumberError) { try self.init(parsing: text.utf8) }
}

/// One pass over the digits; the state says what may follow.
private struct NumberScanner {
    private enum State { case start, sign, whole, point, fraction, exponent, exponentSign, exponentDigits }

    private var state = State.start
    private var isNegative = false
    private var significand: Int128 = 0
    private var places = 0
    /// Zeros at the end of the fraction, not yet counted: `1.500000000000000` has one place.
    private var pendingZeros = 0
    private var exponent = 0
    private var isExponentNegative = false

    mutating func take(_ byte: UInt8) throws(NumberError) {
        switch (state, byte) {
        case (.start, UInt8(ascii: "-")): (state, isNegative) = (.sign, true)
        case (.start, UInt8(ascii: "+")): state = .sign
        case (.start, 48...57), (.sign, 48...57), (.whole, 48...57):
            state = .whole
            try push(byte)
        case (.whole, UInt8(ascii: ".")): state = .point
        case (.point, 48...57), (.fraction, 48...57):
            state = .fraction
            try pushFraction(byte)
        case (.whole, 69), (.whole, 101), (.fraction, 69), (.fraction, 101): state = .exponent
        case (.exponent, UInt8(ascii: "-")): (state, isExponentNegative) = (.exponentSign, true)
        case (.exponent, UInt8(ascii: "+")): state = .exponentSign
        case (.exponent, 48...57), (.exponentSign, 48...57), (.exponentDigits, 48...57):
            state = .exponentDigits
            guard exponent < 1000 else { throw .tooLarge }
            exponent = exponent * 10 + Int(byte - 48)
        default: throw .notANumber
        }
    }

    private mutating func push(_ byte: UInt8) throws(NumberError) {
        let (shifted, first) = significand.multipliedReportingOverflow(by: 10)
        let (sum, second) = shifted.addingReportingOverflow(Int128(byte - 48))
        guard !first, !second else { throw .tooLarge }
        significand = sum
    }

    private mutating func pushFraction(_ byte: UInt8) throws(NumberError) {
        guard byte != 48 else {
            pendingZeros += 1
            return
        }
        guard places + pendingZeros < 38 else { throw .tooManyPlaces }
        for _ in 0..<pendingZeros { try push(48) }
        places += pendingZeros + 1
        pendingZeros = 0
        try push(byte)
    }

    func number() throws(NumberError) -> Number {
        switch state {
        case .whole, .fraction, .exponentDigits: break
        default: throw .notANumber
        }
        guard significand != 0 else { return .zero }
        let (value, scale) = normalised()
        guard scale <= Number.places else { throw .tooManyPlaces }
        guard let number = Number(isNegative ? -value : value, places: scale) else { throw .tooLarge }
        return number
    }

    /// Without zeros at the end that only the exponent made decimals of (`100e-13`).
    private func normalised() -> (value: Int128, places: Int) {
        var value = significand
        var scale = places - (isExponentNegative ? -exponent : exponent)
        while scale > Number.places, value % 10 == 0 { (value, scale) = (value / 10, scale - 1) }
        return (value, scale)
    }
}

extension Number: CustomStringConvertible {
    /// The shortest exact text: `1054.5`, `-0.06`, `12`.
    public var description: String { Number.text(write) }

    /// With thousands separators and at least that many places, as statements show money: `48,000.00`.
    package func formatted(places: Int) -> String { grouped(minimumPlaces: places) }

    private func grouped(minimumPlaces: Int) -> String {
        let whole = String(units.magnitude / Number.one.magnitude)
        var fraction = UInt64(units.magnitude % Number.one.magnitude)
        var places = Number.places
        while places > minimumPlaces, fraction % 10 == 0 { (fraction, places) = (fraction / 10, places - 1) }
        var result = (units < 0 ? "-" : "") + Number.grouped(whole)
        guard places > 0 else { return result }
        let digits = String(fraction)
        result += "."
        for _ in digits.utf8.count..<places { result += "0" }
        return result + digits
    }

    private static func grouped(_ digits: String) -> String {
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.utf8.count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return result
    }
}
