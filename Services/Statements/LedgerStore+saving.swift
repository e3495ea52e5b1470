import Domain
import Foundation
import GRDB
import Streams

extension LedgerChanges {
    /// Writes all of it, in an order that does not depend on hashing.
    mutating func save(to database: Database) throws {
        try saveDocuments(to: database)
        var counts: [StatementKey: Int64] = [:]
        // Payee by payee, as the rows lie in the file.
        for (key, change) in lines.sorted(by: { $0.key.payee < $1.key.payee }) {
            counts[key.statement, default: 0] += try save(key, change, to: database)
        }
        for (key, change) in counts where change != 0 { try save(key, change, to: database) }
        for (key, amount) in balances { try save(key, amount, to: database) }
        self = LedgerChanges()
    }

    private func saveDocuments(to database: Database) throws {
        // A payee's row holds the head of its chain: the last of its documents in this batch.
        let first = try database.cachedStatement(
            sql: "INSERT INTO payee (id, name, sequence, hash) VALUES (?, ?, 1, zeroblob(32))")
        for payee in newPayees { try first.run(.integer(payee.id), .text(payee.name)) }
        let insert = try database.cachedStatement(sql: "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?)")
        var last: [Int64: Document] = [:]
        for document in documents {
            try insert.run(
                .integer(document.offset), .integer(document.payee), .integer(document.sequence),
                .text(document.period.label), .bytes(document.hash), .bytes(document.value))
            if document.kind != .earning {
                try database.cachedStatement(sql: "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)").execute(arguments: [
                    document.payee, document.period.label, document.kind.rawValue, document.currency.code,
                    document.sequence, document.offset,
                ])
            }
            last[document.payee] = document
        }
        let head = try database.cachedStatement(sql: "UPDATE payee SET sequence = ?, hash = ? WHERE id = ?")
        for document in last.values {
            try head.run(.integer(document.sequence), .bytes(document.hash), .integer(document.payee))
        }
    }

    /// Answers by how much the number of the statement's lines grew.
    private func save(_ key: LineKey, _ change: LineChange, to database: Database) throws -> Int64 {
        let period = StoredValue.text(key.period.label)
        let earned = key.earned == key.period ? period : .text(key.earned.label)
        func run(_ sql: String, _ values: (StoredValue, StoredValue, StoredValue)) throws -> Int {
            try database.cachedStatement(sql: sql).run(
                .integer(key.payee), period, .text(key.component), .text(key.credit.deal.text),
                .text(key.credit.line.text), .text(key.credit.role.text), .text(key.currency.code), earned, values.0,
                values.1, values.2)
        }
        let isNothing = change.amount.isZero && change.released.isZero
        // Nearly all are new: those cost one look, not two.
        let values = (StoredValue(change.amount), StoredValue(change.released), StoredValue(change.document))
        if !isNothing, try run(Self.insertLine, values) == 1 { return 1 }
        guard let known = try known(key, database) else { return 0 }
        let (amount, released) = (try known.amount + change.amount, try known.released + change.released)
        if amount.isZero, released.isZero {
            try database.cachedStatement(sql: "DELETE FROM line \(Self.lineKey)").execute(arguments: key.arguments)
            return -1
        }
        _ = try run(Self.setLine, (.init(amount), .init(released), .init(change.document)))
        return 0
    }

    private func known(_ key: LineKey, _ database: Database) throws -> (amount: Number, released: Number)? {
        let select = try database.cachedStatement(sql: "SELECT amount, released FROM line \(Self.lineKey)")
        return try Row.fetchOne(select, arguments: key.arguments).map { row in
            (try StoredNumber.read(row["amount"]), try StoredNumber.read(row["released"]))
        }
    }

    private static let lineKey = """
        WHERE payee = ? AND period = ? AND component = ? AND deal = ? AND deal_line = ? AND role = ? AND currency = ?
        AND earned = ?
        """
    private static let insertLine =
        "INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
    private static let setLine = """
        UPDATE line SET amount = ?9, released = ?10, document = ?11
        WHERE payee = ?1 AND period = ?2 AND component = ?3 AND deal = ?4 AND deal_line = ?5 AND role = ?6
        AND currency = ?7 AND earned = ?8
        """

    private func save(_ key: BalanceKey, _ change: Number, to database: Database) throws {
        let (payee, period) = (StoredValue.integer(key.payee), StoredValue.text(key.period.label))
        let (account, currency) = (StoredValue.text(key.account.rawValue), StoredValue.text(key.currency.code))
        let known = try database.cachedStatement(sql: Self.balance).first(payee, period, account, currency) { row in
            try StoredNumber.read(row.text(0))
        }
        let amount = try (known ?? .zero) + change
        if amount.isZero {
            try database.cachedStatement(sql: Self.removeBalance).run(payee, period, account, currency)
        } else {
            try database.cachedStatement(sql: Self.setBalance).run(payee, period, account, currency, .init(amount))
        }
    }

    private static let balance =
        "SELECT amount FROM balance WHERE payee = ? AND period = ? AND account = ? AND currency = ?"
    private static let removeBalance =
        "DELETE FROM balance WHERE payee = ? AND period = ? AND account = ? AND currency = ?"
    private static let setBalance = "INSERT OR REPLACE INTO balance VALUES (?, ?, ?, ?, ?)"

    private func save(_ key: StatementKey, _ change: Int64, to database: Database) throws {
        let arguments: StatementArguments = [key.payee, key.period.label]
        let known = try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT lines FROM statement WHERE payee = ? AND period = ?"),
            arguments: arguments)
        let count = (known ?? 0) + change
        if count == 0 {
            try database.cachedStatement(sql: "DELETE FROM statement WHERE payee = ? AND period = ?")
                .execute(arguments: arguments)
        } else {
            try database.cachedStatement(sql: "INSERT OR REPLACE INTO statement VALUES (?, ?, ?)")
                .execute(arguments: arguments + [count])
        }
    }
}

private struct StatementKey: Hashable {
    let payee: Int64
    let period: Period
}

extension LineKey {
    fileprivate var statement: StatementKey { StatementKey(payee: payee, period: period) }

    fileprivate var arguments: StatementArguments {
        [
            payee, period.label, component, credit.deal.text, credit.line.text, credit.role.text, currency.code,
            earned.label,
        ]
    }
}

extension StoredValue {
    fileprivate init(_ number: Number) { self = .text(number.description) }
    fileprivate init(_ offset: Int64) { self = .integer(offset) }
}

/// Reads back what the store itself wrote; anything else in its place means that the file is damaged.
enum StoredNumber {
    static func read(_ text: String) throws -> Number {
        do { return try Number(text) } catch { throw StateCorrupted("'\(text)' is stored as a number") }
    }
}
