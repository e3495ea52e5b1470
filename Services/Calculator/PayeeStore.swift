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
        // What comes late needs the credits behind it, and no others.
        migrator.registerMigration("payees-5") { database in
            try database.execute(sql: "ALTER TABLE credit ADD COLUMN date INTEGER NOT NULL DEFAULT 0")
            let update = try database.makeStatement(sql: "UPDATE credit SET date = ? WHERE id = ?")
            try database.makeStatement(sql: "SELECT id, state FROM credit").each { row in
                let credit = try WireCreditState(decoding: row.bytes(1)).credit.domain()
                try update.run(.integer(Int64(credit.date.day)), .integer(row.integer(0)))
            }
            try database.execute(sql: dated)
        }
    }

    private static let dated = """
        DROP INDEX credit_of_payee;
        CREATE INDEX credit_of_payee ON credit (payee, date);
        CREATE TABLE start (
            payee INTEGER NOT NULL REFERENCES payee,
            date INTEGER NOT NULL,
            state BLOB NOT NULL,
            PRIMARY KEY (payee, date)
        ) STRICT, WITHOUT ROWID;
        """

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

    /// A payee with the credits of a day and of later ones, as of the last start that is kept before; `nil` where nothing is
    /// known of it.
    func load(_ id: PayeeID, from day: CalendarDate, _ room: Workroom) throws -> Stored? {
        let payee = try database.cachedStatement(sql: "SELECT id, sequence, head, books FROM payee WHERE name = ?")
            .first(.text(id.text)) { (row: $0.integer(0), sequence: $0.integer(1), $0.bytes(2), $0.bytes(3)) }
        guard let (row, sequence, head, books) = payee else { return nil }
        let terms = try database.cachedStatement(sql: "SELECT terms FROM terms WHERE payee = ?")
            .first(.integer(row)) { $0.bytes(0) }
        let last = try database.cachedStatement(
            sql: "SELECT date FROM start WHERE payee = ? ORDER BY date DESC LIMIT 1"
        ).first(.integer(row)) { CalendarDate(day: Int32(clamping: $0.integer(0))) }
        let state = try PayeeState(
            id: id, sequence: sequence, head: head, terms: terms ?? [], books: books,
            start: last == nil ? nil : try start(row, before: day), credits: { try credits(row, from: $0) }, room: room)
        return Stored(state: state, row: row, lastStart: last)
    }

    struct Stored {
        let state: PayeeState
        let row: Int64
        /// The day of the last start that is kept.
        let lastStart: CalendarDate?
    }

    private func start(_ payee: Int64, before day: CalendarDate) throws -> PayeeState.KeptStart? {
        try database.cachedStatement(
            sql: "SELECT date, state FROM start WHERE payee = ? AND date <= ? ORDER BY date DESC LIMIT 1"
        ).first(.integer(payee), .integer(Int64(day.day))) {
            PayeeState.KeptStart(date: CalendarDate(day: Int32(clamping: $0.integer(0))), state: $0.bytes(1))
        }
    }

    private func credits(_ payee: Int64, from day: CalendarDate) throws -> [(row: Int64, state: [UInt8])] {
        var credits: [(row: Int64, state: [UInt8])] = []
        try database.cachedStatement(sql: "SELECT id, state FROM credit WHERE payee = ? AND date >= ?")
            .each(.integer(payee), .integer(Int64(day.day))) { credits.append(($0.integer(0), $0.bytes(1))) }
        return credits
    }

    /// Where payees can be read from a day on.
    func keep(_ starts: [PayeeState.KeptStart], of payee: Int64) throws {
        let insert = try database.cachedStatement(sql: "INSERT OR REPLACE INTO start VALUES (?, ?, ?)")
        for start in starts {
            try insert.run(.integer(payee), .integer(Int64(start.date.day)), .bytes(start.state))
        }
    }

    /// Credits of a day have changed: what stands before later ones is another.
    func removeStarts(of payee: Int64, after day: CalendarDate) throws {
        try database.cachedStatement(sql: "DELETE FROM start WHERE payee = ? AND date > ?")
            .run(.integer(payee), .integer(Int64(day.day)))
    }

    /// Answers where the payee is kept.
    func save(
        _ state: inout PayeeState, at known: Int64?, _ changed: [CreditKey], hasNewTerms: Bool, by rows: PayeeRows
    ) throws -> Int64 {
        let row = known ?? lastPayee + 1
        let books = StoredValue.bytes(try state.storedBooks())
        if known == nil {
            lastPayee = row
            try rows.insertPayee.run(
                .integer(row), .text(state.id.text), .integer(state.sequence), .bytes(state.head), books)
        } else {
            try rows.updatePayee.run(.integer(state.sequence), .bytes(state.head), books, .integer(row))
        }
        if hasNewTerms {
            try database.cachedStatement(sql: "INSERT OR REPLACE INTO terms VALUES (?, ?)")
                .run(.integer(row), .bytes(try state.terms.encoded()))
        }
        try state.save(changed) { try save($2, dated: $1, at: $0, of: row, by: rows) }
        for row in state.takeForgotten() {
            try database.cachedStatement(sql: "DELETE FROM credit WHERE id = ?").run(.integer(row))
        }
        return row
    }

    /// Answers where the credit is kept.
    private func save(
        _ state: [UInt8], dated date: CalendarDate, at known: Int64?, of payee: Int64, by rows: PayeeRows
    ) throws -> Int64 {
        let (day, bytes) = (StoredValue.integer(Int64(date.day)), StoredValue.bytes(state))
        guard let known else {
            lastCredit += 1
            try rows.insertCredit.run(.integer(lastCredit), .integer(payee), day, bytes)
            return lastCredit
        }
        if try rows.updateCredit.run(bytes, .integer(known), day) == 0 {
            try rows.moveCredit.run(bytes, day, .integer(known))
        }
        return known
    }
}

/// What is written for every payee and credit: asked for once a batch, not kept, since an open statement keeps its store open.
struct PayeeRows {
    fileprivate let insertPayee, updatePayee, insertCredit, updateCredit, moveCredit: GRDB.Statement

    init(_ database: Database) throws {
        func prepared(_ sql: String) throws -> GRDB.Statement { try database.cachedStatement(sql: sql) }
        insertPayee = try prepared("INSERT INTO payee VALUES (?, ?, ?, ?, ?)")
        updatePayee = try prepared("UPDATE payee SET sequence = ?, head = ?, books = ? WHERE id = ?")
        insertCredit = try prepared("INSERT INTO credit (id, payee, date, state) VALUES (?, ?, ?, ?)")
        updateCredit = try prepared("UPDATE credit SET state = ? WHERE id = ? AND date = ?")
        moveCredit = try prepared("UPDATE credit SET state = ?, date = ? WHERE id = ?")
    }
}
