package import Streams
import Synchronization

/// A log in memory for tests and for the simulation. One instance is one process; `peer()` is another process on
/// the same log. `poll` and `read` with no timeout never block, so one thread can play all processes.
package final class InMemoryLog: Log {
    let storage: InMemoryStorage
    private let live = Mutex<[Weak]>([])

    /// Faults to inject; each may be set at any time.
    package let faults: InMemoryFaults

    package convenience init(identity: String = "in-memory") {
        self.init(storage: InMemoryStorage(identity: identity))
    }

    private init(storage: InMemoryStorage) {
        self.storage = storage
        faults = InMemoryFaults()
    }

    package func peer() -> InMemoryLog { InMemoryLog(storage: storage) }

    /// This process dies: of what each producer appended and did not flush, a prefix per partition that `keeping`
    /// chooses (by partition and number of records) is in the log; its members leave without a word.
    package func crash(keeping: (TopicPartition, Int) -> Int = { _, _ in 0 }) {
        for client in live.withLock({ $0 }) { client.producer?.crash(keeping: keeping) }
        live.withLock { $0 = [] }
    }

    package func create(_ topics: [TopicSpecification]) throws(LogError) { try storage.create(topics) }

    package func topics() throws(LogError) -> [TopicSpecification] { storage.topics() }

    package func identity() throws(LogError) -> String { storage.identity }

    package func makeProducer() throws(LogError) -> any Producer {
        let producer = InMemoryProducer(storage: storage, faults: faults)
        live.withLock { $0.append(Weak(producer)) }
        return producer
    }

    package func makeReader() throws(LogError) -> any PartitionReader { InMemoryReader(storage: storage) }

    package func join(group: String, topics: [String]) throws(LogError) -> any GroupConsumer {
        let all = storage.topics()
        var specifications: [TopicSpecification] = []
        for name in topics {
            guard let topic = all.first(where: { $0.name == name }) else { throw .unknownTopic(name) }
            specifications.append(topic)
        }
        let storage = storage
        return CoordinatedConsumer(
            topics: specifications, coordinator: storage.coordinator(of: group),
            source: InMemorySource(storage: storage, group: group, faults: faults), wake: { storage.wake() })
    }

    package func committed(group: String, topics: [String]) throws(LogError) -> [TopicPartition: Int64] {
        storage.committed(group).filter { topics.contains($0.key.topic) }
    }

    /// The group's coordinator, to force rebalances and to expel members.
    package func coordinator(of group: String) -> GroupCoordinator { storage.coordinator(of: group) }

    /// All records of a partition, for assertions.
    package func records(_ source: TopicPartition) -> [ConsumedRecord] {
        storage.read(source, from: 0, limit: .max)
    }
}

/// Which faults the in-memory log commits.
package final class InMemoryFaults: Sendable {
    private struct State {
        var duplicates: @Sendable (TopicPartition, Record) -> Bool = { _, _ in false }
        var redelivers: @Sendable (TopicPartition, Int64) -> Int64 = { _, _ in 0 }
        var failsFlush: LogError?
    }

    private let state = Mutex(State())

    /// Appends a record twice where this says so, as a producer that was not sure may.
    package func duplicate(where predicate: @escaping @Sendable (TopicPartition, Record) -> Bool) {
        state.withLock { $0.duplicates = predicate }
    }

    /// Delivers again this many records before the offset asked for.
    package func redeliver(_ count: @escaping @Sendable (TopicPartition, Int64) -> Int64) {
        state.withLock { $0.redelivers = count }
    }

    /// Makes every flush fail with this, until it is `nil`.
    package func failFlush(with error: LogError?) { state.withLock { $0.failsFlush = error } }

    func isDuplicated(_ destination: TopicPartition, _ record: Record) -> Bool {
        state.withLock { $0.duplicates }(destination, record)
    }

    func redelivered(_ source: TopicPartition, _ offset: Int64) -> Int64 {
        state.withLock { $0.redelivers }(source, offset)
    }

    var flushFailure: LogError? { state.withLock { $0.failsFlush } }
}

private struct Weak: Sendable {
    // Read only to crash it, on the thread that plays all processes.
    nonisolated(unsafe) private(set) weak var producer: InMemoryProducer?
    init(_ producer: InMemoryProducer) { self.producer = producer }
}
