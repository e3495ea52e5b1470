/// Packs records as they come; `flush` hands the batches to the group commit.
final class EmbeddedProducer: Producer {
    /// A batch is closed here: large enough that the cost of a row vanishes, small enough to read one record of it.
    private static let batchBytes = 1 << 20
    private static let batchCount = 16384
    /// Written early beyond this, so that a producer that never flushes does not eat the memory.
    private static let pendingBytes = 64 << 20

    private struct Open {
        let destination: TopicPartition
        var append: GroupCommit.Append
    }

    private let log: EmbeddedLog
    /// In the order of the first append: a transaction's layout must not depend on hash order.
    private var open: [Open] = []
    private var last = 0
    /// Written, and to be filled again.
    private var spare: [RecordBatch] = []
    private var full: [(TopicPartition, GroupCommit.Append)] = []
    private var fullBytes = 0
    private var flushed: [TopicPartition: [Range<Int64>]] = [:]

    init(log: EmbeddedLog) { self.log = log }

    func append(_ record: Record, to destination: TopicPartition) throws(LogError) {
        let number = try number(of: destination)
        let size = open[number].append.append(record)
        guard size.bytes >= Self.batchBytes || size.count >= Self.batchCount else { return }
        close(number)
        if fullBytes >= Self.pendingBytes { try write() }
    }

    func flush() throws(LogError) -> [TopicPartition: [Range<Int64>]] {
        for number in open.indices where open[number].append.batch.count > 0 { close(number) }
        try write()
        defer { flushed = [:] }
        return flushed
    }

    /// Runs of records go to one destination, mostly; and there are so few that looking is faster than hashing.
    private func number(of destination: TopicPartition) throws(LogError) -> Int {
        if last < open.count, open[last].destination == destination { return last }
        if let known = open.firstIndex(where: { $0.destination == destination }) {
            last = known
            return known
        }
        let id = try log.partitionID(of: destination)
        open.append(Open(destination: destination, append: GroupCommit.Append(partitionID: id)))
        last = open.count - 1
        return last
    }

    /// The next batch is as large as this one, mostly: room for it at once spares growing it by copies.
    private func close(_ number: Int) {
        let append = open[number].append
        var next = spare.popLast() ?? RecordBatch()
        next.reserve(min(append.batch.bytes.count + 1024, Self.batchBytes))
        open[number].append = GroupCommit.Append(partitionID: append.partitionID, batch: next)
        full.append((open[number].destination, append))
        fullBytes += append.batch.bytes.count
    }

    private func write() throws(LogError) {
        guard !full.isEmpty else { return }
        let bases = try log.commits.append(full.map(\.1))
        for ((destination, append), base) in zip(full, bases) {
            flushed[destination, default: []].append(base..<base + Int64(append.batch.count))
        }
        while var batch = full.popLast()?.1.batch {
            guard spare.count < open.count else { continue }
            batch.removeAll()
            spare.append(batch)
        }
        fullBytes = 0
    }
}
