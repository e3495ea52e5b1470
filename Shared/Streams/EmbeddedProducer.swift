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
    private var full: [(number: Int, append: GroupCommit.Append)] = []
    private var fullBytes = 0
    private var flushed: [TopicPartition: [Range<Int64>]] = [:]

    init(log: EmbeddedLog) { self.log = log }

    func append(_ record: Record, to destination: TopicPartition) throws(LogError) {
        let number = try number(of: destination)
        let size = open[number].append.append(record)
        guard size.bytes >= Self.batchBytes || size.count >= Self.batchCount else { return }
        close(number)
        // The next batch is as large as this one, mostly: room for it at once spares growing it by copies.
        open[number].append.batch.reserve(Self.batchBytes)
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

    private func close(_ number: Int) {
        fullBytes += open[number].append.batch.bytes.count
        full.append((number, open[number].append))
        open[number].append.batch = RecordBatch()
    }

    private func write() throws(LogError) {
        guard !full.isEmpty else { return }
        let bases = try log.commits.append(full.map(\.append))
        for ((number, append), base) in zip(full, bases) {
            flushed[open[number].destination, default: []].append(base..<base + Int64(append.batch.count))
        }
        // What comes next for a destination is as large as what came before, mostly, and goes to the same memory.
        while var last = full.popLast() {
            let (next, capacity) = (open[last.number].append.batch, last.append.batch.capacity)
            guard next.count == 0, next.capacity < capacity, capacity <= 2 * Self.batchBytes else { continue }
            last.append.batch.removeAll()
            open[last.number].append = last.append
        }
        fullBytes = 0
    }
}
