/// JSON whose bytes are decided here: members in the order they are written, no spaces, nothing left to a library's
/// version. Statements are compared by the hash of these bytes for ever.
struct JSONText {
    private(set) var text = ""
    private var needsComma = false

    mutating func object(_ key: String? = nil, _ body: (inout JSONText) throws -> Void) rethrows {
        begin(key, "{")
        try body(&self)
        end("}")
    }

    mutating func array<Element>(
        _ key: String? = nil, _ elements: some Sequence<Element>, _ body: (inout JSONText, Element) throws -> Void
    ) rethrows {
        begin(key, "[")
        for element in elements { try body(&self, element) }
        end("]")
    }

    mutating func string(_ key: String? = nil, _ value: String) {
        name(key)
        text += JSONText.quoted(value)
        needsComma = true
    }

    mutating func integer(_ key: String? = nil, _ value: Int64) {
        name(key)
        text += String(value)
        needsComma = true
    }

    private mutating func begin(_ key: String?, _ bracket: String) {
        name(key)
        text += bracket
        needsComma = false
    }

    private mutating func end(_ bracket: String) {
        text += bracket
        needsComma = true
    }

    private mutating func name(_ key: String?) {
        if needsComma { text += "," }
        if let key { text += JSONText.quoted(key) + ":" }
    }

    /// RFC 8259: quotes, backslashes and control characters are escaped, all else stands as UTF-8.
    static func quoted(_ value: String) -> String {
        var bytes: [UInt8] = [34]
        for byte in value.utf8 {
            switch byte {
            case 34: bytes += [92, 34]
            case 92: bytes += [92, 92]
            case 0...31:
                let digits = Array("0123456789abcdef".utf8)
                bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes + [34], as: UTF8.self)
    }
}
