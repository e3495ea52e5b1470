import GRDB

/// A member of a group on the embedded log; keeps the last batch of each partition it reads.
final class EmbeddedSource: CoordinatedSource {
    private let log: EmbeddedLog
    private let group: String
    private let database: DatabaseQueue
    private let signal: SignalWaiter
    private var cached: [TopicPartition: LoadedBatch] = [:]
    /// What one read may take of a partition, within the megabyte that a batch may have beyond it: records may be large.
    private static let byteLimit = 4 << 20

    init(log: EmbeddedLog, group: String) throws(LogError) {
        self.log = log
        self.group = group
        database = try EmbeddedDatabase.open(log.path, isWriter: false)
        signal = try SignalWaiter(path: log.path + "-signal")
    }

    func read(
        _ source: TopicPartition, from offset: Int64, limit: Int, into records: inout [ConsumedRecord]
    ) throws(LogError) {
        var (position, left) = (offset, limit)
        var room = Self.byteLimit
        while left > 0, room > 0, let batch = try batch(holding: position, of: source) {
            let before = records.count
            batch.append(from: position, limit: left, to: &records)
            position += Int64(records.count - before)
            left -= records.count - before
            for index in before..<records.count { room -= records[index].record.value?.count ?? 0 }
        }
    }

    private func batch(holding offset: Int64, of source: TopicPartition) throws(LogError) -> LoadedBatch? {
        if let batch = cached[source], batch.baseOffset..<batch.endOffset ~= offset { return batch }
        guard let place = try EmbeddedReader.place(of: offset, source, log, database) else { return nil }
        let old = cached.removeValue(forKey: source)
        let loaded = try log.load(place, of: source, into: old?.bytes)
        cached[source] = loaded
        return loaded
    }

    func clearSignals() { signal.clear() }
    func wait(until deadline: MonotonicTime) { signal.wait(until: deadline) }
    func commit(_ positions: [TopicPartition: Int64]) throws(LogError) { try log.commit(group, positions) }

    func end(of source: TopicPartition) throws(LogError) -> Int64 {
        let partitionID = try log.partitionID(of: source)
        return try EmbeddedDatabase.mapped(log.path) {
            try database.unsafeRead { try EmbeddedTable.end(of: partitionID, $0) }
        }
    }

    func left() { log.released(group) }
}
