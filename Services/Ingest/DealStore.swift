import Domain
import Foundation
import GRDB
import Records

/// The deals of one crediting task: a row each, read when a deal comes up again, written once a batch.
final class DealStore {
    private let database: Database
    private var changed: [DealID: WireDealState] = [:]

    init(database: Database) { self.database = database }

    static func migrate(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("deals-1") { database in
            try database.execute(
                sql: """
                    CREATE TABLE deal (
                        id TEXT PRIMARY KEY,
                        is_skipped INTEGER NOT NULL CHECK (is_skipped IN (0, 1)),
                        state BLOB NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX deal_skipped ON deal (id) WHERE is_skipped;
                    """)
        }
    }

    func deal(_ id: DealID) throws -> WireDealState? {
        if let state = changed[id] { return state }
        let statement = try database.cachedStatement(sql: "SELECT state FROM deal WHERE id = ?")
        return try Data.fetchOne(statement, arguments: [id.text]).map { try WireDealState(decoding: Array($0)) }
    }

    func set(_ state: WireDealState, for id: DealID) { changed[id] = state }

    /// In order of their IDs, those changed in this batch included.
    func skippedDeals() throws -> [DealID] {
        try save()
        return try String.fetchAll(database, sql: "SELECT id FROM deal WHERE is_skipped ORDER BY id").map { DealID($0) }
    }

    func save() throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO deal (id, is_skipped, state) VALUES (?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET is_skipped = excluded.is_skipped, state = excluded.state
                """)
        for (id, state) in changed {
            try statement.execute(arguments: [id.text, state.problems.isEmpty ? 0 : 1, Data(try state.encoded())])
        }
        changed.removeAll(keepingCapacity: true)
    }
}
