import Domain
import Foundation
import GRDB
import Records

/// The tables of the `commands` partition.
enum NameStore {
    static func migrate(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("names-1") { database in
            try database.execute(
                sql: """
                    CREATE TABLE name (payee TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;
                    CREATE TABLE company (id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL) STRICT;
                    CREATE TABLE last_change (id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL) STRICT;
                    -- Parts of change sets whose last part has not come yet.
                    CREATE TABLE open_part (
                        change_set TEXT NOT NULL, number INTEGER NOT NULL, value BLOB NOT NULL,
                        PRIMARY KEY (change_set, number)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("closes-1") { database in
            try database.execute(
                sql: """
                    CREATE TABLE closed (
                        payee TEXT NOT NULL, through TEXT NOT NULL, by TEXT NOT NULL,
                        PRIMARY KEY (payee, through)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
    }

    /// Done again, a close keeps who did it first.
    static func save(_ closes: [WirePeriodClose], to database: Database) throws {
        let insert = try database.cachedStatement(sql: "INSERT OR IGNORE INTO closed VALUES (?, ?, ?)")
        for close in closes {
            for payee in close.payees.isEmpty ? [Closes.everybody] : close.payees {
                try insert.execute(arguments: [payee, close.through, close.by])
            }
        }
    }

    static func save(_ names: [PayeeID: String?], company: String?, to database: Database) throws {
        for (payee, name) in names {
            if let name {
                try database.execute(sql: "INSERT OR REPLACE INTO name VALUES (?, ?)", arguments: [payee.text, name])
            } else {
                try database.execute(sql: "DELETE FROM name WHERE payee = ?", arguments: [payee.text])
            }
        }
        guard let company else { return }
        try database.execute(sql: "INSERT OR REPLACE INTO company VALUES (1, ?)", arguments: [company])
    }

    static func openSets(_ database: Database) throws -> (open: [String: [[UInt8]]], lastChange: Int64) {
        var open: [String: [[UInt8]]] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT * FROM open_part ORDER BY change_set, number") {
            open[row["change_set"], default: []].append(Array(row["value"] as Data))
        }
        return (open, try Int64.fetchOne(database, sql: "SELECT position FROM last_change") ?? 0)
    }

    static func save(_ open: [String: [[UInt8]]], lastChange: Int64, to database: Database) throws {
        try database.execute(sql: "DELETE FROM open_part")
        for (set, parts) in open {
            for (number, value) in parts.enumerated() {
                try database.execute(
                    sql: "INSERT INTO open_part VALUES (?, ?, ?)", arguments: [set, number, Data(value)])
            }
        }
        try database.execute(sql: "INSERT OR REPLACE INTO last_change VALUES (1, ?)", arguments: [lastChange])
    }
}
