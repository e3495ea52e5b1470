/// Escapes of a text that was checked.
extension JSONText {
    /// What stands for one character after the backslash; `nil` of what does not.
    static func escaped(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
        case UInt8(ascii: "b"): 8
        case UInt8(ascii: "t"): 9
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "f"): 12
        case UInt8(ascii: "r"): 13
        default: nil
        }
    }

    static func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 48...57: UInt32(byte - 48)
        case 65...70: UInt32(byte - 55)
        case 97...102: UInt32(byte - 87)
        default: nil
        }
    }

    static func unescaped(_ raw: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(raw.count)
        var place = 0
        func unit() -> UInt32 {
            defer { place += 4 }
            return raw[place..<place + 4].reduce(0) { $0 << 4 | (hexadecimalDigit($1) ?? 0) }
        }
        while place < raw.count {
            let byte = raw[place]
            place += 1
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                continue
            }
            let mark = raw[place]
            place += 1
            if let character = escaped(mark) {
                result.append(character)
                continue
            }
            var code = unit()
            if (0xD800..<0xDC00).contains(code) {
                place += 2
                code = 0x10000 + (code - 0xD800) << 10 + (unit() - 0xDC00)
            }
            if let scalar = Unicode.Scalar(code) { result.append(contentsOf: String(scalar).utf8) }
        }
        return result
    }
}
