extension JSON: CustomStringConvertible {
    /// One line, members in the order they have.
    package var bytes: [UInt8] {
        var result: [UInt8] = []
        write(to: &result)
        return result
    }

    package var description: String { String(decoding: bytes, as: UTF8.self) }

    private func write(to result: inout [UInt8]) {
        switch self {
        case .null: result.append(contentsOf: "null".utf8)
        case .bool(let value): result.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let text): result.append(contentsOf: text.utf8)
        case .string(let text): JSON.write(text, to: &result)
        case .array(let elements):
            result.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { result.append(UInt8(ascii: ",")) }
                element.write(to: &result)
            }
            result.append(UInt8(ascii: "]"))
        case .object(let members):
            result.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { result.append(UInt8(ascii: ",")) }
                JSON.write(member.name, to: &result)
                result.append(UInt8(ascii: ":"))
                member.value.write(to: &result)
            }
            result.append(UInt8(ascii: "}"))
        }
    }

    /// Appends the text with its quotes, escaped.
    package static func write(_ text: some StringProtocol, to result: inout [UInt8]) {
        result.append(UInt8(ascii: "\""))
        // Hardly any text has something to escape; those without go as a whole.
        let isPlain = text.utf8.withContiguousStorageIfAvailable { bytes in
            guard !bytes.contains(where: { $0 < 32 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) else {
                return false
            }
            result.append(contentsOf: bytes)
            return true
        }
        if isPlain != true { writeEscaped(text, to: &result) }
        result.append(UInt8(ascii: "\""))
    }

    private static func writeEscaped(_ text: some StringProtocol, to result: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): result.append(contentsOf: [UInt8(ascii: "\\"), byte])
            case 10: result.append(contentsOf: "\\n".utf8)
            case 0..<32:
                result.append(contentsOf: "\\u00".utf8)
                result.append(contentsOf: hexadecimal([byte]).utf8)
            default: result.append(byte)
            }
        }
    }
}
