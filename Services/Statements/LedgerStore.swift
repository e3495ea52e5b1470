import Domain
import GRDB
import Records
import Streams

/// The tables of one `ledger` partition. Documents are kept as batches bring them, a row for each payee and period: nothing
/// is written line by line, since whoever shows a line needs its document anyway, and lines are worked out from there. A
/// balance that is zero has no row.
enum LedgerStore {
    static func migrate(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("ledger-1") { database in try database.execute(sql: tables) }
        migrator.registerMigration("ledger-2") { database in try database.execute(sql: year) }
        migrator.registerMigration("ledger-3") { database in
            try database.execute(sql: folios)
            try bind(database)
            try database.execute(sql: unbound)
        }
    }

    private static let tables = """
        CREATE TABLE payee (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            sequence INTEGER NOT NULL CHECK (sequence > 0),
            hash BLOB NOT NULL CHECK (length(hash) = 32)
        ) STRICT;
        -- The records as they stand in the log, by their offset there.
        CREATE TABLE document (
            record_offset INTEGER PRIMARY KEY,
            payee INTEGER NOT NULL REFERENCES payee,
            sequence INTEGER NOT NULL,
            period TEXT NOT NULL,
            hash BLOB NOT NULL,
            value BLOB NOT NULL
        ) STRICT;
        -- The net of what a component pays for a credit, and the document that explains it.
        CREATE TABLE line (
            payee INTEGER NOT NULL REFERENCES payee,
            period TEXT NOT NULL,
            component TEXT NOT NULL,
            deal TEXT NOT NULL,
            deal_line TEXT NOT NULL,
            role TEXT NOT NULL,
            currency TEXT NOT NULL,
            amount TEXT NOT NULL,
            document INTEGER NOT NULL REFERENCES document,
            PRIMARY KEY (payee, period, component, deal, deal_line, role, currency)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE balance (
            payee INTEGER NOT NULL REFERENCES payee,
            period TEXT NOT NULL,
            account TEXT NOT NULL,
            currency TEXT NOT NULL,
            amount TEXT NOT NULL,
            PRIMARY KEY (payee, period, account, currency)
        ) STRICT, WITHOUT ROWID;
        -- How many lines a statement has; without any there is no row.
        CREATE TABLE statement (
            payee INTEGER NOT NULL REFERENCES payee,
            period TEXT NOT NULL,
            lines INTEGER NOT NULL CHECK (lines > 0),
            PRIMARY KEY (payee, period)
        ) STRICT, WITHOUT ROWID;
        """

    /// What a year brings: lines that were earned in another period or are due later than they are posted, and
    /// documents that are no earnings. All documents before them were earnings, due at once.
    private static let year = """
        ALTER TABLE line RENAME TO line_1;
        CREATE TABLE line (
            payee INTEGER NOT NULL REFERENCES payee,
            period TEXT NOT NULL,
            component TEXT NOT NULL,
            deal TEXT NOT NULL,
            deal_line TEXT NOT NULL,
            role TEXT NOT NULL,
            currency TEXT NOT NULL,
            earned TEXT NOT NULL,
            amount TEXT NOT NULL,
            released TEXT NOT NULL,
            document INTEGER NOT NULL REFERENCES document,
            PRIMARY KEY (payee, period, component, deal, deal_line, role, currency, earned)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO line
            SELECT payee, period, component, deal, deal_line, role, currency, period, amount, amount, document
            FROM line_1;
        DROP TABLE line_1;
        CREATE INDEX correction ON line (payee, period) WHERE earned <> period;
        -- Documents of other kinds than earnings.
        CREATE TABLE entry (
            payee INTEGER NOT NULL REFERENCES payee,
            period TEXT NOT NULL,
            kind TEXT NOT NULL,
            currency TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            document INTEGER NOT NULL REFERENCES document,
            PRIMARY KEY (payee, period, sequence)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX entry_of_payee ON entry (payee, sequence);
        CREATE INDEX document_of_payee ON document (payee, sequence);
        """

    private static let folios = """
        -- Documents of one payee and period that came in one batch, with the numbers of the first and the last.
        CREATE TABLE folio (
            id INTEGER PRIMARY KEY,
            payee INTEGER NOT NULL REFERENCES payee,
            period TEXT NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL CHECK (last >= first),
            corrects INTEGER NOT NULL CHECK (corrects IN (0, 1)),
            documents BLOB NOT NULL
        ) STRICT;
        CREATE INDEX folio_of_payee ON folio (payee, period, first, last);
        CREATE INDEX folio_of_corrections ON folio (payee, period) WHERE corrects = 1;
        """

    static let insertFolio = "INSERT INTO folio VALUES (?, ?, ?, ?, ?, ?, ?)"

    /// Moves the documents of a store that had a row for each.
    private static func bind(_ database: Database) throws {
        let insert = try database.cachedStatement(sql: insertFolio)
        let sql = "SELECT record_offset, payee, sequence, period, hash, value FROM document"
        try database.cachedStatement(sql: sql).each { row in
            let stored = StoredDocument(
                offset: row.integer(0), sequence: row.integer(2), hash: row.bytes(4), value: row.bytes(5))
            let document: LedgerDocument
            do { document = try LedgerDocument(decoding: stored.value) } catch { throw StateCorrupted("\(error)") }
            var packed: [UInt8] = []
            stored.append(to: &packed)
            try insert.run(
                .integer(stored.offset), .integer(row.integer(1)), .text(row.text(3)), .integer(stored.sequence),
                .integer(stored.sequence), .integer(document.corrects ? 1 : 0), .bytes(packed))
        }
    }

    /// What those rows led to.
    private static let unbound = """
        DROP TABLE line;
        DROP TABLE statement;
        -- The key's columns first: otherwise SQLite 3.40's quick_check sees NULL where there is none.
        CREATE TABLE entry_3 (
            payee INTEGER NOT NULL REFERENCES payee,
            period TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            kind TEXT NOT NULL,
            currency TEXT NOT NULL,
            PRIMARY KEY (payee, period, sequence)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO entry_3 SELECT payee, period, sequence, kind, currency FROM entry;
        DROP TABLE entry;
        ALTER TABLE entry_3 RENAME TO entry;
        CREATE INDEX entry_of_payee ON entry (payee, sequence);
        DROP TABLE document;
        """
}
