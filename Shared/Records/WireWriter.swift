package import Domain

/// Writes Protobuf's wire format (https://protobuf.dev/programming-guides/encoding) straight from domain types, for the
/// records that the hot path is made of. Field by field the same bytes as the generated code writes: the tests compare.
///
/// It has memory of its own, where a byte is one store: an array would be asked for its owner and its room each time.
package struct WireWriter: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    package private(set) var count = 0
    private var capacity: Int

    /// Room for so many bytes at first.
    package init(capacity: Int) {
        start = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { start.deallocate() }

    /// Its memory is used again: to ask for some with each record costs as much as a good part of writing it.
    package mutating func removeAll() { count = 0 }

    /// A copy of what was written.
    package var bytes: [UInt8] { Array(UnsafeBufferPointer(start: start, count: count)) }

    /// Nothing for an empty text, as proto3 wants it.
    package mutating func text(_ field: UInt8, _ text: String) {
        if !text.isEmpty { member(field, text) }
    }

    /// A text that is there even when it is empty: a member of a `oneof`.
    package mutating func member(_ field: UInt8, _ text: String) {
        text.withBytes { content(field, UnsafeRawBufferPointer($0)) }
    }

    package mutating func data(_ field: UInt8, _ data: [UInt8]) { self.data(field, data[...]) }

    package mutating func data(_ field: UInt8, _ data: ArraySlice<UInt8>) {
        if !data.isEmpty { data.withUnsafeBytes { content(field, $0) } }
    }

    package mutating func number(_ field: UInt8, _ number: Number) {
        short(field) { number.write(to: $0) }
    }

    package mutating func date(_ field: UInt8, _ date: CalendarDate) {
        short(field) { date.write(to: $0) }
    }

    package mutating func integer(_ field: UInt8, _ integer: Int64) {
        guard integer != 0 else { return }
        key(field, .varint, and: Self.varintLimit)
        varint(UInt64(bitPattern: integer))
    }

    package mutating func fixed(_ field: UInt8, _ integer: UInt64) {
        guard integer != 0 else { return }
        key(field, .fixed64, and: 8)
        UnsafeMutableRawPointer(start + count).storeBytes(of: integer.littleEndian, as: UInt64.self)
        count += 8
    }

    package mutating func flag(_ field: UInt8, _ flag: Bool) {
        key(field, .varint, and: 1)
        put(flag ? 1 : 0)
    }

    /// A message within this one, empty ones too; answers how many bytes it has.
    @discardableResult
    package mutating func message(_ field: UInt8, _ body: (inout WireWriter) -> Void) -> Int {
        key(field, .lengthDelimited, and: 1)
        let place = count
        put(0)
        body(&self)
        let length = count - place - 1
        guard length > 0x7f else {
            start[place] = UInt8(length)
            return length
        }
        // The length takes more than the byte kept for it: what was written moves on.
        reserve(Self.varintLimit)
        let more = (UInt64.bitWidth - 1 - length.leadingZeroBitCount) / 7
        (start + place + 1 + more).update(from: start + place + 1, count: length)
        count = place
        varint(UInt64(length))
        count += length
        return length
    }

    /// The same, of bytes that are encoded already.
    package mutating func message(_ field: UInt8, _ encoded: [UInt8]) {
        encoded.withUnsafeBytes { content(field, $0) }
    }

    private mutating func content(_ field: UInt8, _ bytes: UnsafeRawBufferPointer) {
        key(field, .lengthDelimited, and: Self.varintLimit + bytes.count)
        varint(UInt64(bytes.count))
        UnsafeMutableRawBufferPointer(start: start + count, count: bytes.count).copyMemory(from: bytes)
        count += bytes.count
    }

    /// Text of less than 128 bytes, written in place.
    private mutating func short(_ field: UInt8, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
        key(field, .lengthDelimited, and: 1 + Number.textLimit)
        let length = write(start + count + 1)
        put(UInt8(length))
        count += length
    }

    /// With room for what follows it.
    @inline(__always)
    private mutating func key(_ field: UInt8, _ type: WireType, and more: Int) {
        reserve(Self.varintLimit + more)
        varint(UInt64(field) << 3 | UInt64(type.rawValue))
    }

    private static let varintLimit = 10

    @inline(__always)
    private mutating func varint(_ value: UInt64) {
        // Nearly all keys and lengths.
        if value <= 0x7f { put(UInt8(truncatingIfNeeded: value)) } else { longVarint(value) }
    }

    private mutating func longVarint(_ value: UInt64) {
        var rest = value
        while rest > 0x7f {
            put(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        put(UInt8(rest))
    }

    @inline(__always)
    private mutating func put(_ byte: UInt8) {
        start[count] = byte
        count += 1
    }

    @inline(__always)
    private mutating func reserve(_ more: Int) {
        if capacity - count < more { grow(more) }
    }

    private mutating func grow(_ more: Int) {
        let old = start
        capacity = max(2 * capacity, count + more)
        start = .allocate(capacity: capacity)
        start.update(from: old, count: count)
        old.deallocate()
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
