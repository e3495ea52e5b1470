import Logging
import Streams
import TestSupport

/// One topology of the harness on a log of its own kind, in this thread.
struct OneLoop {
    let topology: TallyTopology
    let folder: String
    let log: any Log

    static let topics =
        ["in", "out", "latest", "end"].map { TopicSpecification(name: $0, partitions: 3) }
        + [TopicSpecification(name: "quarantine", partitions: 1)]

    /// On the mock cluster, which has these topics from the first.
    static func onMock(
        _ properties: [(String, String)] = [],
        _ body: (_ open: () throws -> any Log, _ mock: KafkaMockProcess) throws -> Void
    ) throws {
        let mock = try KafkaMockProcess(topics: topics.map { "\($0.name):\($0.partitions)" })
        defer { mock.stop() }
        let all = [("session.timeout.ms", "6000"), ("heartbeat.interval.ms", "300")] + properties
        let open = {
            try KafkaLog(
                bootstrap: mock.bootstrap, properties: all,
                logger: Logger(label: "kafka") { _ in SwiftLogNoOpLogHandler() })
        }
        try body(open, mock)
    }

    /// Runs until it has taken all there is, starting again after each crash, and leaves the group.
    func settle(crash: @escaping (CrashPoint) throws -> Void = { _ in }) throws {
        let deadline = ContinuousClock.now + .seconds(180)
        var loop: StreamLoop?
        let status = StreamStatus()
        while ContinuousClock.now < deadline {
            do {
                let running = try loop ?? start(status, crash)
                loop = running
                try running.step(timeout: .milliseconds(100))
                guard try isAtEnd(status) else { continue }
                return try running.close()
            } catch is StreamHarness.Crash {
                loop = nil
            }
        }
        throw Late()
    }

    struct Late: Error {}

    func start(_ status: StreamStatus, _ crash: @escaping (CrashPoint) throws -> Void = { _ in }) throws -> StreamLoop {
        var options = try StreamHarness(folder: folder).options(topology.group)
        options.batchLimit = 50
        return try StreamLoop(log: log, topology: topology, options: options, status: status, crashPoint: crash)
    }

    /// It has all partitions, and has taken what is in them.
    func isAtEnd(_ status: StreamStatus) throws -> Bool {
        let (reader, tasks) = (try log.makeReader(), status.snapshot)
        return try topology.inputs.allSatisfy { topic in
            try (0..<Int32(3)).allSatisfy { number in
                let source = TopicPartition(topic, number)
                return try tasks[source]?.position == reader.endOffset(of: source)
            }
        }
    }
}

extension Log {
    /// All records of a topic, and how many of them tell what another one told.
    func outcome(_ topic: String) throws -> (count: Int, repeated: Int) {
        let reader = try makeReader()
        var (count, seen) = (0, Set<String>())
        for number in 0..<Int32(3) {
            try reader.forEach(of: TopicPartition(topic, number)) { record in
                count += 1
                seen.insert(record.record.headers["ce_id"] ?? "")
            }
        }
        return (count, count - seen.count)
    }
}
