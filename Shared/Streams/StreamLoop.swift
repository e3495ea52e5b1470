import GRDB
import Glibc
import Logging

/// The synchronous loop of a stream thread; owns its consumer, producer, tasks and stores. `StreamThreads` runs each on a
/// thread of its own, the simulation steps many of them on one.
///
///     poll ─▶ process ─▶ append ─▶ flush once ─▶ commit each store ─▶ tell the group
///
/// A crash anywhere repeats outputs, which are found in the log or passed over by their readers; it never loses one.
/// After any error the loop is done for: drop it, or close it first, and start again from the stores.
package final class StreamLoop {
    private let log: any Log
    private let topology: any Topology
    private let options: StreamOptions
    private let status: StreamStatus
    private let isStopping: () -> Bool
    private let crashPoint: (CrashPoint) throws -> Void
    private let identity: String
    private let destinations: Destinations
    private let producer: any Producer
    private let reader: any PartitionReader
    private let consumer: any GroupConsumer
    private var runners: [TopicPartition: TaskRunner] = [:]
    /// The partitions that took too long when they had their last turn.
    private var slow: Set<TopicPartition> = []
    private var tails: DestinationTails
    private var nextLookUp = MonotonicTime.now
    /// The group may know other positions than the stores hold: of a loop that was killed, or of a store that was deleted.
    private var isGroupTold = true
    /// What a callback threw, since it passes through code that knows only `LogError`.
    private var failure: (any Error)?

    package init(
        log: any Log, topology: any Topology, options: StreamOptions, status: StreamStatus = StreamStatus(),
        crashPoint: @escaping (CrashPoint) throws -> Void = { _ in }, isStopping: @escaping () -> Bool = { false }
    ) throws {
        self.log = log
        self.topology = topology
        self.options = options
        self.status = status
        self.isStopping = isStopping
        self.crashPoint = crashPoint
        identity = try log.identity()
        destinations = Destinations(try log.topics(), of: topology)
        tails = DestinationTails(of: options.program)
        producer = try log.makeProducer()
        reader = try log.makeReader()
        consumer = try log.join(group: topology.group, topics: topology.inputs)
    }

    /// One round; answers how many records it took. With no timeout it never waits.
    @discardableResult
    package func step(timeout: Duration = .zero) throws -> Int {
        let records = try listening {
            try consumer.poll(limit: options.batchLimit, timeout: timeout, listener: self)
        }
        try crashPoint(.afterPoll)
        if !isGroupTold { try tellGroup() }
        if !records.isEmpty { try take(records) }
        try lookUpEnds()
        status.hasStepped()
        return records.count
    }

    /// Without a record to come, nothing else would ever set right how much seems to be left.
    private func tellGroup() throws {
        if !runners.isEmpty { try consumer.commit(runners.mapValues(\.position)) }
        isGroupTold = true
    }

    /// Leaves the group. All that was processed is committed, but for a batch that failed, which has not happened.
    package func close() throws {
        try listening { try consumer.close(listener: self) }
        status.clear()
    }

    private func take(_ records: [ConsumedRecord]) throws {
        let touched = try process(records)
        try crashPoint(.afterProcess)
        for runner in touched { try runner.save() }
        try crashPoint(.beforeFlush)
        let flushed = try producer.flush()
        try crashPoint(.afterFlush)
        for (number, runner) in touched.enumerated() {
            if number > 0 { try crashPoint(.betweenCommits) }
            try runner.commit(flushed)
            status.set(runner.status, of: runner.source)
        }
        try crashPoint(.afterCommit)
        try consumer.commit(Dictionary(uniqueKeysWithValues: touched.map { ($0.source, $0.position) }))
        try crashPoint(.afterPositions)
    }

    /// What a poll's records have taken of one task.
    private struct Taken {
        let runner: TaskRunner
        var time = Duration.zero
        var records = 0
        var isLate = false
    }

    /// One partition alone holds up no other, but it has to ask its group for more in time, and to stop when it is to.
    private var patience: Duration {
        runners.count > 1 ? options.patience : max(options.patience, StreamOptions.patienceAlone)
    }

    /// Hands the records to their tasks; answers the tasks that got any. One that takes too long, and has most still before it,
    /// goes on with the next poll.
    private func process(_ records: [ConsumedRecord]) throws -> [TaskRunner] {
        var touched: [Taken] = []
        let sink = sink
        var turns = Turns(records, order: topology.order)
        var start = MonotonicTime.now
        while let turn = turns.next() {
            let source = records[turn.lowerBound].source
            guard let runner = runners[source] else {
                preconditionFailure("a record of \(source) was delivered, which is not assigned")
            }
            try runner.process(records[turn], into: sink)
            let number = touched.firstIndex { $0.runner === runner } ?? touched.count
            if number == touched.count { touched.append(Taken(runner: runner)) }
            touched[number].records += turn.count
            let end = MonotonicTime.now
            touched[number].time += end - start
            start = end
            guard !touched[number].isLate, touched[number].time > patience else { continue }
            touched[number].isLate = true
            guard turns.count(of: source) > (runners.count > 1 ? touched[number].records : 0) else { continue }
            for source in haveAllToStop(source, touched) ? turns.sources : [source] {
                turns.removeAll(of: source)
                if let position = runners[source]?.position { try consumer.seek(source, to: position) }
            }
        }
        for taken in touched {
            if taken.isLate { slow.insert(taken.runner.source) } else { slow.remove(taken.runner.source) }
        }
        return touched.map(\.runner)
    }

    /// Where the order matters to readers, all stop at one moment, or those that go on would run ahead by a poll. Not for a
    /// partition that is slow again, unless most are: it would hold up the others.
    private func haveAllToStop(_ source: TopicPartition, _ touched: [Taken]) -> Bool {
        guard topology.order != nil else { return false }
        let areMostSlow =
            touched.count > 1 && touched.reduce(.zero) { $0 + min($1.time, patience) } > patience * touched.count / 2
        return areMostSlow || !slow.contains(source)
    }

    private var sink: TaskRunner.Sink {
        TaskRunner.Sink(
            append: { [producer] in try producer.append($0, to: $1) },
            lastSent: { [self] source, destination, floor in
                try tails.last(from: source, in: destination, downTo: floor, reader)
            },
            end: { [reader] in try reader.endOffset(of: $0) })
    }

    /// For lag and progress, once a second; and whether somebody has found a store damaged.
    private func lookUpEnds() throws {
        guard MonotonicTime.now >= nextLookUp else { return }
        nextLookUp = MonotonicTime.now + .seconds(1)
        for runner in runners.values {
            try runner.checkStore()
            if let end = try consumer.end(of: runner.source) { runner.updateEnd(end) }
            status.set(runner.status, of: runner.source)
        }
    }

    private func listening<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            throw failure ?? error
        }
    }
}

// MARK: Rebalance

extension StreamLoop: RebalanceListener {
    package func assigned(_ partitions: [TopicPartition]) throws -> [TopicPartition: Int64] {
        try noting {
            tails.forget()
            isGroupTold = false
            status.hasJoined(false)
            var positions: [TopicPartition: Int64] = [:]
            for source in partitions {
                let runner = try open(source)
                runners[source] = runner
                try crashPoint(.whileAssigned)
                positions[source] = runner.position
                status.set(runner.status, of: source)
            }
            status.hasJoined(true)
            return positions
        }
    }

    /// Between two rounds everything is committed already.
    package func revoked(_ partitions: [TopicPartition]) throws {
        try noting {
            for source in partitions { try drop(source, "revoked") }
            try crashPoint(.whileRevoked)
        }
    }

    package func lost(_ partitions: [TopicPartition]) {
        status.hasJoined(false)
        for source in partitions {
            do { try drop(source, "lost") } catch {
                options.logger.error("close failed", metadata: ["error": "\(error)"])
            }
        }
    }

    private func drop(_ source: TopicPartition, _ word: Logger.Message) throws {
        status.remove(source)
        slow.remove(source)
        options.logger.info(word, metadata: ["partition": "\(source)"])
        try runners.removeValue(forKey: source)?.close()
    }

    private func noting<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            failure = error
            throw error
        }
    }

    /// A process that was frozen, or is in the middle of a long batch, may hold the store of a partition that it has lost.
    private func open(_ source: TopicPartition) throws -> TaskRunner {
        let deadline = MonotonicTime.now + StreamOptions.patienceForStores
        while true {
            do { return try openWhole(source) } catch let error as DatabaseError
                where error.resultCode == .SQLITE_BUSY && MonotonicTime.now < deadline && !isStopping()
            {
                options.logger.warning(
                    "waiting for another process that has the state open",
                    metadata: ["path": "\(StateStore.path(folder: options.stateFolder, source))"])
                // SQLite waits itself, unless it sees that waiting would lead nowhere.
                usleep(100_000)
            }
        }
    }

    private func openWhole(_ source: TopicPartition) throws -> TaskRunner {
        do {
            return try openOnce(source)
        } catch  where Damage.isDamage(error) {
            let aside = try Damage.setAside(StateStore.path(folder: options.stateFolder, source))
            options.logger.error(
                "state damaged, rebuilding from the log",
                metadata: ["partition": "\(source)", "kept": "\(aside)", "error": "\(error)"])
            return try openOnce(source)
        }
    }

    private func openOnce(_ source: TopicPartition) throws -> TaskRunner {
        let store = try StateStore(
            folder: options.stateFolder, source: source, identity: identity, topology: topology)
        do {
            // After the store is ours: whoever had it may have gone on until then.
            let (beginning, end) = (try reader.beginningOffset(of: source), try reader.endOffset(of: source))
            try check(store, source, beginning, end)
            let task = try store.onDatabase { try topology.makeTask(for: source, database: $0, reader: reader) }
            let runner = TaskRunner(
                source, store: store, task: task, destinations: destinations, options: options, beginning: beginning,
                end: end)
            runner.updateEnd(end)
            options.logger.info(
                "assigned",
                metadata: ["partition": "\(source)", "position": "\(runner.position)", "end": "\(end)"])
            return runner
        } catch {
            try store.close()
            throw error
        }
    }

    private func check(_ store: StateStore, _ source: TopicPartition, _ beginning: Int64, _ end: Int64) throws {
        let position = store.saved.position
        if let position, position > end {
            throw StateError.beyondEnd(source, position: position, end: end, path: store.path)
        }
        // Of a compacted topic it may be gone.
        if let position, let last = store.saved.last, position > beginning, !topology.compacted.contains(source.topic) {
            guard
                let found = try reader.read(source, from: position - 1, limit: 1, timeout: .seconds(30)).first
            else { throw LogError.operating("\(source) gave no record from \(position - 1) for 30 s") }
            guard found.offset > position - 1 || found.record.fingerprint == last else {
                throw StateError.otherRecord(source, offset: position - 1, path: store.path)
            }
        }
        guard position == nil, beginning > 0 else { return }
        throw StateError.beginningLost(source, beginning: beginning)
    }
}
