import GRDB
import Synchronization

/// A log in files, for one machine: trials, small companies, tests. Several processes may use it at once.
///
/// `attain.log` has the topics, and an index of `attain.log-records`, to which records are appended. Beside them lie
/// `attain.log-lock` (who writes), `attain.log-signal` (wakes readers) and `attain.log-group-NAME` (which process runs a group).
package final class EmbeddedLog: Log {
    let path: String
    let commits: GroupCommit
    private let records: RecordFile
    /// Where the batches begin that are packed as they are now.
    private let packedFrom: Int64
    private let positions: DatabaseQueue
    private let positionsLock: FileLock
    private let known = Mutex<[String: EmbeddedTopic]>([:])
    private let groups = Mutex<[String: EmbeddedGroup]>([:])

    package init(path: String) throws(LogError) {
        self.path = path
        let lock = try FileLock(path: path + "-lock")
        try lock.lock()
        defer { lock.unlock() }
        let writer = try EmbeddedDatabase.open(path, isWriter: true)
        let records = try RecordFile(path: path + "-records")
        self.records = records
        packedFrom = try EmbeddedDatabase.mapped(path) {
            try writer.writeWithoutTransaction {
                try EmbeddedDatabase.prepareTables($0, path, records)
                return try Int64.fetchOne($0, sql: "SELECT packed_from FROM log") ?? 0
            }
        }
        commits = GroupCommit(
            path: path, database: writer, lock: try FileLock(path: path + "-lock"),
            signal: try FileSignal(path: path + "-signal"), records: records)
        positions = try EmbeddedDatabase.open(path, isWriter: true)
        positionsLock = try FileLock(path: path + "-lock")
    }

    package func identity() throws(LogError) -> String {
        try EmbeddedDatabase.mapped(path) {
            try positions.unsafeRead { try String.fetchOne($0, sql: "SELECT identity FROM log") ?? "" }
        }
    }

    package func makeProducer() throws(LogError) -> any Producer { EmbeddedProducer(log: self) }

    package func makeReader() throws(LogError) -> any PartitionReader { try EmbeddedReader(log: self) }

    package func join(group: String, topics: [String]) throws(LogError) -> any GroupConsumer {
        var specifications: [TopicSpecification] = []
        for name in topics { specifications.append(try topic(name).specification) }
        // Found and joined in one: a group without members is nobody's, and another thread would make it anew.
        return try groups.withLock { groups throws(LogError) in
            CoordinatedConsumer(
                topics: specifications, coordinator: try coordinator(of: group, in: &groups),
                source: try EmbeddedSource(log: self, group: group), wake: { [self] in wakeReaders() })
        }
    }

    func wakeReaders() { commits.signal.raise() }

    /// Into memory that is used again, where nobody else has it.
    func load(
        _ place: EmbeddedTable.Place, of source: TopicPartition, into used: consuming BatchBytes?
    ) throws(LogError) -> LoadedBatch {
        let bytes = isKnownUniquelyReferenced(&used) ? used ?? BatchBytes() : BatchBytes()
        let isPossible = place.start >= 0 && 0...Int(Int32.max) ~= place.size
        let isThere = isPossible ? try records.read(into: bytes.room(for: place.size), at: place.start) : false
        guard isThere, RecordBatch.checksum(bytes.buffer, row: place.row, count: place.count) == place.checksum,
            let batch = LoadedBatch(
                source: source, baseOffset: place.base, count: place.count, bytes: bytes,
                packing: place.start < packedFrom ? .single : .changes)
        else {
            throw LogError.damaged(
                records.path,
                "the batch of \(place.count) records at offset \(place.base) of \(source) "
                    + (isThere ? "fails its checksum" : "is missing"))
        }
        return batch
    }
}

// MARK: Topics

struct EmbeddedTopic: Sendable {
    let specification: TopicSpecification
    let firstPartitionID: Int64
}

extension EmbeddedLog {
    package func create(_ topics: [TopicSpecification]) throws(LogError) {
        try writing { database in
            // The file of records does not say what its partitions are called.
            try EmbeddedDatabase.inDurableTransaction(database) {
                for topic in topics { try Self.create(topic, in: database) }
            }
        }
    }

    private static func create(_ topic: TopicSpecification, in database: Database) throws {
        let has = try Int32.fetchOne(
            database, sql: "SELECT partitions FROM topic WHERE name = ?", arguments: [topic.name])
        if let has {
            guard has == topic.partitions else {
                throw LogError.partitionCountDiffers(topic: topic.name, has: has, wanted: topic.partitions)
            }
            return
        }
        try database.execute(
            sql: """
                INSERT INTO topic
                SELECT ?, ?, ?, coalesce(max(first_partition_id + partitions), 1) FROM topic
                """, arguments: [topic.name, topic.partitions, topic.isCompacted])
    }

    package func topics() throws(LogError) -> [TopicSpecification] {
        try loadTopics().values.map(\.specification).sorted { $0.name < $1.name }
    }

    /// Where a partition's batches begin in the table; topics are never deleted, so what is known stays true.
    func partitionID(of source: TopicPartition) throws(LogError) -> Int64 {
        let topic = try topic(source.topic)
        guard 0..<topic.specification.partitions ~= source.partition else { throw .unknownTopic(source.description) }
        return topic.firstPartitionID + Int64(source.partition)
    }

    private func topic(_ name: String) throws(LogError) -> EmbeddedTopic {
        if let topic = known.withLock({ $0[name] }) { return topic }
        guard let topic = try loadTopics()[name] else { throw .unknownTopic(name) }
        return topic
    }

    private func loadTopics() throws(LogError) -> [String: EmbeddedTopic] {
        let topics = try EmbeddedDatabase.mapped(path) {
            try positions.unsafeRead { database in
                try Row.fetchAll(database, sql: "SELECT * FROM topic").map { row in
                    EmbeddedTopic(
                        specification: TopicSpecification(
                            name: row["name"], partitions: row["partitions"], isCompacted: row["is_compacted"]),
                        firstPartitionID: row["first_partition_id"])
                }
            }
        }
        let byName = Dictionary(uniqueKeysWithValues: topics.map { ($0.specification.name, $0) })
        known.withLock { $0 = byName }
        return byName
    }

    private func writing(_ body: (Database) throws -> Void) throws(LogError) {
        try EmbeddedDatabase.mapped(path) {
            try positions.writeWithoutTransaction { database in
                try positionsLock.lock()
                defer { positionsLock.unlock() }
                try body(database)
            }
        }
    }
}

// MARK: Groups

/// A group of this process, and the lock that keeps it from the others for as long as it has members.
struct EmbeddedGroup {
    let coordinator: GroupCoordinator
    let lock: EmbeddedGroupLock
}

final class EmbeddedGroupLock: Sendable {
    private let lock: FileLock

    init(path: String, group: String, log: String) throws(LogError) {
        lock = try FileLock(path: path)
        guard try lock.tryLock() else { throw .groupTaken(group: group, path: log) }
    }
}

extension EmbeddedLog {
    private func coordinator(
        of group: String, in groups: inout [String: EmbeddedGroup]
    ) throws(LogError) -> GroupCoordinator {
        if let known = groups[group], !known.coordinator.isEmpty { return known.coordinator }
        groups[group] = nil  // frees the lock before it is taken again
        let safe = String(group.map { $0 == "/" ? "_" : $0 })
        let lock = try EmbeddedGroupLock(path: "\(path)-group-\(safe)", group: group, log: path)
        let coordinator = GroupCoordinator()
        groups[group] = EmbeddedGroup(coordinator: coordinator, lock: lock)
        return coordinator
    }

    /// The last member has left: another process may run the group now.
    func released(_ group: String) {
        groups.withLock { groups in
            if groups[group]?.coordinator.isEmpty == true { groups[group] = nil }
        }
    }

    func commit(_ group: String, _ committed: [TopicPartition: Int64]) throws(LogError) {
        try writing { database in
            try database.inTransaction(.immediate) {
                for (source, position) in committed {
                    try database.execute(
                        sql: "INSERT OR REPLACE INTO group_position VALUES (?, ?, ?, ?)",
                        arguments: [group, source.topic, source.partition, position])
                }
                return .commit
            }
        }
    }

    package func committed(group: String, topics: [String]) throws(LogError) -> [TopicPartition: Int64] {
        try EmbeddedDatabase.mapped(path) {
            try positions.unsafeRead { database in
                var result: [TopicPartition: Int64] = [:]
                let rows = try Row.fetchAll(
                    database, sql: "SELECT topic, partition, position FROM group_position WHERE group_name = ?",
                    arguments: [group])
                for row in rows where topics.contains(row["topic"] as String) {
                    result[TopicPartition(row["topic"], row["partition"])] = row["position"]
                }
                return result
            }
        }
    }
}
