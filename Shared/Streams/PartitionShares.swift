/// What has the records of partitions.
package protocol PartitionSource: AnyObject {
    /// Appends the records there are from `offset` on, at most `limit`; never waits.
    func read(_ source: TopicPartition, from offset: Int64, limit: Int, into records: inout [ConsumedRecord])
        throws(LogError)
}

/// How much of each of its partitions a group's member takes with a poll.
struct PartitionShares {
    /// Sorted by partition; the next poll begins behind the partition served last, so that none starves.
    private var assigned: [Assigned] = []
    private var next = 0

    private struct Assigned {
        let source: TopicPartition
        var position: Int64
        /// Where the last poll began.
        var start: Int64
        /// Of a partition that takes long: what it may take of the next poll.
        var allowance = Int.max
        /// Whether it has gone back since the last poll.
        var hasGoneBack = false

        init(_ source: TopicPartition, _ position: Int64) {
            (self.source, self.position, start) = (source, position, position)
        }

        mutating func begin() {
            if !hasGoneBack { allowance = .max }
            (start, hasGoneBack) = (position, false)
        }

        /// Twice what it got done, or one turn.
        mutating func goBack(to offset: Int64) {
            allowance = max(Turns.lengthAlone, 2 * Int(clamping: offset - start))
            (position, hasGoneBack) = (offset, true)
        }
    }

    var partitions: [TopicPartition] { assigned.map(\.source) }

    /// Where the next poll begins.
    var positions: [(source: TopicPartition, position: Int64)] { assigned.map { ($0.source, $0.position) } }

    mutating func add(_ partitions: [TopicPartition], at positions: [TopicPartition: Int64]) {
        assigned += partitions.map { Assigned($0, positions[$0] ?? 0) }
        assigned.sort { $0.source < $1.source }
    }

    mutating func remove(_ partitions: [TopicPartition]) {
        let partitions = Set(partitions)
        assigned.removeAll { partitions.contains($0.source) }
        next = 0
    }

    /// What came from there on was not taken.
    mutating func goBack(_ source: TopicPartition, to offset: Int64) {
        for index in assigned.indices where assigned[index].source == source { assigned[index].goBack(to: offset) }
    }

    /// Half of it evenly, so that no partition waits for one far behind it; the rest goes to whichever is behind in time, or a
    /// partition that once fell behind would stay so, and all that it brings would come late to others. Twice an equal part is
    /// the most that one gets, so that to catch up does not take it too long.
    mutating func take(_ limit: Int, from source: any PartitionSource) throws(LogError) -> [ConsumedRecord] {
        guard !assigned.isEmpty else { return [] }
        var poll = Poll(limit: limit, partitions: assigned.count)
        for index in assigned.indices { assigned[index].begin() }
        var hungry: [Int] = []
        for index in Array(next..<assigned.count) + Array(0..<next) {
            if try poll.isFull ? true : read(index, poll.share, source, &poll) { hungry.append(index) }
        }
        while !poll.isFull, let place = hungry.indices.min(by: { poll.isBehind(hungry[$0], hungry[$1]) }) {
            let count = min(Poll.stride, left(hungry[place], in: poll))
            if count == 0 {
                poll.stopped.append(hungry.remove(at: place))
            } else if try !read(hungry[place], count, source, &poll) {
                hungry.remove(at: place)
            }
        }
        align(&poll, cut: hungry + poll.stopped)
        return poll.records
    }

    /// What one poll has read so far.
    private struct Poll {
        let limit: Int
        /// What each partition gets before any gets more, and the most that one gets.
        let share, most: Int
        var records: [ConsumedRecord] = []
        var runs: [Run] = []
        var counts: [Int: Int] = [:]
        /// When the last record of a partition came.
        var ends: [Int: Int64] = [:]
        /// Partitions that have more, and may take no more of this poll.
        var stopped: [Int] = []
        private var bytes = 0
        private let byteLimit: Int
        /// Records read of one partition before it is asked again which is behind.
        static let stride = 64

        init(limit: Int, partitions: Int) {
            self.limit = limit
            (share, most) = (max(1, limit / (2 * partitions)), max(1, 2 * limit / partitions))
            // Records may be large.
            byteLimit = min(48, 4 * partitions) << 20
        }

        var isFull: Bool { records.count >= limit || bytes >= byteLimit }

        func isBehind(_ left: Int, _ right: Int) -> Bool {
            (ends[left] ?? .min, counts[left] ?? 0) < (ends[right] ?? .min, counts[right] ?? 0)
        }

        mutating func add(_ run: Run) {
            runs.append(run)
            counts[run.index, default: 0] += run.range.count
            ends[run.index] = records[run.range.upperBound - 1].record.timestamp
            for place in run.range { bytes += records[place].record.value?.count ?? 0 }
        }
    }

    /// What a partition may still take.
    private func left(_ index: Int, in poll: Poll) -> Int {
        let taken = poll.counts[index] ?? 0
        return max(0, min(poll.limit - poll.records.count, min(poll.most, assigned[index].allowance) - taken))
    }

    /// Whether there were any.
    private mutating func read(
        _ index: Int, _ count: Int, _ source: any PartitionSource, _ poll: inout Poll
    ) throws(LogError) -> Bool {
        let before = poll.records.count
        try source.read(
            assigned[index].source, from: assigned[index].position, limit: min(count, left(index, in: poll)),
            into: &poll.records)
        guard poll.records.count > before, let last = poll.records.last else { return false }
        assigned[index].position = last.offset + 1
        poll.add(Run(index: index, range: before..<poll.records.count))
        next = (index + 1) % assigned.count
        return true
    }

    /// Records of one partition that a poll read at once.
    private struct Run {
        let index: Int
        let range: Range<Int>
    }

    /// Shares of partitions that have more end at different times. What others have beyond the earliest of those ends waits for
    /// the next poll, or it would run ahead; unless it is most of what they have: such partitions are far apart.
    private mutating func align(_ poll: inout Poll, cut: [Int]) {
        guard let horizon = cut.compactMap({ poll.ends[$0] }).min() else { return }
        var beyond = RangeSet<Int>()
        for (index, count) in poll.counts {
            let own = poll.runs.filter { $0.index == index }.flatMap(\.range)
            let late = own.reversed().prefix { poll.records[$0].record.timestamp > horizon }
            guard let first = late.last, late.count <= count / 2 else { continue }
            assigned[index].position = poll.records[first].offset
            for place in late { beyond.insert(place, within: poll.records) }
        }
        poll.records.removeSubranges(beyond)
    }
}
