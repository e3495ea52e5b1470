import Streams

/// What all processes on one in-memory log share.
final class InMemoryStorage: Sendable {
    private struct State {
        var topics: [String: TopicSpecification] = [:]
        var partitions: [TopicPartition: [Record]] = [:]
        var groups: [String: GroupCoordinator] = [:]
        var committed: [String: [TopicPartition: Int64]] = [:]
        /// Counts what readers may want to look at.
        var version = 0
    }

    let identity: String
    private let state = Monitor(State())

    init(identity: String) { self.identity = identity }

    func create(_ topics: [TopicSpecification]) throws(LogError) {
        try state.withLock { state throws(LogError) in
            for topic in topics {
                if let has = state.topics[topic.name]?.partitions, has != topic.partitions {
                    throw .partitionCountDiffers(topic: topic.name, has: has, wanted: topic.partitions)
                }
                if state.topics[topic.name] == nil { state.topics[topic.name] = topic }
            }
        }
    }

    func topics() -> [TopicSpecification] {
        state.withLock { $0.topics.values.sorted { $0.name < $1.name } }
    }

    func check(_ source: TopicPartition) throws(LogError) {
        let count = state.withLock { $0.topics[source.topic]?.partitions }
        guard let count else { throw .unknownTopic(source.topic) }
        guard 0..<count ~= source.partition else { throw .unknownTopic(source.description) }
    }

    func append(_ records: [Record], to destination: TopicPartition) -> Range<Int64> {
        let range = state.withLock { state in
            let base = Int64(state.partitions[destination]?.count ?? 0)
            state.partitions[destination, default: []] += records
            state.version += 1
            return base..<base + Int64(records.count)
        }
        state.notify()
        return range
    }

    func read(_ source: TopicPartition, from offset: Int64, limit: Int) -> [ConsumedRecord] {
        state.withLock { state in
            guard let records = state.partitions[source], offset < Int64(records.count) else { return [] }
            let first = Int(offset)
            let last = first + min(limit, records.count - first)
            return (first..<last).map { ConsumedRecord(source: source, offset: Int64($0), record: records[$0]) }
        }
    }

    func end(of source: TopicPartition) -> Int64 {
        state.withLock { Int64($0.partitions[source]?.count ?? 0) }
    }

    func coordinator(of group: String) -> GroupCoordinator {
        state.withLock { state in
            if let known = state.groups[group] { return known }
            let coordinator = GroupCoordinator()
            state.groups[group] = coordinator
            return coordinator
        }
    }

    func committed(_ group: String) -> [TopicPartition: Int64] {
        state.withLock { $0.committed[group] ?? [:] }
    }

    func commit(_ group: String, _ positions: [TopicPartition: Int64]) {
        state.withLock { $0.committed[group, default: [:]].merge(positions) { $1 } }
    }

    var version: Int { state.withLock { $0.version } }

    func wake() {
        state.withLock { $0.version += 1 }
        state.notify()
    }

    /// Returns when something was appended or a group changed since `version`.
    func wait(for version: Int, until deadline: MonotonicTime) {
        _ = state.wait(until: deadline) { $0.version != version ? true : nil }
    }
}
