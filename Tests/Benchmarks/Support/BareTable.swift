import Foundation
import GRDB

/// SQLite and nothing else: a limit.
package enum BareTable {
    /// 400 bytes each, so many a transaction, and each of those durable.
    package static func append(_ count: Int, in batch: Int, to path: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
            try database.execute(sql: "CREATE TABLE record (id INTEGER PRIMARY KEY, value BLOB NOT NULL) STRICT")
            let value = Data(repeating: 7, count: 400)
            for start in stride(from: 0, to: count, by: batch) {
                try database.inTransaction {
                    let insert = try database.cachedStatement(sql: "INSERT INTO record (value) VALUES (?)")
                    for _ in start..<min(count, start + batch) { try insert.execute(arguments: [value]) }
                    return .commit
                }
            }
        }
    }
}
