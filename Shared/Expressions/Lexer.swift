/// Cuts an expression into tokens. Whatever it cannot read becomes a `bad` token with a diagnostic, and it goes on.
struct Lexer {
    let bytes: [UInt8]
    var position = 0
    var diagnostics: Diagnostics

    init(_ source: Source, _ diagnostics: Diagnostics) {
        bytes = Array(source.text.utf8)
        self.diagnostics = diagnostics
    }

    /// All tokens, the last being `end`.
    mutating func tokens() -> [Token] {
        var tokens: [Token] = []
        repeat {
            skipSpace()
            tokens.append(next())
        } while tokens.last?.kind != .end
        return tokens
    }

    func byte(_ ahead: Int = 0) -> UInt8? {
        position + ahead < bytes.count ? bytes[position + ahead] : nil
    }

    func range(from start: Int) -> TextRange { TextRange(start: start, end: position) }

    mutating func fail(_ message: String, from start: Int) -> Token.Kind {
        diagnostics.error(message, at: range(from: start))
        return .bad
    }

    /// White space, and comments from `//` to the end of the line.
    private mutating func skipSpace() {
        while let byte = byte() {
            if [9, 10, 12, 13, 32].contains(byte) {
                position += 1
            } else if byte == UInt8(ascii: "/"), self.byte(1) == UInt8(ascii: "/") {
                while let byte = self.byte(), byte != 10, byte != 13 { position += 1 }
            } else {
                return
            }
        }
    }

    private mutating func next() -> Token {
        let start = position
        guard let first = byte() else { return Token(kind: .end, range: range(from: start)) }
        let kind: Token.Kind
        if let prefix = literalPrefix() {
            kind = text(prefix)
        } else if isLetter(first) {
            kind = .identifier(identifier())
        } else if isDigit(first) || (first == UInt8(ascii: ".") && byte(1).map(isDigit) == true) {
            kind = number()
        } else if first == UInt8(ascii: "`") {
            kind = escaped()
        } else {
            kind = symbol()
        }
        return Token(kind: kind, range: range(from: start))
    }

    private mutating func identifier() -> String {
        let start = position
        while let byte = byte(), isLetter(byte) || isDigit(byte) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func escaped() -> Token.Kind {
        let start = position
        position += 1
        while let byte = byte(), isLetter(byte) || isDigit(byte) || [45, 46, 47, 32].contains(byte) { position += 1 }
        guard byte() == UInt8(ascii: "`"), position > start + 1 else {
            return fail("a name between backquotes may hold letters, digits and _ . - / and spaces", from: start)
        }
        position += 1
        return .escaped(String(decoding: bytes[start + 1..<position - 1], as: UTF8.self))
    }

    private mutating func symbol() -> Token.Kind {
        for length in [2, 1] where position + length <= bytes.count {
            let text = String(decoding: bytes[position..<position + length], as: UTF8.self)
            if let symbol = Symbol(rawValue: text) {
                position += length
                return .symbol(symbol)
            }
        }
        return stray()
    }

    /// One character that begins nothing, with a word on what its author may have had in mind.
    private mutating func stray() -> Token.Kind {
        let start = position
        position += 1
        while let byte = byte(), byte & 0xC0 == 0x80 { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        switch text {
        case "=": return fail("\"=\" is not an operator; write \"==\" to compare", from: start)
        case "&": return fail("\"&\" is not an operator; write \"&&\" for and", from: start)
        case "|": return fail("\"|\" is not an operator; write \"||\" for or", from: start)
        default: return fail("unexpected character \"\(text)\"", from: start)
        }
    }
}

func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) || byte == 95 }

func hexadecimal(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 48...57: UInt32(byte - 48)
    case 65...70: UInt32(byte - 55)
    case 97...102: UInt32(byte - 87)
    default: nil
    }
}
