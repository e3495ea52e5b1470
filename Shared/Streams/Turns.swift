/// The order in which a poll's records are processed: a few of one partition at a time, first those with the earliest
/// timestamps; of those with the same, each partition's share goes forward evenly.
///
/// Partitions do not depend on one another, so no result depends on this; the cost does. What arrived together from outside
/// is spread over all partitions, and goes on to other topics much as it came: a deal that closed first is credited first,
/// and the calculator finds hardly any credit late.
struct Turns {
    private static let length = 2
    /// What a partition takes that has no other beside it: more at a time costs less.
    private static let lengthAlone = 64

    /// Records of one partition with one timestamp, which follow one another.
    private struct Share {
        let source: TopicPartition
        let timestamp: Int64
        let range: Range<Int>
        var taken = 0

        /// How far it has come, in 65536ths: whole numbers are enough to be even.
        var progress: Int { taken << 16 / range.count }
    }

    /// Of every partition the shares that are left, the next one last.
    private var parts: [[Share]] = []

    init(_ records: [ConsumedRecord]) {
        var start = 0
        while start < records.count {
            let (source, timestamp) = (records[start].source, records[start].record.timestamp)
            var end = start + 1
            while end < records.count, records[end].source == source, records[end].record.timestamp == timestamp {
                end += 1
            }
            let share = Share(source: source, timestamp: timestamp, range: start..<end)
            if let part = parts.firstIndex(where: { $0[0].source == source }) {
                parts[part].append(share)
            } else {
                parts.append([share])
            }
            start = end
        }
        for part in parts.indices { parts[part].reverse() }
    }

    /// Leaves out what a partition has left; answers whether it had anything.
    mutating func removeAll(of source: TopicPartition) -> Bool {
        guard let part = parts.firstIndex(where: { $0[0].source == source }) else { return false }
        parts.remove(at: part)
        return true
    }

    /// The places of records of one partition, in their order; `nil` when all had their turn.
    mutating func next() -> Range<Int>? {
        var (best, first) = (-1, Share?.none)
        for (part, shares) in parts.enumerated() {
            let share = shares[shares.count - 1]
            if let first, (first.timestamp, first.progress) <= (share.timestamp, share.progress) { continue }
            (best, first) = (part, share)
        }
        guard var share = first else { return nil }
        let start = share.range.lowerBound + share.taken
        let end = min(start + (parts.count == 1 ? Turns.lengthAlone : Turns.length), share.range.upperBound)
        share.taken += end - start
        parts[best].removeLast()
        if end < share.range.upperBound { parts[best].append(share) }
        if parts[best].isEmpty { parts.remove(at: best) }
        return start..<end
    }
}
