import GRDB

/// Reads any partition of the embedded log; keeps the last batch, because the next read is mostly from it too.
final class EmbeddedReader: PartitionReader {
    private let log: EmbeddedLog
    private let database: DatabaseQueue
    private let signal: SignalWaiter
    private var cached: LoadedBatch?

    init(log: EmbeddedLog) throws(LogError) {
        self.log = log
        database = try EmbeddedDatabase.open(log.path, isWriter: false)
        signal = try SignalWaiter(path: log.path + "-signal")
    }

    func read(
        _ source: TopicPartition, from offset: Int64, limit: Int, timeout: Duration
    ) throws(LogError) -> [ConsumedRecord] {
        let deadline = MonotonicTime.now + timeout
        while true {
            signal.clear()
            let records = try readNow(source, from: offset, limit: limit)
            if !records.isEmpty || MonotonicTime.now >= deadline { return records }
            signal.wait(until: deadline)
        }
    }

    private func readNow(_ source: TopicPartition, from offset: Int64, limit: Int) throws(LogError) -> [ConsumedRecord]
    {
        var records: [ConsumedRecord] = []
        var position = offset
        while records.count < limit, let batch = try batch(holding: position, of: source) {
            batch.append(from: position, limit: limit - records.count, to: &records)
            position = offset + Int64(records.count)
        }
        return records
    }

    private func batch(holding offset: Int64, of source: TopicPartition) throws(LogError) -> LoadedBatch? {
        if let cached, cached.source == source, cached.baseOffset..<cached.endOffset ~= offset { return cached }
        guard let place = try EmbeddedReader.place(of: offset, source, log, database) else { return nil }
        let old = cached.take()
        cached = try log.load(place, of: source, into: old?.bytes)
        return cached
    }

    /// `nil` at the end of the partition.
    static func place(
        of offset: Int64, _ source: TopicPartition, _ log: EmbeddedLog, _ database: DatabaseQueue
    ) throws(LogError) -> EmbeddedTable.Place? {
        let partitionID = try log.partitionID(of: source)
        return try EmbeddedDatabase.mapped(log.path) {
            try database.unsafeRead { database in
                func place() throws -> EmbeddedTable.Place? {
                    try EmbeddedTable.place(holding: offset, partitionID, database)
                }
                if let place = try place() { return place }
                let beginning = try EmbeddedTable.beginning(of: partitionID, database)
                let end = try EmbeddedTable.end(of: partitionID, database)
                if offset < beginning {
                    throw LogError.offsetOutOfRange(source, offset: offset, beginning: beginning, end: end)
                }
                if offset >= end { return nil }
                if let place = try place() { return place }  // appended between the two looks
                throw LogError.damaged(log.path, "offset \(offset) of \(source) is missing among those before \(end)")
            }
        }
    }

    func endOffset(of source: TopicPartition) throws(LogError) -> Int64 {
        let partitionID = try log.partitionID(of: source)
        return try EmbeddedDatabase.mapped(log.path) {
            try database.unsafeRead { try EmbeddedTable.end(of: partitionID, $0) }
        }
    }

    func beginningOffset(of source: TopicPartition) throws(LogError) -> Int64 {
        let partitionID = try log.partitionID(of: source)
        return try EmbeddedDatabase.mapped(log.path) {
            try database.unsafeRead { try EmbeddedTable.beginning(of: partitionID, $0) }
        }
    }
}
