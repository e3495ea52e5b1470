/// A JSON value as RFC 8259 has it, with what a hostile sender could use against us refused: duplicate keys, deep
/// nesting, broken UTF-8, lone surrogates. Numbers keep their text, so no amount ever passes through a double.
///
/// Our own reader, because Foundation's costs 13.6 µs a deal and gives doubles, and every deal passes here.
package enum JSON: Hashable, Sendable {
    case object([Member])
    case array([JSON])
    case string(String)
    /// As written, by JSON's grammar for numbers.
    case number(String)
    case bool(Bool)
    case null

    package struct Member: Hashable, Sendable {
        package let name: String
        package let value: JSON

        package init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// The member of that name; `nil` when there is none or this is no object.
    package subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// What kind of value it is, for messages.
    package var kind: String {
        switch self {
        case .object: "an object"
        case .array: "an array"
        case .string: "a text"
        case .number: "a number"
        case .bool: "true or false"
        case .null: "null"
        }
    }
}

package struct JSONError: Error, Hashable, CustomStringConvertible {
    package let line: Int
    package let column: Int
    package let reason: String
    package var description: String { "line \(line), column \(column): \(reason)" }
}

extension JSON {
    package static let depthLimit = 64

    /// Reads one value that takes up all of the bytes.
    package static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSON {
        try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
            var parser = JSONParser(bytes: buffer)
            return try parser.document()
        }
    }
}

private struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func document() throws(JSONError) -> JSON {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw error("starts with a byte order mark; send plain UTF-8") }
        let result = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw error("nothing may follow the value") }
        return result
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 32 || byte == 10 || byte == 13 || byte == 9 { position += 1 }
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSON {
        skipSpace()
        switch current {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard depth < JSON.depthLimit else { throw error("nested deeper than \(JSON.depthLimit)") }
            return current == UInt8(ascii: "{") ? try object(depth: depth) : try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), .some(48...57): return .number(try number())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw error("ends where a value should be")
        default: throw error("expected a value")
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        let end = position + text.utf8CodeUnitCount
        let matches = text.withUTF8Buffer { end <= bytes.count && bytes[position..<end].elementsEqual($0) }
        guard matches else { throw error("expected true, false or null") }
        position = end
        return value
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSON {
        position += 1
        var members: [JSON.Member] = []
        members.reserveCapacity(8)
        var names: Set<String> = []
        skipSpace()
        if take("}") { return .object([]) }
        repeat {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw error("expected a name in quotes") }
            let start = position
            let name = try string()
            let isNew = members.count < 32 ? !members.contains { $0.name == name } : names.insert(name).inserted
            guard isNew else {
                position = start
                throw error("the name '\(name.prefix(40))' is there twice")
            }
            if members.count == 31 { names = Set(members.map(\.name) + [name]) }
            skipSpace()
            guard take(":") else { throw error("expected ':' after the name") }
            members.append(JSON.Member(name, try value(depth: depth + 1)))
            skipSpace()
        } while take(",")
        guard take("}") else { throw error("expected ',' or '}'") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSON {
        position += 1
        var elements: [JSON] = []
        skipSpace()
        if take("]") { return .array([]) }
        repeat {
            elements.append(try value(depth: depth + 1))
            skipSpace()
        } while take(",")
        guard take("]") else { throw error("expected ',' or ']'") }
        return .array(elements)
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func number() throws(JSONError) -> String {
        let start = position
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        guard position - start <= 100 else { throw error("the number has more than 100 characters") }
        return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte = current, (48...57).contains(byte) { position += 1 }
        guard position > start else { throw error("expected a digit") }
    }

    private mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 32 { position += 1 }
        if current == UInt8(ascii: "\"") {
            let text = try text(UnsafeBufferPointer(rebasing: bytes[start..<position]))
            position += 1
            return text
        }
        return try escapedString(from: start)
    }

    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var unescaped = Array(bytes[start..<position])
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                let result = try text(unescaped)
                position += 1
                return result
            case UInt8(ascii: "\\"): try escape(into: &unescaped)
            case 0..<32: throw error("a control character must be escaped")
            default:
                unescaped.append(byte)
                position += 1
            }
        }
        throw error("the text has no closing quote")
    }

    private func text(_ utf8: some Collection<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: utf8, as: UTF8.self) else { throw error("the text is not valid UTF-8") }
        return text
    }

    private mutating func escape(into result: inout [UInt8]) throws(JSONError) {
        position += 1
        guard let byte = current else { throw error("the text has no closing quote") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(byte)
        case UInt8(ascii: "b"): result.append(8)
        case UInt8(ascii: "t"): result.append(9)
        case UInt8(ascii: "n"): result.append(10)
        case UInt8(ascii: "f"): result.append(12)
        case UInt8(ascii: "r"): result.append(13)
        case UInt8(ascii: "u"): result.append(contentsOf: String(try escapedScalar()).utf8)
        default: throw error("unknown escape")
        }
    }

    private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
        var code = try hexadecimalUnit()
        if (0xD800..<0xDC00).contains(code) {
            guard take("\\"), take("u") else { throw error("half of a surrogate pair") }
            let low = try hexadecimalUnit()
            guard (0xDC00..<0xE000).contains(low) else { throw error("half of a surrogate pair") }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair") }
        return scalar
    }

    private mutating func hexadecimalUnit() throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error("expected four hexadecimal digits")
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }

    private func error(_ reason: String) -> JSONError {
        let before = bytes[..<min(position, bytes.count)]
        let lineStart = before.lastIndex(of: 10).map { $0 + 1 } ?? 0
        return JSONError(line: before.count { $0 == 10 } + 1, column: before.count - lineStart + 1, reason: reason)
    }
}
