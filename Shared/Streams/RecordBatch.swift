/// Records packed as the embedded log keeps them (`RecordPacking`). Offsets are implied by the order.
struct RecordBatch: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0
    /// The last record, as far as the next one is packed against it.
    private var last = RecordPacking.Before()

    init() {}

    init(bytes: [UInt8], count: Int) { (self.bytes, self.count) = (bytes, count) }

    mutating func append(_ record: Record) {
        if count % RecordPacking.restart == 0 { last = RecordPacking.Before() }
        RecordPacking.append(record, after: last, to: &bytes)
        last = RecordPacking.Before(timestamp: record.timestamp, headers: record.headers.bytes)
        count += 1
    }

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
