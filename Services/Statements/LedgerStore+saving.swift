import Domain
import Foundation
import GRDB
import Streams

extension LedgerChanges {
    /// Writes all of it, in an order that does not depend on hashing.
    mutating func save(to database: Database) throws {
        try saveDocuments(to: database)
        var counts: [StatementKey: Int64] = [:]
        for (key, change) in lines { counts[key.statement, default: 0] += try save(key, change, to: database) }
        for (key, change) in counts where change != 0 { try save(key, change, to: database) }
        for (key, amount) in balances { try save(key, amount, to: database) }
        self = LedgerChanges()
    }

    private func saveDocuments(to database: Database) throws {
        // A payee's row holds the head of its chain: the last of its documents in this batch.
        let first = try database.cachedStatement(
            sql: "INSERT INTO payee (id, name, sequence, hash) VALUES (?, ?, 1, zeroblob(32))")
        for payee in newPayees { try first.execute(arguments: [payee.id, payee.name]) }
        let insert = try database.cachedStatement(sql: "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?)")
        var last: [Int64: Document] = [:]
        for document in documents {
            try insert.execute(arguments: [
                document.offset, document.payee, document.sequence, document.period.label, Data(document.hash),
                Data(document.value),
            ])
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
            try head.execute(arguments: [document.sequence, Data(document.hash), document.payee])
        }
    }

    /// Answers by how much the number of the statement's lines grew.
    private func save(_ key: LineKey, _ change: LineChange, to database: Database) throws -> Int64 {
        let select = try database.cachedStatement(sql: "SELECT amount, released FROM line \(Self.lineKey)")
        let known = try Row.fetchOne(select, arguments: key.arguments)
        let amount = try (known.map { try StoredNumber.read($0["amount"]) } ?? .zero) + change.amount
        let released = try (known.map { try StoredNumber.read($0["released"]) } ?? .zero) + change.released
        if amount.isZero, released.isZero {
            guard known != nil else { return 0 }
            try database.cachedStatement(sql: "DELETE FROM line \(Self.lineKey)").execute(arguments: key.arguments)
            return -1
        }
        let values: StatementArguments = [amount.description, released.description, change.document]
        if known != nil {
            try database.cachedStatement(sql: "UPDATE line SET amount = ?, released = ?, document = ? \(Self.lineKey)")
                .execute(arguments: values + key.arguments)
            return 0
        }
        try database.cachedStatement(sql: "INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .execute(arguments: key.arguments + values)
        return 1
    }

    private static let lineKey = """
        WHERE payee = ? AND period = ? AND component = ? AND deal = ? AND deal_line = ? AND role = ? AND currency = ?
        AND earned = ?
        """

    private func save(_ key: BalanceKey, _ change: Number, to database: Database) throws {
        let condition = "WHERE payee = ? AND period = ? AND account = ? AND currency = ?"
        let select = try database.cachedStatement(sql: "SELECT amount FROM balance \(condition)")
        let known = try String.fetchOne(select, arguments: key.arguments).map { try StoredNumber.read($0) }
        let amount = try (known ?? .zero) + change
        if amount.isZero {
            try database.cachedStatement(sql: "DELETE FROM balance \(condition)").execute(arguments: key.arguments)
        } else {
            try database.cachedStatement(sql: "INSERT OR REPLACE INTO balance VALUES (?, ?, ?, ?, ?)")
                .execute(arguments: key.arguments + [amount.description])
        }
    }

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

extension BalanceKey {
    fileprivate var arguments: StatementArguments { [payee, period.label, account.rawValue, currency.code] }
}

/// Reads back what the store itself wrote; anything else in its place means that the file is damaged.
enum StoredNumber {
    static func read(_ text: String) throws -> Number {
        do { return try Number(text) } catch { throw StateCorrupted("'\(text)' is stored as a number") }
    }
}
