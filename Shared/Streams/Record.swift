import Glibc

/// A topic's partition. Ordered by topic name (bytes), then number, so that listings never depend on hash order.
package struct TopicPartition: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let topic: String
    package let partition: Int32

    package init(_ topic: String, _ partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.partition == right.partition && left.topic == right.topic
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.topic == right.topic
            ? left.partition < right.partition
            : left.topic.utf8.lexicographicallyPrecedes(right.topic.utf8)
    }

    package var description: String { "\(topic)/\(partition)" }
}

/// What a producer appends and a consumer reads: Kafka's record. A `nil` value is a tombstone.
package struct Record: Hashable, Sendable {
    package var key: [UInt8]?
    package var value: [UInt8]?
    package var headers: Headers
    /// Milliseconds since 1970-01-01T00:00:00Z. A derived record carries its cause's, never a clock's.
    package var timestamp: Int64

    package init(key: [UInt8]?, value: [UInt8]?, headers: Headers = Headers(), timestamp: Int64) {
        self.key = key
        self.value = value
        self.headers = headers
        self.timestamp = timestamp
    }
}

extension Record {
    /// Tells it from another that may come to lie where it was. Its timestamp may be a broker's.
    var fingerprint: Int64 {
        let hash = [key, value, headers.bytes].reduce(UInt64(0)) { hash, bytes in
            (bytes ?? []).withUnsafeBytes { Checksum.xxh64($0, seed: bytes == nil ? ~hash : hash) }
        }
        return Int64(bitPattern: hash)
    }
}

/// A record with its place in the log.
package struct ConsumedRecord: Hashable, Sendable {
    package let source: TopicPartition
    package let offset: Int64
    package let record: Record

    package init(source: TopicPartition, offset: Int64, record: Record) {
        self.source = source
        self.offset = offset
        self.record = record
    }
}

/// A record's headers, kept packed in one buffer because a batch holds thousands of records and most
/// headers are only passed on: `UInt16 name length, name, UInt32 value length, value`, big-endian, repeated.
package struct Headers: Hashable, Sendable {
    package private(set) var bytes: [UInt8]

    package init() { bytes = [] }

    /// Headers whose packing a checksum has vouched for.
    init(checked bytes: [UInt8]) { self.bytes = bytes }

    /// Bytes of a name.
    static let nameLimit = Int(UInt16.max)

    /// Makes room for so many bytes in all.
    package mutating func reserve(_ capacity: Int) { bytes.reserveCapacity(capacity) }

    package mutating func append(_ name: String, _ value: String) {
        append(name, value.utf8)
    }

    package mutating func append(_ name: String, _ value: some Collection<UInt8>) {
        precondition(name.utf8.count <= Headers.nameLimit, "a header's name fits in 65,535 bytes")
        let nameCount = UInt16(name.utf8.count)
        let valueCount = UInt32(value.count)
        bytes.append(UInt8(nameCount >> 8))
        bytes.append(UInt8(truncatingIfNeeded: nameCount))
        bytes.append(contentsOf: name.utf8)
        withUnsafeBytes(of: valueCount.bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: value)
    }

    /// Begins a header whose value is appended next.
    static func open(_ name: StaticString, in bytes: inout [UInt8]) -> Int {
        bytes.append(UInt8(truncatingIfNeeded: name.utf8CodeUnitCount >> 8))
        bytes.append(UInt8(truncatingIfNeeded: name.utf8CodeUnitCount))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        for _ in 0..<4 { bytes.append(0) }
        return bytes.count
    }

    /// Ends the header that was begun there.
    static func close(_ place: Int, in bytes: inout [UInt8]) {
        let count = UInt32(bytes.count - place)
        for index in 0..<4 { bytes[place - 4 + index] = UInt8(truncatingIfNeeded: count >> UInt32(24 - 8 * index)) }
    }

    static func append(_ name: StaticString, _ value: [UInt8], to bytes: inout [UInt8]) {
        let place = open(name, in: &bytes)
        bytes.append(contentsOf: value)
        close(place, in: &bytes)
    }

    /// The first value under that name as UTF-8 text; broken UTF-8 is repaired, never trapped on.
    package subscript(name: String) -> String? {
        range(of: name).map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    /// The bytes of the first value under that name, where they lie; `nil` where there is none.
    package func withValue<Result>(of name: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
        range(of: name).map { range in bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) } }
    }

    /// Where in `bytes` the first value under that name lies.
    func range(of name: String) -> Range<Int>? {
        var name = name
        return name.withUTF8 { name in
            bytes.withUnsafeBufferPointer { buffer in
                var position = 0
                while let entry = Self.entry(in: buffer, at: position) {
                    if UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[entry.name]).holds(name) {
                        return entry.value
                    }
                    position = entry.value.upperBound
                }
                return nil
            }
        }
    }

    package var all: [(name: String, value: [UInt8])] {
        var result: [(name: String, value: [UInt8])] = []
        var position = 0
        while let entry = bytes.withUnsafeBufferPointer({ Self.entry(in: $0, at: position) }) {
            result.append((String(decoding: bytes[entry.name], as: UTF8.self), Array(bytes[entry.value])))
            position = entry.value.upperBound
        }
        return result
    }

    private static func entry(
        in bytes: UnsafeBufferPointer<UInt8>, at start: Int
    ) -> (name: Range<Int>, value: Range<Int>)? {
        guard start + 2 <= bytes.count else { return nil }
        let name = start + 2..<start + 2 + (Int(bytes[start]) << 8 | Int(bytes[start + 1]))
        guard name.upperBound + 4 <= bytes.count else { return nil }
        var count = 0
        for index in 0..<4 { count = count << 8 | Int(bytes[name.upperBound + index]) }
        let value = name.upperBound + 4..<name.upperBound + 4 + count
        guard value.upperBound <= bytes.count else { return nil }
        return (name, value)
    }
}

extension UnsafeRawBufferPointer {
    /// Whether these are the same bytes: by words, where `elementsEqual` goes one by one.
    func holds(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard count == other.count else { return false }
        guard let ours = baseAddress, let theirs = other.baseAddress else { return true }
        return memcmp(ours, theirs, count) == 0
    }
}
