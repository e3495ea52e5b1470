/// The order in which a poll's records are processed: a few of one partition at a time, first those with the earliest
/// moments; of those with the same, each partition's share goes forward evenly. Or, where it does not matter to those who
/// read the outputs, one partition after the other.
///
/// Partitions do not depend on one another, so no result depends on this; the cost does. What arrived together from outside
/// is spread over all partitions, and goes on to other topics as it came: a deal that closed first is credited first, and the
/// calculator finds hardly any credit late. What a payee has is still in the processor's cache when its next credit comes soon.
struct Turns {
    /// So many at a time of shares that go forward evenly.
    private static let length = 2
    /// And of one that comes before all others, or has none beside it: more at a time costs less, but one may take seconds.
    static let lengthAlone = 16

    /// When a record came: its timestamp, and its place among those of one sender with the same timestamp.
    private struct Moment: Comparable {
        let timestamp: Int64
        let order: Int64

        static func < (left: Self, right: Self) -> Bool {
            left.timestamp == right.timestamp ? left.order < right.order : left.timestamp < right.timestamp
        }
    }

    /// Records of one partition with one moment, which follow one another.
    private struct Share {
        let source: TopicPartition
        let moment: Moment
        let range: Range<Int>
        var taken = 0

        var next: Int { range.lowerBound + taken }

        /// How far it has come, in 65536ths: whole numbers are enough to be even.
        var progress: Int { taken << 16 / range.count }

        static func < (left: Self, right: Self) -> Bool {
            left.moment == right.moment ? left.progress < right.progress : left.moment < right.moment
        }
    }

    /// Of every partition the shares that are left, the next one last.
    private var parts: [[Share]] = []

    /// `order` tells the records of one sender with the same timestamp apart, as `Topology.order` does.
    init(_ records: [ConsumedRecord], order: ((Record) -> Int64)?) {
        let moments = order.map { Self.moments(records, $0) } ?? Self.momentsByPartition(records)
        var start = 0
        while start < records.count {
            let (source, moment) = (records[start].source, moments[start])
            var end = start + 1
            while end < records.count, moments[end] == moment, records[end].source == source { end += 1 }
            let share = Share(source: source, moment: moment, range: start..<end)
            if let part = parts.firstIndex(where: { $0[0].source == source }) {
                parts[part].append(share)
            } else {
                parts.append([share])
            }
            start = end
        }
        for part in parts.indices { parts[part].reverse() }
    }

    private static func moments(_ records: [ConsumedRecord], _ order: (Record) -> Int64) -> [Moment] {
        records.map { Moment(timestamp: $0.record.timestamp, order: order($0.record)) }
    }

    /// All of a partition has one, behind those of the partitions that were met before.
    private static func momentsByPartition(_ records: [ConsumedRecord]) -> [Moment] {
        var met: [TopicPartition] = []
        var last = -1
        return records.indices.map { place in
            if last < 0 || met[last] != records[place].source {
                if let known = met.firstIndex(of: records[place].source) {
                    last = known
                } else {
                    last = met.count
                    met.append(records[place].source)
                }
            }
            return Moment(timestamp: Int64(last), order: 0)
        }
    }

    /// How many records a partition has left.
    func count(of source: TopicPartition) -> Int {
        let part = parts.first { $0[0].source == source } ?? []
        return part.reduce(0) { $0 + $1.range.upperBound - $1.next }
    }

    /// The partitions that have any left.
    var sources: [TopicPartition] { parts.compactMap { $0.last?.source } }

    /// Leaves out what a partition has left.
    mutating func removeAll(of source: TopicPartition) { parts.removeAll { $0[0].source == source } }

    /// The places of records of one partition, in their order; `nil` when all had their turn.
    mutating func next() -> Range<Int>? {
        guard let (best, rival) = leaders() else { return nil }
        let start = parts[best][parts[best].count - 1].next
        var end = start
        while end - start < Turns.lengthAlone, var share = parts[best].last, share.next == end {
            let isEven = share.moment == rival
            guard end == start || (!isEven && rival.map { share.moment < $0 } ?? true) else { break }
            let count = min(isEven ? Turns.length : Turns.lengthAlone - (end - start), share.range.upperBound - end)
            share.taken += count
            end += count
            parts[best].removeLast()
            if end < share.range.upperBound { parts[best].append(share) }
            if isEven { break }
        }
        if parts[best].isEmpty { parts.remove(at: best) }
        return start..<end
    }

    /// The part whose turn it is, and the earliest moment of the others.
    private func leaders() -> (best: Int, rival: Moment?)? {
        guard var first = parts.first?.last else { return nil }
        var (best, rival) = (0, Moment?.none)
        for part in parts.indices.dropFirst() {
            let share = parts[part][parts[part].count - 1]
            let isFirst = share < first
            let other = isFirst ? first.moment : share.moment
            if isFirst { (best, first) = (part, share) }
            rival = rival.map { min($0, other) } ?? other
        }
        return (best, rival)
    }
}
