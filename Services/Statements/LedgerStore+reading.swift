import Domain
import GRDB
import Records
import Streams

/// A payee of one partition.
struct StoredPayee: Hashable, Sendable {
    let id: Int64
    let payee: PayeeID
}

extension LedgerStore {
    static func payees(_ database: Database) throws -> [StoredPayee] {
        try Row.fetchAll(database, sql: "SELECT id, name FROM payee").map { row in
            StoredPayee(id: row["id"], payee: PayeeID(row["name"]))
        }
    }

    static func payee(_ payee: PayeeID, _ database: Database) throws -> StoredPayee? {
        try Int64.fetchOne(database, sql: "SELECT id FROM payee WHERE name = ?", arguments: [payee.text])
            .map { StoredPayee(id: $0, payee: payee) }
    }

    /// The periods that the payee has a statement for, in order.
    static func periods(of payee: StoredPayee, _ database: Database) throws -> [Period] {
        // From one to the next: there may be a thousand folios of each.
        let next = try database.cachedStatement(sql: "SELECT min(period) FROM folio WHERE payee = ? AND period > ?")
        var periods: [Period] = []
        var last = ""
        while let label = try String.fetchOne(next, arguments: [payee.id, last]) {
            let period = try period(label)
            if try hasStatement(payee, period, database) { periods.append(period) }
            last = label
        }
        return periods.sorted()
    }

    /// With a line, a balance that moved, or anything else that was posted.
    static func hasStatement(_ payee: StoredPayee, _ period: Period, _ database: Database) throws -> Bool {
        let sql = """
            SELECT EXISTS (SELECT 1 FROM balance WHERE payee = ?1 AND period = ?2)
            OR EXISTS (SELECT 1 FROM entry WHERE payee = ?1 AND period = ?2)
            """
        let isMoved = try Bool.fetchOne(database.cachedStatement(sql: sql), arguments: [payee.id, period.label])
        return try isMoved == true || !postings(of: payee, period, database).lines.isEmpty
    }

    static func balances(of payee: StoredPayee, _ database: Database) throws -> [PeriodBalance] {
        let sql = "SELECT period, account, currency, amount FROM balance WHERE payee = ?"
        return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [payee.id]).map(balance)
    }

    static func statement(
        of payee: StoredPayee, _ period: Period, balances: [PeriodBalance], _ database: Database
    ) throws -> Statement {
        let postings = try postings(of: payee, period, database)
        return try Statement(
            payee: payee.payee, period: period, balances: balances, lines: postings.lines, entries: postings.entries)
    }

    private static func postings(
        of payee: StoredPayee, _ period: Period, _ database: Database
    ) throws -> PeriodPostings {
        var postings = PeriodPostings()
        try eachDocument(of: payee, in: period, database) { try postings.add($0) }
        return postings
    }

    /// All statements of a payee, in the order of their periods.
    static func statements(of payee: StoredPayee, _ database: Database) throws -> [Statement] {
        let balances = try balances(of: payee, database)
        return try periods(of: payee, database).map { period in
            try statement(of: payee, period, balances: balances, database)
        }
    }

    static func balance(_ row: Row) throws -> PeriodBalance {
        guard let account = Account(rawValue: row["account"]), let currency = Currency(row["currency"] as String) else {
            throw StateCorrupted(
                "a balance has account \(row["account"] as String), currency \(row["currency"] as String)")
        }
        return PeriodBalance(
            period: try period(row["period"]), account: account, currency: currency,
            amount: try StoredNumber.read(row["amount"]))
    }

    static func period(_ label: String) throws -> Period {
        guard let period = Period(label) else { throw StateCorrupted("'\(label)' is stored as a period") }
        return period
    }
}
