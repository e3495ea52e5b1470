import Domain

/// Reads Protobuf's wire format straight into domain types. Unknown fields are passed over; what is no Protobuf, and a
/// message that is there twice where one belongs, is an error.
struct WireReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private let record: StaticString

    /// - Parameter record: What errors call it.
    init(_ bytes: UnsafeRawBufferPointer, _ record: StaticString) {
        self.bytes = bytes
        self.record = record
    }

    struct Field {
        let number: UInt64
        let type: WireType
        /// Of a varint or fixed field.
        fileprivate var integer: UInt64 = 0
        /// Of a length-delimited field.
        fileprivate var range: Range<Int> = 0..<0
    }

    /// The next field that has a value; `nil` at the end.
    mutating func next() throws(WireError) -> Field? {
        while position < bytes.count {
            let key = try varint()
            guard let type = WireType(rawValue: UInt8(key & 7)), key >> 3 > 0, key >> 3 < 1 << 29 else { throw broken }
            var field = Field(number: key >> 3, type: type)
            switch type {
            case .varint: field.integer = try varint()
            case .fixed64: field.integer = try fixed(8)
            case .fixed32: field.integer = try fixed(4)
            case .lengthDelimited: field.range = try range()
            case .startGroup:
                try skipGroup(field.number, depth: 0)
                continue
            case .endGroup: throw broken
            }
            return field
        }
        return nil
    }

    func text(_ field: Field) throws(WireError) -> String {
        let utf8 = utf8(field)
        // Nearly all text is ASCII, and that nothing of it has to be mended is seen quickly.
        if utf8.reduce(0, |) < 0x80 { return String(decoding: utf8, as: UTF8.self) }
        guard let text = String(validating: utf8, as: UTF8.self) else { throw broken }
        return text
    }

    /// Where it lies among the bytes that this was made of.
    func place(_ field: Field) -> Range<Int> { field.range }

    func data(_ field: Field) -> [UInt8] { Array(bytes[field.range]) }

    func integer(_ field: Field) -> Int64 { Int64(bitPattern: field.integer) }

    func message(_ field: Field) -> WireReader {
        WireReader(UnsafeRawBufferPointer(rebasing: bytes[field.range]), record)
    }

    func utf8(_ field: Field) -> UnsafeBufferPointer<UInt8> {
        UnsafeRawBufferPointer(rebasing: bytes[field.range]).bindMemory(to: UInt8.self)
    }

    func isEmpty(_ field: Field) -> Bool { field.range.isEmpty }

    var broken: WireError { WireError("the value is not a \(record)") }
}

// MARK: Bytes

extension WireReader {
    /// Nearly all are keys and lengths of one byte.
    @inline(__always)
    private mutating func varint() throws(WireError) -> UInt64 {
        if position < bytes.count, bytes[position] < 0x80 {
            position += 1
            return UInt64(bytes[position - 1])
        }
        return try longVarint()
    }

    private mutating func longVarint() throws(WireError) -> UInt64 {
        var (result, shift) = (UInt64.zero, UInt64.zero)
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            guard shift < 63 || byte <= 1 else { throw broken }
            result |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return result }
            shift += 7
            guard shift <= 63 else { throw broken }
        }
        throw broken
    }

    private mutating func fixed(_ count: Int) throws(WireError) -> UInt64 {
        guard bytes.count - position >= count else { throw broken }
        var result = UInt64.zero
        for place in (0..<count).reversed() { result = result << 8 | UInt64(bytes[position + place]) }
        position += count
        return result
    }

    @inline(__always)
    private mutating func range() throws(WireError) -> Range<Int> {
        let length = try varint()
        guard length <= UInt64(bytes.count - position) else { throw broken }
        let start = position
        position += Int(length)
        return start..<position
    }

    /// Old Protobuf's groups: nobody writes them, but they may be there.
    private mutating func skipGroup(_ number: UInt64, depth: Int) throws(WireError) {
        guard depth < 64 else { throw broken }
        while position < bytes.count {
            let key = try varint()
            switch WireType(rawValue: UInt8(key & 7)) {
            case .varint: _ = try varint()
            case .fixed64: _ = try fixed(8)
            case .fixed32: _ = try fixed(4)
            case .lengthDelimited: _ = try range()
            case .startGroup: try skipGroup(key >> 3, depth: depth + 1)
            case .endGroup:
                guard key >> 3 == number else { throw broken }
                return
            case nil: throw broken
            }
        }
        throw broken
    }
}

// MARK: Values as text

extension WireReader {
    func number(_ field: Field, _ name: StaticString) throws(WireError) -> Number {
        let utf8 = utf8(field)
        do { return try Number(parsing: utf8) } catch {
            throw WireError("\(name): '\(String(decoding: utf8, as: UTF8.self))' \(error)")
        }
    }

    func date(_ field: Field, _ name: StaticString) throws(WireError) -> CalendarDate {
        let utf8 = utf8(field)
        if let date = CalendarDate(parsing: utf8) { return date }
        return try Records.date(String(decoding: utf8, as: UTF8.self), "\(name)")
    }

    /// One of a few words: their bytes are compared, no text is made.
    func known<Value: RawRepresentable<String> & CaseIterable>(
        _ field: Field, _ name: StaticString
    ) throws(WireError) -> Value {
        let utf8 = utf8(field)
        for value in Value.allCases where value.rawValue.utf8.elementsEqual(utf8) { return value }
        return try Records.choice(String(decoding: utf8, as: UTF8.self), "\(name)")
    }

    func currency(_ field: Field, _ name: StaticString) throws(WireError) -> Currency {
        let utf8 = utf8(field)
        if let currency = Currency(parsing: utf8) { return currency }
        return try Records.currency(String(decoding: utf8, as: UTF8.self), "\(name)")
    }

    func period(_ field: Field, _ name: StaticString) throws(WireError) -> Period {
        if let period = Period(common: utf8(field)) { return period }
        return try Records.period(try text(field), "\(name)")
    }
}
