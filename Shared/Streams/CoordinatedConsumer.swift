/// What a log offers to `CoordinatedConsumer`.
package protocol CoordinatedSource: AnyObject {
    /// Appends the records there are from `offset` on, at most `limit`; never waits.
    func read(_ source: TopicPartition, from offset: Int64, limit: Int, into records: inout [ConsumedRecord])
        throws(LogError)
    /// Forgets the signals so far: what is appended after this ends `wait`.
    func clearSignals()
    func wait(until deadline: MonotonicTime)
    func commit(_ positions: [TopicPartition: Int64]) throws(LogError)
    func end(of source: TopicPartition) throws(LogError) -> Int64
    func left()
}

/// A group's member for the logs whose groups live in one process.
package final class CoordinatedConsumer: GroupConsumer {
    package let member: Int
    private let coordinator: GroupCoordinator
    private let source: any CoordinatedSource
    /// Sorted by partition; the next poll begins behind the partition served last, so that none starves.
    private var assigned: [(source: TopicPartition, position: Int64)] = []
    private var next = 0
    private var isClosed = false
    /// Whether it is still to hear that it is a member, though it may have nothing.
    private var isToldNothing = true

    package init(
        topics: [TopicSpecification], coordinator: GroupCoordinator, source: any CoordinatedSource,
        wake: @escaping @Sendable () -> Void
    ) {
        self.coordinator = coordinator
        self.source = source
        member = coordinator.join(topics: topics, wake: wake)
    }

    /// One that was not closed has crashed: its partitions are free, nobody is told.
    deinit {
        guard !isClosed else { return }
        coordinator.leave(member)
        source.left()
    }

    package func poll(
        limit: Int, timeout: Duration, listener: any RebalanceListener
    ) throws(LogError) -> [ConsumedRecord] {
        let deadline = MonotonicTime.now + timeout
        while true {
            source.clearSignals()
            try rebalance(listener)
            let records = try take(limit)
            if !records.isEmpty || MonotonicTime.now >= deadline { return records }
            source.wait(until: deadline)
        }
    }

    package func commit(_ positions: [TopicPartition: Int64]) throws(LogError) { try source.commit(positions) }

    package func end(of partition: TopicPartition) throws(LogError) -> Int64? { try source.end(of: partition) }

    package func close(listener: any RebalanceListener) throws(LogError) {
        guard !isClosed else { return }
        isClosed = true
        defer {
            coordinator.leave(member)
            source.left()
        }
        let all = assigned.map(\.source)
        assigned = []
        if !all.isEmpty { try told { try listener.revoked(all) } }
    }

    package func seek(_ source: TopicPartition, to offset: Int64) {
        for index in assigned.indices where assigned[index].source == source { assigned[index].position = offset }
    }

    private func rebalance(_ listener: any RebalanceListener) throws(LogError) {
        let lost = coordinator.takeLost(member)
        if !lost.isEmpty {
            drop(lost)
            listener.lost(lost)
            isToldNothing = true
        }
        let revoked = coordinator.toRevoke(member)
        if !revoked.isEmpty {
            drop(revoked)
            try told { try listener.revoked(revoked) }
            coordinator.release(member, revoked)
        }
        let claimed = coordinator.claim(member)
        guard !claimed.isEmpty || isToldNothing else { return }
        isToldNothing = false
        let positions = try told { try listener.assigned(claimed) }
        assigned += claimed.map { ($0, positions[$0] ?? 0) }
        assigned.sort { $0.source < $1.source }
    }

    private func drop(_ partitions: [TopicPartition]) {
        let partitions = Set(partitions)
        assigned.removeAll { partitions.contains($0.source) }
        next = 0
    }

    /// An equal share of each partition, so that none runs ahead of the others; what some do not need is shared again.
    private func take(_ limit: Int) throws(LogError) -> [ConsumedRecord] {
        var records: [ConsumedRecord] = []
        var hungry = (0..<assigned.count).map { (next + $0) % assigned.count }
        var runs: [Run] = []
        while !hungry.isEmpty, records.count < limit {
            let share = max(1, (limit - records.count) / hungry.count)
            var served: [Int] = []
            for index in hungry where records.count < limit {
                let before = records.count
                let (partition, position) = assigned[index]
                try source.read(partition, from: position, limit: share, into: &records)
                guard records.count > before, let last = records.last else { continue }
                assigned[index].position = last.offset + 1
                runs.append(Run(index: index, range: before..<records.count))
                if records.count - before == share { served.append(index) }
                next = (index + 1) % assigned.count
            }
            hungry = served
        }
        if !hungry.isEmpty { align(&records, runs, cut: hungry) }
        return records
    }

    /// Records of one partition that a poll read at once.
    private struct Run {
        let index: Int
        let range: Range<Int>
    }

    /// Shares of partitions that have more end at different times. What others have beyond the earliest of those ends waits for
    /// the next poll, or it would run ahead; unless it is most of what they have: such partitions are far apart.
    private func align(_ records: inout [ConsumedRecord], _ runs: [Run], cut: [Int]) {
        var ends: [Int: Int64] = [:]
        var counts: [Int: Int] = [:]
        for run in runs {
            ends[run.index] = records[run.range.upperBound - 1].record.timestamp
            counts[run.index, default: 0] += run.range.count
        }
        guard let horizon = cut.compactMap({ ends[$0] }).min() else { return }
        var beyond = RangeSet<Int>()
        for (index, count) in counts {
            let own = runs.filter { $0.index == index }.flatMap(\.range)
            let late = own.reversed().prefix { records[$0].record.timestamp > horizon }
            guard let first = late.last, late.count <= count / 2 else { continue }
            assigned[index].position = records[first].offset
            for place in late { beyond.insert(place, within: records) }
        }
        records.removeSubranges(beyond)
    }

    private func told<Result>(_ body: () throws -> Result) throws(LogError) -> Result {
        do {
            return try body()
        } catch let error as LogError {
            throw error
        } catch {
            throw .operating("\(error)")
        }
    }
}
