import Domain
import GRDB

/// The tables of one `ledger` partition. What nets to zero has no row, so that the content of `line`, `balance` and
/// `statement` depends on what was posted and not on how it came about.
enum LedgerStore {
    static func migrate(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("ledger-1") { database in try database.execute(sql: tables) }
        migrator.registerMigration("ledger-2") { database in try database.execute(sql: year) }
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
}

struct LineKey: Hashable {
    let payee: Int64
    let period: Period
    let component: String
    let credit: CreditKey
    let currency: Currency
    /// What it was earned in.
    let earned: Period
}

extension LineKey {
    init(_ earning: Earning, of document: LedgerDocument, payee: Int64) {
        self.init(
            payee: payee, period: document.period, component: earning.component, credit: earning.credit.key,
            currency: document.currency, earned: earning.period ?? document.period)
    }
}

struct BalanceKey: Hashable {
    let payee: Int64
    let period: Period
    let account: Account
    let currency: Currency
}

/// What the batch changed.
struct LedgerChanges {
    struct Document {
        let offset: Int64
        let payee: Int64
        let sequence: Int64
        let period: Period
        let kind: LedgerDocument.Kind
        let currency: Currency
        let hash: [UInt8]
        let value: [UInt8]
    }

    struct LineChange {
        var amount = Number.zero
        var released = Number.zero
        var document: Int64 = 0

        mutating func add(_ earning: Earning, in offset: Int64) throws(ArithmeticError) {
            try amount += earning.amount
            try released += earning.released
            document = offset
        }
    }

    var documents: [Document] = []
    var newPayees: [(id: Int64, name: String)] = []
    var lines: [LineKey: LineChange] = [:]
    var balances: [BalanceKey: Number] = [:]

    mutating func add(_ document: LedgerDocument, as row: Document) throws(ArithmeticError) {
        documents.append(row)
        try add(document, payee: row.payee, offset: row.offset)
    }

    /// The amounts alone.
    mutating func add(_ document: LedgerDocument, payee: Int64, offset: Int64) throws(ArithmeticError) {
        for earning in document.earnings {
            let key = LineKey(earning, of: document, payee: payee)
            try lines[key, default: LineChange()].add(earning, in: offset)
        }
        for posting in document.postings {
            let key = BalanceKey(
                payee: payee, period: document.period, account: posting.account, currency: document.currency)
            try balances[key, default: .zero] += posting.amount
        }
    }
}
