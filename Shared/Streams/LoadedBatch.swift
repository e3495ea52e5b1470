/// A batch read back: records are made when they are asked for, so that a read of one costs few.
struct LoadedBatch {
    let source: TopicPartition
    let baseOffset: Int64
    let bytes: BatchBytes
    private let starts: [UInt32]
    private let packing: Packing

    enum Packing {
        /// Until format 2 of the log: each record by itself.
        case single
        /// As `RecordPacking` has it.
        case changes
    }

    var endOffset: Int64 { baseOffset + Int64(starts.count) }

    /// `nil` when the bytes do not hold exactly `count` records.
    init?(source: TopicPartition, baseOffset: Int64, count: Int, bytes: BatchBytes, packing: Packing) {
        self.source = source
        self.baseOffset = baseOffset
        self.bytes = bytes
        self.packing = packing
        let starts =
            switch packing {
            case .single: SingleRecord.starts(of: bytes.buffer, count: count)
            case .changes: PackedReader.starts(of: bytes.buffer, count: count)
            }
        guard let starts else { return nil }
        self.starts = starts
    }

    /// Appends the records from `offset` on, at most `limit`.
    func append(from offset: Int64, limit: Int, to records: inout [ConsumedRecord]) {
        let first = Int(offset - baseOffset)
        guard first < starts.count, limit > 0 else { return }
        let wanted = first..<min(first + limit, starts.count)
        switch packing {
        case .single:
            for index in wanted {
                append(SingleRecord.record(in: bytes.buffer, at: Int(starts[index])), index, to: &records)
            }
        case .changes:
            var before = RecordPacking.Before()
            for index in first - first % RecordPacking.restart..<wanted.upperBound {
                if index % RecordPacking.restart == 0 { before = RecordPacking.Before() }
                var reader = PackedReader(bytes.buffer, at: Int(starts[index]))
                guard let record = reader.record(after: &before, isWanted: index >= first) else { continue }
                append(record, index, to: &records)
            }
        }
    }

    private func append(_ record: Record, _ index: Int, to records: inout [ConsumedRecord]) {
        records.append(ConsumedRecord(source: source, offset: baseOffset + Int64(index), record: record))
    }
}

/// As records were packed until format 2, little-endian:
/// `Int64 timestamp, Int32 key count, Int32 value count, UInt32 headers count, key, value, headers`,
/// where a count of -1 says that there is no key, or no value.
private struct SingleRecord {
    private let timestamp: Int64
    private let key, value: Int32
    private let headers: Int
    private static let fixed = 20

    private init(_ buffer: UnsafeRawBufferPointer, _ start: Int) {
        timestamp = Int64(littleEndian: buffer.loadUnaligned(fromByteOffset: start, as: Int64.self))
        key = Int32(littleEndian: buffer.loadUnaligned(fromByteOffset: start + 8, as: Int32.self))
        value = Int32(littleEndian: buffer.loadUnaligned(fromByteOffset: start + 12, as: Int32.self))
        headers = Int(UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: start + 16, as: UInt32.self)))
    }

    private var end: Int { Self.fixed + Int(max(key, 0)) + Int(max(value, 0)) + headers }

    static func starts(of buffer: UnsafeRawBufferPointer, count: Int) -> [UInt32]? {
        var starts: [UInt32] = []
        starts.reserveCapacity(count)
        var position = 0
        while position + fixed <= buffer.count {
            starts.append(UInt32(position))
            position += SingleRecord(buffer, position).end
        }
        return position == buffer.count && starts.count == count ? starts : nil
    }

    static func record(in buffer: UnsafeRawBufferPointer, at start: Int) -> Record {
        let layout = SingleRecord(buffer, start)
        var position = start + fixed
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
