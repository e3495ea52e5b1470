package import GRDB
import GRDBSQLite
import Glibc

/// The file of a state store. SQLite finds a file that is no database; it does not find a flipped bit in a figure, nor a
/// write-ahead log that went missing: so each page has its checksum, and the log is looked at before the file is.
///
/// Damage of a page is found when it is read: to read a store of gigabytes through whenever it is opened would take minutes.
/// Whoever finds it marks the store, and who opens a marked store to write to it makes it anew.
package enum StateFile {
    /// Opens a store that its task may be writing to, for reading. `nil` where there is none yet, or one that is only being made.
    package static func read(_ path: String, label: String) throws -> DatabaseQueue? {
        guard let file = inode(of: path) else { return nil }
        if let trouble = try trouble(path) {
            if try !trouble.isOfPage && isBeingMade(path) { return nil }
            if trouble.isOfPage { try mark(path, file) }
            throw damage(trouble.text, path)
        }
        var configuration = configuration(label)
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        return try DatabaseQueue(path: address(path), configuration: configuration)
    }

    /// Opens a store to write to it, or makes it. It keeps its write-ahead log when it is closed, so that a store without one
    /// has lost it.
    package static func write(_ path: String, label: String) throws -> DatabaseQueue {
        let isNew = access(path, F_OK) != 0
        if isNew {
            unlink(mark(of: path))
        } else {
            try checkMark(path)
            // Whoever has lost it may be copying a page.
            if let now = try troubleNow(path), let trouble = now.isOfPage ? try trouble(path) : now {
                throw damage(trouble.text, path)
            }
        }
        var configuration = configuration(label)
        configuration.busyMode = .timeout(10)
        configuration.allowsUnsafeTransactions = true  // one stays open from the first record to the commit
        let queue = try DatabaseQueue(path: address(path), configuration: configuration)
        try queue.writeWithoutTransaction { database in
            // A store that is only being made holds nothing to lose: what a power cut leaves of it is made anew.
            if isNew {
                try database.execute(sql: "PRAGMA synchronous = OFF; PRAGMA page_size = \(PageChecksums.pageSize)")
            }
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            // The first look needs room for the log's index: from a full disk the migrator would hear that a table is missing.
            try database.execute(sql: "SELECT 1 FROM sqlite_master LIMIT 1")
        }
        return queue
    }

    static func check(_ path: String, log: UInt64?) throws {
        try checkMark(path)
        if inode(of: path + "-wal") != log { throw damage("its write-ahead log is lost", path) }
    }

    /// Throws when somebody has found it damaged, this file and not one that was there before.
    private static func checkMark(_ path: String) throws {
        var bytes: [CChar] = Array(repeating: 0, count: 24)
        guard readlink(mark(of: path), &bytes, bytes.count - 1) > 0, let file = inode(of: path) else { return }
        if strcmp(bytes, "\(file)") == 0 { throw damage("what was read of it is damaged", path) }
    }

    /// Reads a store, which is marked when that fails because it is damaged.
    ///
    /// - Parameter file: The inode that was opened.
    package static func reading<Result>(_ path: String, _ file: UInt64?, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch  where Damage.isDamage(error) {
            if let file { try mark(path, file) }
            throw error
        }
    }

    /// Without a mark whoever opens it next would only meet the damage again.
    private static func mark(_ path: String, _ file: UInt64) throws {
        unlink(mark(of: path))
        guard symlink("\(file)", mark(of: path)) == 0 || errno == EEXIST else {
            throw LogError(errno, "mark as damaged", path)
        }
    }

    /// A link that leads nowhere: its text is the inode of the file that is damaged.
    static func mark(of path: String) -> String { path + ".damaged" }

    /// Tells whether a path still names the file that was opened; `nil` where there is none.
    package static func inode(of path: String) -> UInt64? {
        var information = stat()
        return stat(path, &information) == 0 ? UInt64(information.st_ino) : nil
    }

    private static func configuration(_ label: String) -> Configuration {
        var configuration = Configuration()
        configuration.label = label
        // Rows are made parent first, and damage is found by checksum: a look at the parent for every row would find nothing.
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { PageChecksums.prepare($0.sqliteConnection) }
        return configuration
    }

    private static func address(_ path: String, _ options: String = "") -> String {
        PageChecksums.install
        let escaped = path.utf8.map { byte in
            let isPlain = byte > 0x2C && byte < 0x7B && byte != 0x3F
            return isPlain
                ? String(UnicodeScalar(byte)) : "%" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        return "file:\(escaped.joined())?vfs=\(PageChecksums.vfs)\(options)"
    }

    private static func damage(_ problem: String, _ path: String) -> DatabaseError {
        DatabaseError(resultCode: .SQLITE_CORRUPT, message: "\(path): \(problem)")
    }

    private struct Trouble {
        let text: String
        var isOfPage = false
    }

    /// What is still wrong after a moment: a task that is just writing the first transaction of its log, or copying the last
    /// one, takes milliseconds.
    private static func trouble(_ path: String) throws -> Trouble? {
        for _ in 1..<20 {
            guard try troubleNow(path) != nil else { return nil }
            usleep(10_000)
        }
        return try troubleNow(path)
    }

    /// Parts of the write-ahead log may have been copied into the main file, in the order of pages. Should the log have lost
    /// them, the two tell of different moments. The table of the task's progress is the first there is, and every transaction
    /// writes to it: in the main file alone it can be behind the log, never before it.
    private static func troubleNow(_ path: String) throws -> Trouble? {
        guard try WriteAheadLog.isWhole(path + "-wal") else { return Trouble(text: "its write-ahead log is lost") }
        do {
            let alone = try progress(ofMainFile: path)
            let whole = try progress(address(path))
            if let alone, whole.map({ $0 < alone }) != false {
                return Trouble(text: "its write-ahead log has lost what is in the file")
            }
        } catch let error as DatabaseError where Damage.isDamage(error) {
            return Trouble(text: error.message ?? "a page is damaged", isOfPage: true)
        }
        return nil
    }

    /// `nil` also where so little was copied into it that it has no table yet, or not that page: a file that only a part was
    /// copied into is no damaged one. A damaged page that the log has not is met by whoever reads both.
    private static func progress(ofMainFile path: String) throws -> (Int64, Int64)? {
        do { return try progressAlone(path) } catch  where Damage.isDamage(error) { return nil }
    }

    /// Its log has no transaction yet, which a log that lost its beginning has behind that.
    private static func isBeingMade(_ path: String) throws -> Bool {
        guard let log = size(of: path + "-wal") else { return size(of: path) == 0 }
        guard log < WriteAheadLog.firstFrame + Int64(PageChecksums.pageSize) else { return false }
        do { return try progressAlone(path) == nil } catch  where Damage.isDamage(error) { return false }
    }

    private static func size(of path: String) -> Int64? {
        var information = stat()
        return stat(path, &information) == 0 ? Int64(information.st_size) : nil
    }

    private static func progressAlone(_ path: String) throws -> (Int64, Int64)? {
        try progress(address(path, "&immutable=1"), "PRAGMA writable_schema = ON")
    }

    /// Grows with every transaction; `nil` where there is none yet. A connection of SQLite's own: to make one of GRDB's costs
    /// more than this look, and a rebalance opens many stores.
    ///
    /// - Parameter setting: Before all else. With a writable schema a file that is shorter than it says is read as far as it goes.
    private static func progress(_ address: String, _ setting: String = "") throws -> (Int64, Int64)? {
        var (connection, statement): (OpaquePointer?, OpaquePointer?)
        defer {
            sqlite3_finalize(statement)
            sqlite3_close_v2(connection)
        }
        func check(_ code: Int32, _ expected: Int32) throws {
            guard code != expected else { return }
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(connection)))
        }
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX
        try check(sqlite3_open_v2(address, &connection, flags, nil), SQLITE_OK)
        sqlite3_extended_result_codes(connection, 1)
        PageChecksums.prepare(connection)
        sqlite3_busy_timeout(connection, 10_000)
        try check(sqlite3_exec(connection, setting, nil, nil, nil), SQLITE_OK)
        let code = sqlite3_prepare_v2(connection, "SELECT epoch, position FROM stream_progress", -1, &statement, nil)
        // All that can be wrong with it is that the table is not there.
        if code == SQLITE_ERROR { return nil }
        try check(code, SQLITE_OK)
        let row = sqlite3_step(statement)
        if row == SQLITE_DONE { return nil }
        try check(row, SQLITE_ROW)
        let isNull = sqlite3_column_type(statement, 1) == SQLITE_NULL
        return (sqlite3_column_int64(statement, 0), isNull ? -1 : sqlite3_column_int64(statement, 1))
    }
}
