import Domain
import Foundation
import GRDB
import Records
import Streams

/// The deals of one crediting task: a row each, read when a deal comes up again, written once a batch.
final class DealStore {
    private let database: Database
    /// In the order in which they changed first in this batch, as they will be written, and where each is among them.
    private var changed: [Changed] = []
    private var places: [DealID: Int] = [:]
    /// The last one of all: IDs are mostly given out in order, and what lies beyond need not be looked for.
    private var last: DealID?

    private struct Changed {
        let id: DealID
        var isSkipped: Bool
        var state: [UInt8]
    }

    init(database: Database) throws {
        self.database = database
        last = try String.fetchOne(database, sql: "SELECT max(id) FROM deal").map { DealID($0) }
    }

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

    func deal(_ id: DealID) throws -> DealState? {
        guard let last, id <= last else { return nil }
        if let place = places[id] { return try DealState(decoding: changed[place].state) }
        return try database.cachedStatement(sql: "SELECT state FROM deal WHERE id = ?")
            .first(.text(id.text)) { try DealState(decoding: $0.bytes(0)) }
    }

    func set(_ state: DealState, for id: DealID) throws {
        let new = Changed(id: id, isSkipped: !state.problems.isEmpty, state: try state.encoded())
        if let place = places[id] {
            changed[place] = new
            return
        }
        places[id] = changed.count
        changed.append(new)
        if let last, id <= last { return }
        last = id
    }

    /// The first so many after one, in order of their IDs; those changed in this batch included.
    func deals(after id: String, onlySkipped: Bool, limit: Int) throws -> [(DealID, DealState)] {
        try save()
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT id, state FROM deal WHERE id > ? \(onlySkipped ? "AND is_skipped" : "") ORDER BY id LIMIT ?
                    """), arguments: [id, limit])
        return try rows.map { row in
            let (id, state): (String, Data) = (row["id"], row["state"])
            return (DealID(id), try DealState(decoding: Array(state)))
        }
    }

    func save() throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO deal (id, is_skipped, state) VALUES (?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET is_skipped = excluded.is_skipped, state = excluded.state
                """)
        for place in changed.indices.sorted(by: { changed[$0].id < changed[$1].id }) {
            let deal = changed[place]
            try statement.run(.text(deal.id.text), .integer(deal.isSkipped ? 1 : 0), .bytes(deal.state))
        }
        changed.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
    }
}
