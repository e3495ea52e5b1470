import GRDB
import GRDBSQLite

/// The index of the embedded log, a SQLite file: how it is opened, what is in it, what its errors mean.
///
/// `batch.id` is partition ID << 44 | base offset, so that one b-tree keeps every partition's batches in
/// order and nothing else needs an index: 17 trillion records in each of half a million partitions.
enum EmbeddedDatabase {
    static let version = 3
    static let offsetBits: Int64 = 44

    /// What a writer commits may be lost with the power: batches are found again in the file of records, and group positions only
    /// show lag.
    static func open(_ path: String, isWriter: Bool) throws(LogError) -> DatabaseQueue {
        _ = SQLiteLibrary.isSettled
        var configuration = Configuration()
        configuration.label = "attain.log"
        configuration.readonly = !isWriter
        configuration.busyMode = .timeout(30)
        return try mapped(path) {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            if isWriter { try queue.writeWithoutTransaction { try prepare($0, path) } }
            return queue
        }
    }

    private static func prepare(_ database: Database, _ path: String) throws {
        try database.execute(sql: "PRAGMA journal_mode = WAL")
        try database.execute(sql: "PRAGMA synchronous = NORMAL")
        try database.execute(sql: "PRAGMA wal_autocheckpoint = 1024")  // pages
        try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
        let journal = try String.fetchOne(database, sql: "PRAGMA journal_mode")
        guard journal == "wal" else {
            throw LogError.operating(
                "\(path): SQLite runs with journal mode \(journal ?? "?") instead of wal; put the log on a local file system"
            )
        }
    }

    /// A transaction that is not lost with the power.
    static func inDurableTransaction(_ database: Database, _ body: () throws -> Void) throws {
        try database.execute(sql: "PRAGMA synchronous = FULL")
        defer { try? database.execute(sql: "PRAGMA synchronous = NORMAL") }
        try database.inTransaction(.immediate) {
            try body()
            return .commit
        }
    }

    /// Called under the lock between processes.
    static func prepareTables(_ database: Database, _ path: String, _ records: RecordFile) throws {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version <= Self.version else {
            throw LogError.operating(
                "\(path) was written by a newer program (format \(version), this one knows \(Self.version)); run that one"
            )
        }
        let size = try records.size
        guard version > 0 || size == 0 else {
            throw LogError.damaged(
                path,
                "it is new, and \(records.path) has \(size) bytes of a log before it; to begin anew delete that too")
        }
        if version < Self.version {
            try inDurableTransaction(database) {
                if version == 0 { try database.execute(sql: tables) }
                if version < 2 { try database.execute(sql: batches) }
                if version == 1 { try moveBatches(database, path, to: records) }
                if version == 2 { try database.execute(sql: "ALTER TABLE record_batch RENAME TO batch") }
                if version > 0 { try setPackedFrom(database, records) }
                try database.execute(sql: "PRAGMA user_version = \(Self.version)")
            }
            if version == 1 { try database.execute(sql: "VACUUM") }
        }
        try database.inTransaction(.immediate) {
            _ = try EmbeddedTable.catchUp(with: records, database)
            return .commit
        }
    }

    /// What was packed before stays as it is. A program of an older format that still runs finds its table gone, and stops.
    private static func setPackedFrom(_ database: Database, _ records: RecordFile) throws {
        let end = try EmbeddedTable.catchUp(with: records, database)
        try database.execute(sql: "ALTER TABLE log ADD COLUMN packed_from INTEGER NOT NULL DEFAULT 0")
        try database.execute(sql: "UPDATE log SET packed_from = ?", arguments: [end])
    }

    /// Before there was a file of records, the table held them. Of an attempt that was killed some may be there.
    private static func moveBatches(_ database: Database, _ path: String, to records: RecordFile) throws {
        records.truncate(to: 0)
        var end: Int64 = 0
        let old = "SELECT id, records, count, checksum FROM record_batch ORDER BY id"
        try database.makeStatement(sql: old).each { row in
            let batch = RecordBatch(bytes: row.bytes(1), count: Int(row.integer(2)))
            let head = RecordFile.Head(row: row.integer(0), batch)
            guard head.checksum == row.integer(3) else {
                throw LogError.damaged(path, "the batch in row \(head.row) fails its checksum")
            }
            try EmbeddedTable.insert(head, at: end, database)
            end = try records.append([(head, batch.bytes)], at: end)
        }
        try EmbeddedTable.setRecordsEnd(end, database)
        try database.execute(sql: "DROP TABLE record_batch")
    }

    private static let tables = """
        CREATE TABLE log (
            identity TEXT NOT NULL,
            -- Where in the file of records the batches begin that are packed as changes to one another.
            packed_from INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        INSERT INTO log (identity) VALUES (lower(hex(randomblob(16))));
        CREATE TABLE topic (
            name TEXT PRIMARY KEY,
            partitions INTEGER NOT NULL CHECK (partitions > 0),
            is_compacted INTEGER NOT NULL,
            first_partition_id INTEGER NOT NULL UNIQUE
        ) STRICT;
        CREATE TABLE group_position (
            group_name TEXT NOT NULL,
            topic TEXT NOT NULL,
            partition INTEGER NOT NULL,
            position INTEGER NOT NULL,
            PRIMARY KEY (group_name, topic, partition)
        ) STRICT, WITHOUT ROWID;
        """

    /// Where in the file of records the bytes of a batch lie, behind its head.
    private static let batches = """
        CREATE TABLE batch (
            id INTEGER PRIMARY KEY,
            count INTEGER NOT NULL CHECK (count > 0),
            checksum INTEGER NOT NULL,
            start INTEGER NOT NULL,
            size INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE records_end (position INTEGER NOT NULL) STRICT;
        INSERT INTO records_end VALUES (0);
        """

    /// Runs `body` and says what its SQLite errors mean for the log at `path`.
    static func mapped<Result>(_ path: String, _ body: () throws -> Result) throws(LogError) -> Result {
        do {
            return try body()
        } catch let error as LogError {
            throw error
        } catch let error as DatabaseError {
            throw LogError(error, path)
        } catch {
            throw .operating("\(path): \(error)")
        }
    }
}

extension LogError {
    init(_ error: DatabaseError, _ path: String) {
        let said = "\(path): \(error.message ?? "SQLite error") (\(error.extendedResultCode.rawValue))"
        self =
            switch error.resultCode {
            case .SQLITE_FULL:
                .operating("\(said). The disk is full: nothing more was acknowledged; free space and start again")
            case .SQLITE_IOERR:
                .operating("\(said). The disk failed: nothing more was acknowledged; check it and start again")
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: .damaged(path, error.message ?? "not a database")
            case .SQLITE_CANTOPEN:
                .operating("\(said). The folder must exist and be writable by this user")
            default: .operating(said)
            }
    }

    static func damaged(_ path: String, _ what: String) -> LogError {
        .fatal("\(path) is damaged: \(what). Stop all programs and restore the log from a backup")
    }
}
