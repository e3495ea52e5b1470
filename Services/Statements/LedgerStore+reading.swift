import Domain
import Foundation
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

    /// The periods that the payee has a statement for, in order: those with a line, with a balance that moved, or with
    /// anything else that was posted.
    static func periods(of payee: StoredPayee, _ database: Database) throws -> [Period] {
        let sql = """
            SELECT period FROM statement WHERE payee = ?1 UNION SELECT DISTINCT period FROM balance WHERE payee = ?1
            UNION SELECT DISTINCT period FROM entry WHERE payee = ?1
            """
        return try String.fetchAll(database.cachedStatement(sql: sql), arguments: [payee.id]).map(period).sorted()
    }

    static func balances(of payee: StoredPayee, _ database: Database) throws -> [PeriodBalance] {
        let sql = "SELECT period, account, currency, amount FROM balance WHERE payee = ?"
        return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [payee.id]).map(balance)
    }

    static func statement(
        of payee: StoredPayee, _ period: Period, balances: [PeriodBalance], _ database: Database
    ) throws -> Statement {
        try Statement(
            payee: payee.payee, period: period, balances: balances,
            lines: lines(of: payee, period, database), entries: entries(of: payee, period, database))
    }

    /// All statements of a payee, in the order of their periods.
    static func statements(of payee: StoredPayee, _ database: Database) throws -> [Statement] {
        let balances = try balances(of: payee, database)
        return try periods(of: payee, database).map { period in
            try statement(of: payee, period, balances: balances, database)
        }
    }

    private static func lines(of payee: StoredPayee, _ period: Period, _ database: Database) throws -> [NetLine] {
        let sql = "SELECT * FROM line WHERE payee = ? AND period = ?"
        var documents = DocumentCache(database: database)
        return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [payee.id, period.label]).map { row in
            let component: String = row["component"]
            let key = CreditKey(
                deal: DealID(row["deal"]), line: LineID(row["deal_line"]), role: Role(row["role"]))
            let earned = try self.period(row["earned"])
            let earning = try documents.earning(component, key, earned, document: row["document"])
            return NetLine(
                component: component,
                line: Statement.Line(
                    credit: earning.credit, earned: earned, amount: try StoredNumber.read(row["amount"]),
                    released: try StoredNumber.read(row["released"]), corrects: earning.corrects,
                    explanation: earning.explanation))
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

/// Documents that lines refer to, decoded once: one document may explain thousands of lines.
private struct DocumentCache {
    private struct Key: Hashable {
        let document: Int64
        let component: String
        let credit: CreditKey
        let earned: Period
    }

    private let database: Database
    private var earnings: [Key: Earning] = [:]
    private var known: Set<Int64> = []

    init(database: Database) { self.database = database }

    mutating func earning(
        _ component: String, _ credit: CreditKey, _ earned: Period, document: Int64
    ) throws -> Earning {
        if known.insert(document).inserted { try load(document) }
        let key = Key(document: document, component: component, credit: credit, earned: earned)
        guard let earning = earnings[key] else {
            throw StateCorrupted("document \(document) does not explain \(component) for \(credit)")
        }
        return earning
    }

    private mutating func load(_ offset: Int64) throws {
        let document = try LedgerStore.document(at: offset, database)
        // The last one for a credit is what stands.
        for earning in document.earnings {
            let key = Key(
                document: offset, component: earning.component, credit: earning.credit.key,
                earned: earning.period ?? document.period)
            earnings[key] = earning
        }
    }
}
