import Calculation
import Domain
import Foundation
import GRDB
import Records

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
        let payee = try database.cachedStatement(
            sql: """
                INSERT INTO payee (id, sequence, head, terms, books) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE
                SET sequence = excluded.sequence, head = excluded.head, terms = excluded.terms, books = excluded.books
                """)
        try payee.execute(arguments: [
            state.id.text, state.sequence, Data(state.head), Data(try state.terms.encoded()),
            Data(try state.storedBooks()),
        ])
        for key in keys {
            let place: [any DatabaseValueConvertible] = [state.id.text, key.deal.text, key.line.text, key.role.text]
            guard let stored = try state.stored(key) else {
                let gone = try database.cachedStatement(
                    sql: "DELETE FROM credit WHERE payee = ? AND deal = ? AND line = ? AND role = ?")
                try gone.execute(arguments: StatementArguments(place))
                continue
            }
            let credit = try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO credit (payee, deal, line, role, state) VALUES (?, ?, ?, ?, ?)")
            try credit.execute(arguments: StatementArguments(place + [Data(stored)]))
        }
    }
}
