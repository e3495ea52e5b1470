import Logging
import Streams
import TestSupport
import Testing

@Suite("streams on Kafka", .serialized)
struct KafkaStreamTests {
    private static let both = [TallyTopology.first, TallyTopology.second]

    @Test("survive a kill between flush and commit, and a deleted store, without appending twice")
    func recovers() throws {
        try withTemporaryFolder { folder in
            let mock = try KafkaMockProcess(topics: ["in:3", "out:3", "latest:3", "end:3", "quarantine:1"])
            defer { mock.stop() }
            let log = try open(mock)
            try log.feed(300)
            var kills = 2
            try settle(TallyTopology.first, folder, log, records: 300) { point in
                guard point == .afterFlush, kills > 0 else { return }
                kills -= 1
                throw StreamHarness.Crash()
            }
            try removeFolder("\(folder)/first")
            try settle(TallyTopology.first, folder, log, records: 300)
            let reader = try log.makeReader()
            #expect(try (0..<3).reduce(0) { $0 + (try reader.endOffset(of: TopicPartition("out", $1))) } == 300)
            try settle(TallyTopology.second, folder, log, records: 300)
            #expect(try (0..<3).reduce(0) { $0 + (try reader.endOffset(of: TopicPartition("end", $1))) } == 300)
        }
    }

    private func open(_ mock: KafkaMockProcess) throws -> any Log {
        try KafkaLog(
            bootstrap: mock.bootstrap, properties: [("session.timeout.ms", "6000"), ("heartbeat.interval.ms", "300")],
            logger: Logger(label: "kafka") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Runs a topology until it has taken all, starting again after each crash.
    private func settle(
        _ topology: TallyTopology, _ folder: String, _ log: any Log, records: Int64,
        crash: @escaping (CrashPoint) throws -> Void = { _ in }
    ) throws {
        var options = try StreamHarness(folder: folder).options(topology.group)
        options.batchLimit = 50
        let deadline = ContinuousClock.now + .seconds(180)
        var loop: StreamLoop?
        let status = StreamStatus()
        while status.snapshot.values.reduce(0, { $0 + $1.processed }) < records, ContinuousClock.now < deadline {
            do {
                let running =
                    try loop
                    ?? StreamLoop(
                        log: log, topology: topology, options: options, status: status, crashPoint: crash)
                loop = running
                try running.step(timeout: .milliseconds(100))
            } catch is StreamHarness.Crash {
                loop = nil
            }
        }
        try loop?.close()
    }
}
