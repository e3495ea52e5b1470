import GRDB
import Logging
import Records
import Runtime
import Streams

extension Workplace {
    /// Brings the stores up to date with the log, unless another process does that already; answers how fresh they are.
    func catchUp() async throws -> Freshness {
        try checkPartitions()
        if settings.logAddress.hasPrefix("sqlite:") { try await joinAndCatchUp() }
        let ends = try await OSThread.run(named: "ends") { [log, application] in
            try Freshness.ends(log, application)
        }
        return try await Freshness.of(.ledger, in: shelf, ends: ends)
    }

    /// Returns once the stores hold the ledger up to these ends, which another process may see to.
    func reach(_ ends: [Int32: Int64]) async throws {
        let limit = ContinuousClock.now + .seconds(30)
        while true {
            _ = try await catchUp()
            let progress = try await Freshness.progress(shelf, of: .ledger)
            let positions = Dictionary(uniqueKeysWithValues: progress.map { ($0.partition, $0.position) })
            if ends.allSatisfy({ positions[$0.key] ?? 0 >= $0.value }) { return }
            guard ContinuousClock.now < limit else {
                throw Problem(
                    where: "statements", "they are behind the ledger, and did not catch up within 30 s",
                    remedy: "See that 'statements serve' is running, and do it again once it has caught up.")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// With another number of partitions figures would be missing without a word.
    private func checkPartitions() throws {
        let name = application.topic(.ledger)
        guard let topic = try log.topics().first(where: { $0.name == name }) else { throw LogError.unknownTopic(name) }
        guard topic.partitions == application.partitions else {
            throw LogError.partitionCountDiffers(topic: name, has: topic.partitions, wanted: application.partitions)
        }
    }

    /// On Kafka a short-lived member would take partitions from `serve`, so there it is left to `serve`.
    private func joinAndCatchUp() async throws {
        var options = settings.streamOptions(logger: logger)
        options.logger.logLevel = .warning
        do {
            try await CatchingUp(
                log: log, topology: StatementsTopology(application: application), options: options
            ).run()
        } catch LogError.groupTaken { return }
    }
}

/// Runs a topology until it has all that the log held when it began.
struct CatchingUp: Sendable {
    let log: any Log
    let topology: StatementsTopology
    let options: StreamOptions

    func run() async throws {
        try await OSThread.run(named: "catching-up") {
            while true {
                // A store that is found damaged is made anew by the next.
                do { return try loop() } catch  where Damage.isDamage(error) {}
            }
        }
    }

    private func loop() throws {
        let status = StreamStatus()
        let loop = try StreamLoop(log: log, topology: topology, options: options, status: status)
        var bar = ProgressBar("catching up", total: 0)
        var taken: Int64 = 0
        while !isDone(status) {
            taken += Int64(try loop.step(timeout: .milliseconds(50)))
            bar.total = status.snapshot.values.reduce(0) { $0 + $1.restoreEnd - $1.restoreStart }
            bar.advance(to: taken)
        }
        try loop.close()
        if taken > 10_000 { bar.finish() }
    }

    private func isDone(_ status: StreamStatus) -> Bool {
        let expected = StatementsTopology.inputTopics.reduce(0) { $0 + Int(topology.application.partitions(of: $1)) }
        return status.isReady && status.snapshot.count == expected
    }
}
