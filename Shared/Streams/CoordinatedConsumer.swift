/// What a log offers to `CoordinatedConsumer`.
package protocol CoordinatedSource: PartitionSource {
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
    private var shares = PartitionShares()
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
            let records = try shares.take(limit, from: source)
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
        let all = shares.partitions
        shares.remove(all)
        if !all.isEmpty { try told { try listener.revoked(all) } }
    }

    package func seek(_ source: TopicPartition, to offset: Int64) { shares.goBack(source, to: offset) }

    private func rebalance(_ listener: any RebalanceListener) throws(LogError) {
        let lost = coordinator.takeLost(member)
        if !lost.isEmpty {
            shares.remove(lost)
            listener.lost(lost)
            isToldNothing = true
        }
        let revoked = coordinator.toRevoke(member)
        if !revoked.isEmpty {
            shares.remove(revoked)
            try told { try listener.revoked(revoked) }
            coordinator.release(member, revoked)
        }
        let claimed = coordinator.claim(member)
        guard !claimed.isEmpty || isToldNothing else { return }
        isToldNothing = false
        shares.add(claimed, at: try told { try listener.assigned(claimed) })
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
