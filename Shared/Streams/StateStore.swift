import GRDB

/// A task's state on disk: one SQLite file per input partition. One transaction per batch holds the change of
/// state, the position, the watermarks and the links, so that they can never tell different stories.
///
/// WAL with `synchronous = NORMAL` suffices: a commit lost with the power is a batch done again.
package final class StateStore {
    let path: String
    private let file: UInt64?
    /// The inode of its write-ahead log.
    private var log: UInt64?
    private let queue: DatabaseQueue
    private(set) var saved = Saved()
    private var epoch: Int64 = 0
    private var isInTransaction = false

    /// What the store holds beside the task's own tables.
    struct Saved {
        var position: Int64?
        /// The fingerprint of the record before the position; `nil` where an older version wrote it.
        var last: Int64?
        var processed: Int64 = 0
        var quarantined: Int64 = 0
        var watermarks: [Coordinate] = []
        var links: [TopicPartition: Link] = [:]
    }

    package static func path(folder: String, _ source: TopicPartition) -> String {
        "\(folder)/\(source.topic)-\(source.partition).sqlite"
    }

    /// `identity` is the log's: state built from another log is refused.
    init(folder: String, source: TopicPartition, identity: String, topology: any Topology) throws {
        path = Self.path(folder: folder, source)
        try Folder.create(folder)
        queue = try StateFile.write(path, label: "attain.state")
        file = StateFile.inode(of: path)
        try migrate(topology, source)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
            // A batch touches rows all over a table: most of its pages are met again in the next one.
            try database.execute(sql: "PRAGMA cache_size = -16384")  // 16 MiB
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 4096")  // 16 MiB
        }
        try queue.inTransaction(.immediate) { database in
            try claim(database, identity: identity)
            return .commit
        }
        log = StateFile.inode(of: path + "-wal")
    }

    /// Throws when somebody has found it damaged, or has taken its write-ahead log away: SQLite would go on with the file that it
    /// has open, and whoever reads it would not see that.
    func check() throws { try StateFile.check(path, log: log) }

    private func migrate(_ topology: any Topology, _ source: TopicPartition) throws {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("streams-1") { try $0.execute(sql: Self.tables) }
        migrator.registerMigration("streams-2") {
            try $0.execute(sql: "ALTER TABLE stream_progress ADD COLUMN last_record INTEGER")
        }
        topology.migrate(&migrator, topic: source.topic)
        let (isNewer, isComplete) = try queue.writeWithoutTransaction { database in
            (try migrator.hasBeenSuperseded(database), try migrator.hasCompletedMigrations(database))
        }
        if isNewer { throw StateError.newer(path: path) }
        // Asking is cheaper than migrating what needs no migration, and most stores that are opened need none.
        if !isComplete { try migrator.migrate(queue) }
    }

    private static let tables = """
        CREATE TABLE stream_progress (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            log_identity TEXT NOT NULL,
            epoch INTEGER NOT NULL,
            position INTEGER,
            processed INTEGER NOT NULL,
            quarantined INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE stream_watermark (
            topic TEXT NOT NULL,
            partition INTEGER NOT NULL,
            source_offset INTEGER NOT NULL,
            output_index INTEGER NOT NULL,
            PRIMARY KEY (topic, partition)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE stream_link (
            topic TEXT NOT NULL,
            partition INTEGER NOT NULL,
            source_offset INTEGER NOT NULL,
            output_index INTEGER NOT NULL,
            end_offset INTEGER NOT NULL,
            PRIMARY KEY (topic, partition)
        ) STRICT, WITHOUT ROWID;
        """

    /// Whoever opens the store takes the next epoch; an earlier owner that is still alive can commit no more.
    private func claim(_ database: Database, identity: String) throws {
        try database.execute(
            sql: "INSERT OR IGNORE INTO stream_progress VALUES (1, ?, 0, NULL, 0, 0, NULL)", arguments: [identity])
        try database.execute(sql: "UPDATE stream_progress SET epoch = epoch + 1")
        guard let row = try Row.fetchOne(database, sql: "SELECT * FROM stream_progress") else { return }
        guard row["log_identity"] == identity else {
            throw StateError.otherLog(path: path, has: row["log_identity"], wanted: identity)
        }
        epoch = row["epoch"]
        saved.position = row["position"]
        saved.last = row["last_record"]
        saved.processed = row["processed"]
        saved.quarantined = row["quarantined"]
        for row in try Row.fetchAll(database, sql: "SELECT * FROM stream_watermark") {
            saved.watermarks.append(
                Coordinate(
                    source: TopicPartition(row["topic"], row["partition"]), offset: row["source_offset"],
                    index: row["output_index"]))
        }
        for row in try Row.fetchAll(database, sql: "SELECT * FROM stream_link") {
            saved.links[TopicPartition(row["topic"], row["partition"])] = Link(
                offset: row["source_offset"], index: row["output_index"], end: row["end_offset"])
        }
    }

    /// Runs `body` in the batch's transaction, which begins here and stays open until `commit`.
    func inBatch<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try StateFile.reading(path, file) {
            try queue.writeWithoutTransaction { database in
                if !isInTransaction {
                    try database.beginTransaction(.immediate)
                    isInTransaction = true
                }
                return try body(database)
            }
        }
    }

    /// Runs `body` outside any batch: to make a task.
    func onDatabase<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try queue.writeWithoutTransaction(body)
    }

    func save(
        position: Int64, behind last: Int64?, processed: Int64, quarantined: Int64, _ database: Database
    ) throws {
        let statement = try database.cachedStatement(
            sql: """
                UPDATE stream_progress SET position = ?, last_record = coalesce(?, last_record), processed = ?,
                quarantined = ? WHERE epoch = ?
                """)
        try statement.execute(arguments: [position, last, processed, quarantined, epoch])
        guard database.changesCount == 1 else { throw StateError.fenced(path: path) }
    }

    func save(watermark: Coordinate, _ database: Database) throws {
        let statement = try database.cachedStatement(sql: "INSERT OR REPLACE INTO stream_watermark VALUES (?, ?, ?, ?)")
        try statement.execute(arguments: [
            watermark.source.topic, watermark.source.partition, watermark.offset, watermark.index,
        ])
    }

    func save(_ link: Link, to destination: TopicPartition, _ database: Database) throws {
        let statement = try database.cachedStatement(sql: "INSERT OR REPLACE INTO stream_link VALUES (?, ?, ?, ?, ?)")
        try statement.execute(arguments: [
            destination.topic, destination.partition, link.offset, link.index, link.end,
        ])
    }

    func commit() throws {
        guard isInTransaction else { return }
        try StateFile.reading(path, file) { try queue.writeWithoutTransaction { try $0.commit() } }
        isInTransaction = false
    }

    /// Gives up what was not committed.
    func close() throws {
        if isInTransaction { try queue.writeWithoutTransaction { try $0.rollback() } }
        isInTransaction = false
        try queue.close()
    }
}

/// The last output that a task sent to a destination partition, and where that partition ended then.
struct Link: Hashable, Sendable {
    var offset: Int64
    var index: Int32
    /// The destination holds nothing newer from this source before this offset.
    var end: Int64
}
