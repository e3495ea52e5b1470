import Domain

extension Value: CustomStringConvertible {
    package var description: String { json }

    /// Exact JSON: a decimal is a number with all its digits, a date and a moment are texts, bytes are base64, a key
    /// that is not a text becomes one. CEL writes an int beyond 2⁵³ as text; here every number stays a number.
    package var json: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let flag): text += flag ? "true" : "false"
        case .int(let number): text += String(number)
        case .decimal(let number): text += number.description
        case .string(let string): Value.write(quoted: string, to: &text)
        case .bytes(let bytes): Value.write(quoted: base64(bytes), to: &text)
        case .date, .timestamp, .duration, .type: Value.write(quoted: plain, to: &text)
        case .list(let elements): Value.write(elements, to: &text)
        case .map(let map): Value.write(map, to: &text)
        }
    }

    /// The text of a scalar as `string()` gives it.
    var plain: String {
        switch self {
        case .string(let text): text
        case .date(let date): date.description
        case .timestamp(let moment): moment.rfc3339
        case .duration(let span): span.description
        case .type(let kind): kind.rawValue
        default: json
        }
    }

    private static func write(_ elements: [Value], to text: inout String) {
        text += "["
        for (index, element) in elements.enumerated() {
            if index > 0 { text += "," }
            element.write(to: &text)
        }
        text += "]"
    }

    private static func write(_ map: ValueMap, to text: inout String) {
        text += "{"
        for (index, entry) in map.entries.enumerated() {
            if index > 0 { text += "," }
            write(quoted: entry.key.plain, to: &text)
            text += ":"
            entry.value.write(to: &text)
        }
        text += "}"
    }

    private static func write(quoted string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

/// RFC 4648, section 4.
private func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        var bits: UInt32 = 0
        for byte in group { bits = bits << 8 | UInt32(byte) }
        bits <<= UInt32(8 * (3 - group.count))
        for place in 0..<4 {
            text.append(place <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * place)) & 63] : UInt8(ascii: "="))
        }
    }
    return String(decoding: text, as: UTF8.self)
}
