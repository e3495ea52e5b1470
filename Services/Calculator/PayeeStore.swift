import Calculation
import Domain
import GRDB
import Records
import Streams

/// The payees of one partition on disk: loaded when something happens to them, written once a batch.
final class PayeeStore {
    private let database: Database
    /// Credits and payees are numbered as they come: those of a batch lie together on disk, whosever they are.
    private var lastCredit: Int64
    private var lastPayee: Int64

    init(database: Database) throws {
        self.database = database
        lastCredit = try Int64.fetchOne(database, sql: "SELECT max(id) FROM credit") ?? 0
        lastPayee = try Int64.fetchOne(database, sql: "SELECT max(id) FROM payee") ?? 0
    }

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
        migrator.registerMigration("payees-4") { database in try database.execute(sql: numbered) }
    }

    private static let numbered = """
        ALTER TABLE payee RENAME TO payee_3;
        ALTER TABLE credit RENAME TO credit_3;
        ALTER TABLE terms RENAME TO terms_3;
        CREATE TABLE payee (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            sequence INTEGER NOT NULL,
            head BLOB NOT NULL,
            books BLOB NOT NULL
        ) STRICT;
        CREATE TABLE terms (payee INTEGER PRIMARY KEY REFERENCES payee, terms BLOB NOT NULL) STRICT;
        CREATE TABLE credit (
            id INTEGER PRIMARY KEY,
            payee INTEGER NOT NULL REFERENCES payee,
            state BLOB NOT NULL
        ) STRICT;
        INSERT INTO payee (name, sequence, head, books) SELECT id, sequence, head, books FROM payee_3 ORDER BY id;
        INSERT INTO terms SELECT payee.id, terms FROM terms_3 JOIN payee ON payee.name = terms_3.payee;
        INSERT INTO credit (payee, state) SELECT payee.id, state FROM credit_3 JOIN payee ON payee.name = credit_3.payee;
        CREATE INDEX credit_of_payee ON credit (payee);
        DROP TABLE credit_3;
        DROP TABLE terms_3;
        DROP TABLE payee_3;
        """

    /// `nil` where nothing is known of the payee.
    func load(_ id: PayeeID, _ room: Workroom) throws -> (state: PayeeState, row: Int64, credits: Int)? {
        let payee = try database.cachedStatement(sql: "SELECT id, sequence, head, books FROM payee WHERE name = ?")
            .first(.text(id.text)) { (row: $0.integer(0), sequence: $0.integer(1), $0.bytes(2), $0.bytes(3)) }
        guard let (row, sequence, head, books) = payee else { return nil }
        let terms = try database.cachedStatement(sql: "SELECT terms FROM terms WHERE payee = ?")
            .first(.integer(row)) { $0.bytes(0) }
        var credits: [(row: Int64, state: [UInt8])] = []
        try database.cachedStatement(sql: "SELECT id, state FROM credit WHERE payee = ?")
            .each(.integer(row)) { credits.append(($0.integer(0), $0.bytes(1))) }
        let state = try PayeeState(
            id: id, sequence: sequence, head: head, terms: terms ?? [], books: books, credits: credits, room: room)
        return (state, row, credits.count)
    }

    /// Answers where the payee is kept.
    func save(
        _ state: inout PayeeState, at known: Int64?, _ changed: [CreditKey], hasNewTerms: Bool
    ) throws -> Int64 {
        let row = known ?? lastPayee + 1
        let books = StoredValue.bytes(try state.storedBooks())
        if known == nil {
            lastPayee = row
            try database.cachedStatement(sql: "INSERT INTO payee VALUES (?, ?, ?, ?, ?)").run(
                .integer(row), .text(state.id.text), .integer(state.sequence), .bytes(state.head), books)
        } else {
            try database.cachedStatement(sql: "UPDATE payee SET sequence = ?, head = ?, books = ? WHERE id = ?")
                .run(.integer(state.sequence), .bytes(state.head), books, .integer(row))
        }
        if hasNewTerms {
            try database.cachedStatement(sql: "INSERT OR REPLACE INTO terms VALUES (?, ?)")
                .run(.integer(row), .bytes(try state.terms.encoded()))
        }
        try save(changed, of: &state, at: row)
        return row
    }

    private func save(_ changed: [CreditKey], of state: inout PayeeState, at payee: Int64) throws {
        let insert = try database.cachedStatement(sql: "INSERT INTO credit VALUES (?, ?, ?)")
        let update = try database.cachedStatement(sql: "UPDATE credit SET state = ? WHERE id = ?")
        var saved: Set<CreditKey> = []
        for key in changed where changed.count == 1 || saved.insert(key).inserted {
            try state.save(key) { row, bytes in
                if let row {
                    try update.run(.bytes(bytes), .integer(row))
                    return row
                }
                lastCredit += 1
                try insert.run(.integer(lastCredit), .integer(payee), .bytes(bytes))
                return lastCredit
            }
        }
        for row in state.takeForgotten() {
            try database.cachedStatement(sql: "DELETE FROM credit WHERE id = ?").run(.integer(row))
        }
    }
}
