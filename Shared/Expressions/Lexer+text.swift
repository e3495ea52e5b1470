/// How a text literal begins: `r"""`, `b'` …
struct LiteralPrefix {
    let isRaw: Bool
    let isBytes: Bool
    let quote: UInt8
    let isTriple: Bool
    let length: Int
}

extension Lexer {
    func literalPrefix() -> LiteralPrefix? {
        var length = 0
        var isRaw = false
        var isBytes = false
        while let letter = byte(length), length < 2 {
            if letter == 82 || letter == 114, !isRaw {
                isRaw = true
            } else if letter == 66 || letter == 98, !isBytes, !isRaw {
                isBytes = true
            } else {
                break
            }
            length += 1
        }
        guard let quote = byte(length), quote == 34 || quote == 39 else { return nil }
        let isTriple = byte(length + 1) == quote && byte(length + 2) == quote
        return LiteralPrefix(
            isRaw: isRaw, isBytes: isBytes, quote: quote, isTriple: isTriple, length: length + (isTriple ? 3 : 1))
    }

    /// `STRING_LIT` and `BYTES_LIT`. A wrong escape spoils the literal but does not end it.
    mutating func text(_ prefix: LiteralPrefix) -> Token.Kind {
        let start = position
        position += prefix.length
        var content: [UInt8] = []
        var isGood = true
        while let byte = byte() {
            if byte == prefix.quote, !prefix.isTriple || (self.byte(1) == byte && self.byte(2) == byte) {
                position += prefix.isTriple ? 3 : 1
                guard isGood else { return .bad }
                return prefix.isBytes ? .bytes(content) : .string(String(decoding: content, as: UTF8.self))
            }
            if !prefix.isTriple, byte == 10 || byte == 13 { break }
            if byte == UInt8(ascii: "\\"), !prefix.isRaw {
                if !escape(into: &content, isBytes: prefix.isBytes) { isGood = false }
            } else {
                content.append(byte)
                position += 1
            }
        }
        let quote = String(repeating: prefix.quote == 34 ? "\"" : "'", count: prefix.isTriple ? 3 : 1)
        return fail("the text is not closed; a \(quote) is missing", from: start)
    }

    /// One `ESCAPE`; says whether it is one.
    private mutating func escape(into content: inout [UInt8], isBytes: Bool) -> Bool {
        let start = position
        position += 1
        guard let letter = byte() else { return true }
        position += 1
        if let plain = Lexer.plainEscapes[letter] {
            content.append(plain)
            return true
        }
        let value: UInt32?
        switch letter {
        case 120, 88: value = code(2, bits: 4)
        case 117 where !isBytes: value = code(4, bits: 4)
        case 85 where !isBytes: value = code(8, bits: 4)
        case 48...51:
            position -= 1
            value = code(3, bits: 3)
        default: value = nil
        }
        guard let value, append(value, to: &content, isBytes: isBytes) else {
            while let byte = byte(), byte & 0xC0 == 0x80 { position += 1 }
            let text = String(decoding: bytes[start..<position], as: UTF8.self)
            _ = fail("\"\(text)\" is not an escape sequence; write \"\\\\\" for a backslash", from: start)
            return false
        }
        return true
    }

    private static let plainEscapes: [UInt8: UInt8] = [
        97: 7, 98: 8, 102: 12, 110: 10, 114: 13, 116: 9, 118: 11, 92: 92, 63: 63, 34: 34, 39: 39, 96: 96,
    ]

    private mutating func code(_ count: Int, bits: UInt32) -> UInt32? {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let byte = byte(), let digit = hexadecimal(byte), digit < 1 << bits else { return nil }
            value = value << bits | digit
            position += 1
        }
        return value
    }

    private func append(_ value: UInt32, to content: inout [UInt8], isBytes: Bool) -> Bool {
        if isBytes {
            guard let byte = UInt8(exactly: value) else { return false }
            content.append(byte)
        } else {
            guard let scalar = Unicode.Scalar(value) else { return false }
            content.append(contentsOf: Array(String(Character(scalar)).utf8))
        }
        return true
    }
}
