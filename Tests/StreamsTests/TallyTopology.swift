import GRDB
import Streams

/// Counts records by key, sends the count of each on: to `out`, and every third also to `latest`.
struct TallyTopology: Topology {
    let group: String
    let inputs: [String]
    let outputs: [String]
    var compacted: Set<String> = []
    var order: (@Sendable (Streams.Record) -> Int64)?
    var topics: Set<String> { ["in", "out", "latest", "end", "quarantine"] }
    /// In the middle of a migration.
    var migrating: @Sendable () throws -> Void = {}
    /// With each task that is made.
    var opening: @Sendable (TopicPartition) throws -> Void = { _ in }
    /// With each record.
    var processing: @Sendable (TopicPartition) -> Void = { _ in }

    static let first = TallyTopology(group: "first", inputs: ["in"], outputs: ["out", "latest"])
    static let second = TallyTopology(group: "second", inputs: ["out"], outputs: ["end"])

    func migrate(_ migrator: inout DatabaseMigrator, topic: String) {
        migrator.registerMigration("tally-1") { database in
            try database.execute(sql: "CREATE TABLE tally (key TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT")
            try migrating()
        }
    }

    func makeTask(
        for source: TopicPartition, database: Database, reader: any PartitionReader
    ) throws -> any StreamTask {
        try opening(source)
        return try TallyTask(outputs: outputs, processing, database)
    }
}

final class TallyTask: StreamTask {
    private let outputs: [String]
    private let processing: @Sendable (TopicPartition) -> Void
    private var counts: [String: Int] = [:]
    private var changed: Set<String> = []

    init(outputs: [String], _ processing: @escaping @Sendable (TopicPartition) -> Void, _ database: Database) throws {
        (self.outputs, self.processing) = (outputs, processing)
        for row in try Row.fetchAll(database, sql: "SELECT key, count FROM tally") { counts[row["key"]] = row["count"] }
    }

    func process(_ record: ConsumedRecord, outputs: inout Outputs) throws {
        processing(record.source)
        guard let text = record.record.text, text != "poison" else { throw RecordError("it is poison") }
        let key = String(decoding: record.record.key ?? [], as: UTF8.self)
        let count = (counts[key] ?? 0) + 1
        counts[key] = count
        changed.insert(key)
        for (number, topic) in self.outputs.enumerated() where number == 0 || count % 3 == 0 {
            outputs.append(
                Output(topic: topic, key: Array(key.utf8), value: Array("\(key)=\(count)".utf8), type: "test.tally.v1"))
        }
    }

    func save(to database: Database) throws {
        for key in changed {
            try database.execute(sql: "INSERT OR REPLACE INTO tally VALUES (?, ?)", arguments: [key, counts[key]])
        }
        changed = []
    }
}
