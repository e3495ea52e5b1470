import Streams
import TestSupport
import Testing

/// The logs that pass the contract.
enum LogAdapter: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case embedded, inMemory

    var testDescription: String { rawValue }

    static var available: [LogAdapter] { allCases }

    /// A log with topic `a` of 3 partitions and `b` of 2; `reopen` gives the same log as another program would.
    func withLog(_ body: (ContractLog) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let log: ContractLog
            switch self {
            case .embedded: log = ContractLog { try EmbeddedLog(path: "\(folder)/attain.log") }
            case .inMemory:
                let shared = InMemoryLog()
                log = ContractLog { shared.peer() }
            }
            try log.open().create([
                TopicSpecification(name: log.a, partitions: 3), TopicSpecification(name: log.b, partitions: 2),
            ])
            try body(log)
        }
    }
}

struct ContractLog {
    let a = "contract.a"
    let b = "contract.b"
    let group = "contract"
    let open: () throws -> any Log

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
        let deadline = ContinuousClock.now + .seconds(20)
        while records.count < count, ContinuousClock.now < deadline {
            records += try poll(limit: 1000, timeout: .milliseconds(100), listener: listener)
        }
        return records
    }

    /// Polls until the listener owns `count` partitions, or for 20 seconds.
    func join(owning count: Int, _ listener: Listener) throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while listener.owned.count != count, ContinuousClock.now < deadline {
            _ = try poll(limit: 1, timeout: .milliseconds(50), listener: listener)
        }
    }
}
