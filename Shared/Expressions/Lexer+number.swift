import Domain

extension Lexer {
    /// `INT_LIT`, `FLOAT_LIT`, and Attain's percent literal.
    mutating func number() -> Token.Kind {
        let start = position
        if byte() == 48, byte(1) == 120 || byte(1) == 88 { return hexadecimalNumber() }
        digits()
        var isDecimal = false
        if byte() == UInt8(ascii: "."), byte(1).map(isDigit) == true {
            isDecimal = true
            position += 1
            digits()
        }
        if exponent() { isDecimal = true }
        let text = bytes[start..<position]
        if isPercent() {
            position += 1
            return decimal(Array(text) + Array("e-2".utf8), start) { .percent($0) }
        }
        if let unsigned = unsigned(from: start) { return unsigned }
        if isDecimal { return decimal(Array(text), start) { .decimal($0) } }
        return whole(text, radix: 10, start)
    }

    private mutating func hexadecimalNumber() -> Token.Kind {
        let start = position
        position += 2
        while let byte = byte(), hexadecimal(byte) != nil { position += 1 }
        let end = position
        if let unsigned = unsigned(from: start) { return unsigned }
        guard end > start + 2 else { return fail("a hexadecimal number needs digits after 0x", from: start) }
        return whole(bytes[start + 2..<end], radix: 16, start)
    }

    private mutating func digits() {
        while let byte = byte(), isDigit(byte) { position += 1 }
    }

    private mutating func exponent() -> Bool {
        guard byte() == 69 || byte() == 101 else { return false }
        let sign = byte(1) == 43 || byte(1) == 45 ? 1 : 0
        guard byte(1 + sign).map(isDigit) == true else { return false }
        position += 1 + sign
        digits()
        return true
    }

    /// CEL's `1u`, which Attain leaves out.
    private mutating func unsigned(from start: Int) -> Token.Kind? {
        guard byte() == 85 || byte() == 117, byte(1).map({ isLetter($0) || isDigit($0) }) != true else { return nil }
        position += 1
        return fail("unsigned numbers (CEL's uint) are not supported; leave out the \"u\"", from: start)
    }

    /// A `%` right behind a number is a percent sign unless an operand follows, which makes it CEL's remainder:
    /// `50%`, `50% * x` and `50% - x` are percentages, `7%2`, `7% x` and `7 % -2` are remainders.
    private func isPercent() -> Bool {
        guard byte() == UInt8(ascii: "%") else { return false }
        var next = position + 1
        while next < bytes.count, [9, 10, 12, 13, 32].contains(bytes[next]) { next += 1 }
        guard next < bytes.count else { return true }
        let follows = bytes[next]
        if follows == UInt8(ascii: "!") { return next + 1 < bytes.count && bytes[next + 1] == UInt8(ascii: "=") }
        if bytes[next...].starts(with: "in".utf8) {
            return next + 2 >= bytes.count || !(isLetter(bytes[next + 2]) || isDigit(bytes[next + 2]))
        }
        return !isLetter(follows) && !isDigit(follows) && !"\"'([{.`".utf8.contains(follows)
    }

    private mutating func whole(_ digits: some Collection<UInt8>, radix: UInt64, _ start: Int) -> Token.Kind {
        var value: UInt64 = 0
        for byte in digits {
            let (shifted, first) = value.multipliedReportingOverflow(by: radix)
            let (sum, second) = shifted.addingReportingOverflow(UInt64(hexadecimal(byte) ?? 0))
            guard !first, !second else {
                return fail("the whole number is too large; write it with \".0\"", from: start)
            }
            value = sum
        }
        return .int(value)
    }

    private mutating func decimal(_ text: [UInt8], _ start: Int, _ make: (Number) -> Token.Kind) -> Token.Kind {
        do throws(NumberError) {
            let number = try Number(parsing: (text.first == 46 ? [48] : []) + exponentMerged(text))
            return make(number)
        } catch {
            return fail("the number \(error)", from: start)
        }
    }

    /// `1e3` followed by the `e-2` of a percent sign is `1e1`.
    private func exponentMerged(_ text: [UInt8]) -> [UInt8] {
        let parts = text.split(whereSeparator: { $0 == 69 || $0 == 101 })
        guard parts.count == 3 else { return text }
        let first = Int(String(decoding: parts[1].prefix(5), as: UTF8.self)) ?? 0
        return Array(parts[0]) + Array("e\(first - 2)".utf8)
    }
}
