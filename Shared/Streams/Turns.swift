/// The order in which a poll's records are processed: a few of one partition at a time, first those with the earliest
/// timestamps, among equals those of the partition that has had the fewest.
///
/// Partitions do not depend on one another, so no result depends on this; the cost does. What arrived together from outside
/// is spread over all partitions, and goes on to other topics much as it came: a deal that closed first is credited first,
/// and the calculator finds hardly any credit late.
struct Turns {
    private static let length = 16

    private struct Part {
        let source: TopicPartition
        var ranges: [Range<Int>]
        var taken = 0
        var timestamp: Int64
    }

    private let records: [ConsumedRecord]
    /// Those that have more, in the order of their first record.
    private var parts: [Part] = []

    init(_ records: [ConsumedRecord]) {
        self.records = records
        var start = 0
        while start < records.count {
            let source = records[start].source
            let end = records[start...].firstIndex { $0.source != source } ?? records.count
            if let known = parts.firstIndex(where: { $0.source == source }) {
                parts[known].ranges.append(start..<end)
            } else {
                parts.append(
                    Part(source: source, ranges: [start..<end], timestamp: records[start].record.timestamp))
            }
            start = end
        }
    }

    /// The places of records of one partition, in their order; `nil` when all had their turn.
    mutating func next() -> Range<Int>? {
        guard
            let index = parts.indices.min(by: {
                (parts[$0].timestamp, parts[$0].taken) < (parts[$1].timestamp, parts[$1].taken)
            })
        else { return nil }
        let range = parts[index].ranges[0]
        let turn = range.prefix(parts.count == 1 ? range.count : Turns.length)
        parts[index].taken += turn.count
        if turn.endIndex < range.endIndex {
            parts[index].ranges[0] = turn.endIndex..<range.endIndex
        } else {
            parts[index].ranges.removeFirst()
        }
        if let first = parts[index].ranges.first {
            parts[index].timestamp = records[first.lowerBound].record.timestamp
        } else {
            parts.remove(at: index)
        }
        return turn.startIndex..<turn.endIndex
    }
}
