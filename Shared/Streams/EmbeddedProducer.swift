/// Packs records as they come; `flush` hands the batches to the group commit.
final class EmbeddedProducer: Producer {
    /// A batch is closed here: large enough that the cost of a row vanishes, small enough to read one record of it.
    private static let batchBytes = 1 << 20
    private static let batchCount = 16384
    /// Written early beyond this, so that a producer that never flushes does not eat the memory.
    private static let pendingBytes = 64 << 20

    private let log: EmbeddedLog
    private var open: [TopicPartition: GroupCommit.Append] = [:]
    /// Partitions in the order of their first append: a transaction's layout must not depend on hash order.
    private var order: [TopicPartition] = []
    private var full: [(TopicPartition, GroupCommit.Append)] = []
    private var fullBytes = 0
    private var flushed: [TopicPartition: [Range<Int64>]] = [:]

    init(log: EmbeddedLog) { self.log = log }

    func append(_ record: Record, to destination: TopicPartition) throws(LogError) {
        if open[destination] == nil {
            open[destination] = GroupCommit.Append(partitionID: try log.partitionID(of: destination))
            order.append(destination)
        }
        guard let size = open[destination]?.append(record), size.bytes >= Self.batchBytes || size.count >= Self.batchCount else { return }
        close(destination)
        if fullBytes >= Self.pendingBytes { try write() }
    }

    func flush() throws(LogError) -> [TopicPartition: [Range<Int64>]] {
        for destination in order where open[destination] != nil { close(destination) }
        order = []
        try write()
        defer { flushed = [:] }
        return flushed
    }

    private func close(_ destination: TopicPartition) {
        guard let append = open.removeValue(forKey: destination) else { return }
        full.append((destination, append))
        fullBytes += append.batch.bytes.count
    }

    private func write() throws(LogError) {
        guard !full.isEmpty else { return }
        let work = full
        full = []
        fullBytes = 0
        let bases = try log.commits.append(work.map(\.1))
        for ((destination, append), base) in zip(work, bases) {
            flushed[destination, default: []].append(base..<base + Int64(append.batch.count))
        }
    }
}
