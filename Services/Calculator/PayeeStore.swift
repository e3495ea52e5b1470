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
    }

    func load(_ id: PayeeID) throws -> PayeeState {
        let payee = try database.cachedStatement(sql: "SELECT sequence, head, terms, books FROM payee WHERE id = ?")
        guard let row = try Row.fetchOne(payee, arguments: [id.text]) else { return PayeeState(id: id) }
        let (head, terms, books): (Data, Data, Data) = (row["head"], row["terms"], row["books"])
        let credits = try database.cachedStatement(sql: "SELECT state FROM credit WHERE payee = ?")
        return try PayeeState(
            id: id, sequence: row["sequence"], head: Array(head), terms: Array(terms), books: Array(books),
            credits: try Data.fetchAll(credits, arguments: [id.text]).map { Array($0) })
    }

    func save(_ state: PayeeState, changed keys: Set<CreditKey>) throws {
        try database.cachedStatement(sql: PayeeStore.setPayee).run(
            .text(state.id.text), .integer(state.sequence), .bytes(state.head), .bytes(try state.terms.encoded()),
            .bytes(try state.storedBooks()))
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
        INSERT INTO payee (id, sequence, head, terms, books) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE
        SET sequence = excluded.sequence, head = excluded.head, terms = excluded.terms, books = excluded.books
        """
    private static let setCredit = "INSERT OR REPLACE INTO credit (payee, deal, line, role, state) VALUES (?, ?, ?, ?, ?)"
    private static let removeCredit = "DELETE FROM credit WHERE payee = ? AND deal = ? AND line = ? AND role = ?"
}
