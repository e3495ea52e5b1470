/// Records packed as the embedded log keeps them. A record is, little-endian:
/// `Int64 timestamp, Int32 key count, Int32 value count, UInt32 headers count, key, value, headers`,
/// where a count of -1 says that there is no key, or no value. Offsets are implied by the order.
struct RecordBatch: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0

    init() {}

    init(bytes: [UInt8], count: Int) { (self.bytes, self.count) = (bytes, count) }

    mutating func append(_ record: Record) {
        let start = (
            record.timestamp.littleEndian, (record.key.map { Int32($0.count) } ?? -1).littleEndian,
            (record.value.map { Int32($0.count) } ?? -1).littleEndian, UInt32(record.headers.bytes.count).littleEndian
        )
        withUnsafeBytes(of: start) { bytes.append(contentsOf: $0) }
        if let key = record.key { append(key) }
        if let value = record.value { append(value) }
        append(record.headers.bytes)
        count += 1
    }

    private mutating func append(_ part: [UInt8]) { part.withUnsafeBytes { bytes.append(contentsOf: $0) } }

    /// Its memory is used again: memory that is new to the process costs more than all that is written into it.
    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        count = 0
    }

    var capacity: Int { bytes.capacity }

    mutating func reserve(_ capacity: Int) { bytes.reserveCapacity(capacity) }

    /// Covers place and count too, so that a batch moved to another row is found out as well.
    static func checksum(_ bytes: UnsafeRawBufferPointer, row: Int64, count: Int) -> Int64 {
        let seed = UInt64(bitPattern: row) ^ UInt64(count) << 48
        return Int64(bitPattern: Checksum.xxh64(bytes, seed: seed))
    }
}

/// A batch read back: records are made when they are asked for, so that a read of one costs one.
struct LoadedBatch {
    let source: TopicPartition
    let baseOffset: Int64
    let bytes: BatchBytes
    private let starts: [UInt32]

    var endOffset: Int64 { baseOffset + Int64(starts.count) }

    /// `nil` when the bytes do not hold exactly `count` records.
    init?(source: TopicPartition, baseOffset: Int64, count: Int, bytes: BatchBytes) {
        self.source = source
        self.baseOffset = baseOffset
        self.bytes = bytes
        guard let starts = Self.starts(of: bytes.buffer, count: count) else { return nil }
        self.starts = starts
    }

    /// Appends the records from `offset` on, at most `limit`.
    func append(from offset: Int64, limit: Int, to records: inout [ConsumedRecord]) {
        let first = Int(offset - baseOffset)
        guard first < starts.count, limit > 0 else { return }
        let last = min(first + limit, starts.count)
        for index in first..<last {
            let record = Self.record(in: bytes.buffer, at: Int(starts[index]))
            records.append(ConsumedRecord(source: source, offset: baseOffset + Int64(index), record: record))
        }
    }

    private struct Layout {
        let timestamp: Int64
        let key, value: Int32
        let headers: Int
        static let fixed = 20

        init(_ buffer: UnsafeRawBufferPointer, _ start: Int) {
            timestamp = Int64(littleEndian: buffer.loadUnaligned(fromByteOffset: start, as: Int64.self))
            key = Int32(littleEndian: buffer.loadUnaligned(fromByteOffset: start + 8, as: Int32.self))
            value = Int32(littleEndian: buffer.loadUnaligned(fromByteOffset: start + 12, as: Int32.self))
            headers = Int(UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: start + 16, as: UInt32.self)))
        }

        var end: Int { Self.fixed + Int(max(key, 0)) + Int(max(value, 0)) + headers }
    }

    private static func starts(of buffer: UnsafeRawBufferPointer, count: Int) -> [UInt32]? {
        var starts: [UInt32] = []
        starts.reserveCapacity(count)
        var position = 0
        while position + Layout.fixed <= buffer.count {
            starts.append(UInt32(position))
            position += Layout(buffer, position).end
        }
        return position == buffer.count && starts.count == count ? starts : nil
    }

    private static func record(in buffer: UnsafeRawBufferPointer, at start: Int) -> Record {
        let layout = Layout(buffer, start)
        var position = start + Layout.fixed
        func take(_ count: Int) -> [UInt8] {
            defer { position += count }
            return Array(UnsafeRawBufferPointer(rebasing: buffer[position..<position + count]))
        }
        let key = layout.key < 0 ? nil : take(Int(layout.key))
        let value = layout.value < 0 ? nil : take(Int(layout.value))
        return Record(
            key: key, value: value, headers: Headers(checked: take(layout.headers)), timestamp: layout.timestamp)
    }
}

/// The memory of a batch that is read, and of the next one.
final class BatchBytes {
    private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private(set) var count = 0

    deinit { memory.deallocate() }

    var buffer: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

    /// Room for so many bytes, in place of those that it held. What a batch of very large records took is given back.
    func room(for count: Int) -> UnsafeMutableRawBufferPointer {
        if memory.count < count || memory.count > max(count, 4 << 20) {
            memory.deallocate()
            memory = .allocate(byteCount: count, alignment: 16)
        }
        self.count = count
        return UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
    }
}
