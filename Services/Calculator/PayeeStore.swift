import Calculation
import Domain
import Foundation
import GRDB
import Records
import Streams

/// The payees of one partition on disk: loaded when something happens to them, written once a batch.
final class PayeeStore {
    private let database: Database

    init(database: Database) { self.database = database }

    static func migrate(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("payees-1") { database in
            try database.execute(
                sql: """
                    CREATE TABLE payee (
                        id TEXT PRIMARY KEY,
                        sequence INTEGER NOT NULL,
                        head BLOB NOT NULL,
                        terms BLOB NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE credit (
                        payee TEXT NOT NULL REFERENCES payee,
                        deal TEXT NOT NULL,
                        line TEXT NOT NULL,
                        role TEXT NOT NULL,
                        state BLOB NOT NULL,
                        PRIMARY KEY (payee, deal, line, role)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("payees-2") { database in
            try database.execute(sql: "ALTER TABLE payee ADD COLUMN books BLOB NOT NULL DEFAULT x''")
        }
        // Terms hold whole plans and hardly ever change; a payee's row is written with every batch.
        migrator.registerMigration("payees-3") { database in
            try database.execute(
                sql: """
                    CREATE TABLE terms (payee TEXT PRIMARY KEY, terms BLOB NOT NULL) STRICT, WITHOUT ROWID;
                    INSERT INTO terms SELECT id, terms FROM payee;
                    ALTER TABLE payee DROP COLUMN terms;
                    """)
        }
    }

    func load(_ id: PayeeID) throws -> PayeeState {
        let payee = try database.cachedStatement(sql: "SELECT sequence, head, books FROM payee WHERE id = ?")
        guard let row = try Row.fetchOne(payee, arguments: [id.text]) else { return PayeeState(id: id) }
        let (head, books): (Data, Data) = (row["head"], row["books"])
        let terms = try database.cachedStatement(sql: "SELECT terms FROM terms WHERE payee = ?")
            .first(.text(id.text)) { $0.bytes(0) }
        let credits = try database.cachedStatement(sql: "SELECT state FROM credit WHERE payee = ?")
        return try PayeeState(
            id: id, sequence: row["sequence"], head: Array(head), terms: terms ?? [], books: Array(books),
            credits: try Data.fetchAll(credits, arguments: [id.text]).map { Array($0) })
    }

    func save(_ state: PayeeState, changed keys: Set<CreditKey>, hasNewTerms: Bool) throws {
        try database.cachedStatement(sql: PayeeStore.setPayee).run(
            .text(state.id.text), .integer(state.sequence), .bytes(state.head), .bytes(try state.storedBooks()))
        if hasNewTerms {
            try database.cachedStatement(sql: "INSERT OR REPLACE INTO terms VALUES (?, ?)")
                .run(.text(state.id.text), .bytes(try state.terms.encoded()))
        }
        let set = try database.cachedStatement(sql: PayeeStore.setCredit)
        for key in keys.sorted(by: { ($0.deal, $0.line, $0.role) < ($1.deal, $1.line, $1.role) }) {
            if let stored = state.stored(key) {
                try set.run(
                    .text(state.id.text), .text(key.deal.text), .text(key.line.text), .text(key.role.text),
                    .bytes(stored))
            } else {
                try database.cachedStatement(sql: PayeeStore.removeCredit).run(
                    .text(state.id.text), .text(key.deal.text), .text(key.line.text), .text(key.role.text))
            }
        }
    }

    private static let setPayee = """
        INSERT INTO payee (id, sequence, head, books) VALUES (?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, head = excluded.head, books = excluded.books
        """
    private static let setCredit =
        "INSERT OR REPLACE INTO credit (payee, deal, line, role, state) VALUES (?, ?, ?, ?, ?)"
    private static let removeCredit = "DELETE FROM credit WHERE payee = ? AND deal = ? AND line = ? AND role = ?"
}
