import Foundation
import Logging
import Streams
import TestSupport
import Testing

/// The logs that pass the contract. A real broker takes part when `KAFKA_BOOTSTRAP` names it.
enum LogAdapter: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case embedded, inMemory, kafkaMock, kafka

    var testDescription: String { rawValue }

    private static let broker = ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP"]

    static let available: [LogAdapter] = {
        if broker == nil { print("skipped: the log contract on a real broker, because KAFKA_BOOTSTRAP is not set") }
        return allCases.filter { $0 != .kafka || broker != nil }
    }()

    /// A log with topics `a` and `c` of 3 partitions and `b` of 2.
    func withLog(_ body: (ContractLog) throws -> Void) throws {
        try withTemporaryFolder { folder in
            switch self {
            case .embedded: try run(ContractLog { try EmbeddedLog(path: "\(folder)/attain.log") }, body)
            case .inMemory:
                let shared = InMemoryLog()
                try run(ContractLog { shared.peer() }, body)
            case .kafkaMock:
                let log = ContractLog { throw CocoaError(.featureUnsupported) }
                let mock = try KafkaMockProcess(topics: ["\(log.a):3", "\(log.b):2", "\(log.c):3"])
                defer { mock.stop() }
                try run(log.opening { try Self.open(mock.bootstrap) }, body)
            case .kafka:
                let bootstrap = Self.broker ?? ""
                try run(ContractLog { try Self.open(bootstrap) }, body)
            }
        }
    }

    private static func open(_ bootstrap: String) throws -> any Log {
        // The mock cluster waits a session timeout for the members to join again.
        try KafkaLog(
            bootstrap: bootstrap, properties: [("session.timeout.ms", "6000"), ("heartbeat.interval.ms", "300")],
            logger: Logger(label: "kafka") { _ in SwiftLogNoOpLogHandler() })
    }

    private func run(_ log: ContractLog, _ body: (ContractLog) throws -> Void) throws {
        try log.open().create([
            TopicSpecification(name: log.a, partitions: 3), TopicSpecification(name: log.b, partitions: 2),
            TopicSpecification(name: log.c, partitions: 3),
        ])
        try body(log)
    }
}

/// Opened anew each time, as another program would. The names differ from run to run, since a broker keeps topics.
struct ContractLog {
    let a: String
    let b: String
    let c: String
    let group: String
    let open: () throws -> any Log

    init(open: @escaping () throws -> any Log) {
        let run = UInt32.random(in: 0...UInt32.max)
        a = "contract.a.\(run)"
        b = "contract.b.\(run)"
        c = "contract.c.\(run)"
        group = "contract.\(run)"
        self.open = open
    }

    private init(_ other: ContractLog, open: @escaping () throws -> any Log) {
        (a, b, c, group) = (other.a, other.b, other.c, other.group)
        self.open = open
    }

    func opening(_ open: @escaping () throws -> any Log) -> ContractLog { ContractLog(self, open: open) }

    func append(_ texts: String..., to destination: TopicPartition) throws {
        let producer = try open().makeProducer()
        for text in texts { try producer.append(.text(text), to: destination) }
        try producer.flush()
    }
}

extension Record {
    static func text(_ text: String, key: String = "k") -> Record {
        Record(key: Array(key.utf8), value: Array(text.utf8), timestamp: 1_000)
    }

    var text: String? { value.map { String(decoding: $0, as: UTF8.self) } }
}

/// Remembers what it was told; reads every partition from `start`.
final class Listener: RebalanceListener {
    private(set) var owned: Set<TopicPartition> = []
    private(set) var heard: [String] = []
    var start: [TopicPartition: Int64] = [:]
    var onAssigned: ([TopicPartition]) throws -> Void = { _ in }

    func assigned(_ partitions: [TopicPartition]) throws -> [TopicPartition: Int64] {
        heard.append("assigned \(partitions.count)")
        owned.formUnion(partitions)
        try onAssigned(partitions)
        return Dictionary(uniqueKeysWithValues: partitions.map { ($0, start[$0] ?? 0) })
    }

    func revoked(_ partitions: [TopicPartition]) throws {
        heard.append("revoked \(partitions.count)")
        owned.subtract(partitions)
    }

    func lost(_ partitions: [TopicPartition]) {
        heard.append("lost \(partitions.count)")
        owned.subtract(partitions)
    }
}

extension GroupConsumer {
    /// Polls until `count` records have come, or for 20 seconds.
    func take(_ count: Int, _ listener: Listener) throws -> [ConsumedRecord] {
        var records: [ConsumedRecord] = []
        let deadline = ContinuousClock.now + .seconds(180)
        while records.count < count, ContinuousClock.now < deadline {
            records += try poll(limit: 1000, timeout: .milliseconds(100), listener: listener)
        }
        return records
    }

    /// Polls until the listener owns `count` partitions, or for three minutes.
    func join(owning count: Int, _ listener: Listener) throws {
        try stay(listener) { listener.owned.count == count }
    }

    /// Polls until something holds, or for three minutes.
    func stay(_ listener: Listener, until holds: () -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(180)
        while !holds(), ContinuousClock.now < deadline {
            _ = try poll(limit: 1, timeout: .milliseconds(50), listener: listener)
        }
    }
}
