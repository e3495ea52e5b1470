package import Domain

/// Writes Protobuf's wire format (https://protobuf.dev/programming-guides/encoding) straight from domain types, for the
/// records that the hot path is made of. Field by field the same bytes as the generated code writes: the tests compare.
package struct WireWriter {
    package private(set) var bytes: [UInt8] = []

    package init(capacity: Int) { bytes.reserveCapacity(capacity) }

    /// Nothing for an empty text, as proto3 wants it.
    package mutating func text(_ field: UInt8, _ text: String) {
        if !text.isEmpty { member(field, text) }
    }

    /// A text that is there even when it is empty: a member of a `oneof`.
    package mutating func member(_ field: UInt8, _ text: String) {
        var text = text
        key(field, .lengthDelimited)
        text.withUTF8 { utf8 in
            varint(UInt64(utf8.count))
            bytes.append(contentsOf: utf8)
        }
    }

    package mutating func data(_ field: UInt8, _ data: [UInt8]) { self.data(field, data[...]) }

    package mutating func data(_ field: UInt8, _ data: ArraySlice<UInt8>) {
        guard !data.isEmpty else { return }
        key(field, .lengthDelimited)
        varint(UInt64(data.count))
        bytes.append(contentsOf: data)
    }

    package mutating func number(_ field: UInt8, _ number: Number) {
        short(field) { bytes in number.append(to: &bytes) }
    }

    package mutating func date(_ field: UInt8, _ date: CalendarDate) {
        short(field) { bytes in date.append(to: &bytes) }
    }

    package mutating func integer(_ field: UInt8, _ integer: Int64) {
        guard integer != 0 else { return }
        key(field, .varint)
        varint(UInt64(bitPattern: integer))
    }

    package mutating func fixed(_ field: UInt8, _ integer: UInt64) {
        guard integer != 0 else { return }
        key(field, .fixed64)
        withUnsafeBytes(of: integer.littleEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func flag(_ field: UInt8, _ flag: Bool) {
        key(field, .varint)
        bytes.append(flag ? 1 : 0)
    }

    /// A message within this one, empty ones too; answers how many bytes it has.
    @discardableResult
    package mutating func message(_ field: UInt8, _ body: (inout WireWriter) -> Void) -> Int {
        key(field, .lengthDelimited)
        let place = bytes.count
        bytes.append(0)
        body(&self)
        let length = bytes.count - place - 1
        guard length > 0x7f else {
            bytes[place] = UInt8(length)
            return length
        }
        // The length takes more than the byte kept for it: what was written moves on.
        var more = 0
        while length >> (7 * (more + 1)) > 0 {
            bytes.append(0)
            more += 1
        }
        bytes.withUnsafeMutableBytes { raw in
            let content = UnsafeMutableRawBufferPointer(rebasing: raw[(place + 1 + more)...])
            content.copyMemory(from: UnsafeRawBufferPointer(rebasing: raw[(place + 1)..<(place + 1 + length)]))
            for index in 0...more {
                raw[place + index] = UInt8(truncatingIfNeeded: length >> (7 * index)) & 0x7f | (index < more ? 0x80 : 0)
            }
        }
        return length
    }

    /// The same, of bytes that are encoded already.
    package mutating func message(_ field: UInt8, _ encoded: [UInt8]) {
        key(field, .lengthDelimited)
        varint(UInt64(encoded.count))
        bytes.append(contentsOf: encoded)
    }

    /// Text of less than 128 bytes, written in place.
    private mutating func short(_ field: UInt8, _ body: (inout [UInt8]) -> Void) {
        key(field, .lengthDelimited)
        let place = bytes.count
        bytes.append(0)
        body(&bytes)
        bytes[place] = UInt8(bytes.count - place - 1)
    }

    @inline(__always)
    private mutating func key(_ field: UInt8, _ type: WireType) {
        varint(UInt64(field) << 3 | UInt64(type.rawValue))
    }

    @inline(__always)
    private mutating func varint(_ value: UInt64) {
        // Nearly all keys and lengths.
        if value <= 0x7f { bytes.append(UInt8(truncatingIfNeeded: value)) } else { longVarint(value) }
    }

    private mutating func longVarint(_ value: UInt64) {
        var rest = value
        while rest > 0x7f {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

enum WireType: UInt8 {
    case varint = 0
    case fixed64 = 1
    case lengthDelimited = 2
    case startGroup = 3
    case endGroup = 4
    case fixed32 = 5
}
