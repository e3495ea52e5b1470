import Domain
import Foundation
import GRDB
import Streams

extension LedgerChanges {
    /// Writes all of it, in an order that does not depend on hashing.
    mutating func save(to database: Database) throws {
        guard !documents.isEmpty else { return }
        let rows = try LedgerRows(database)
        try saveDocuments(to: database)
        var counts: [StatementKey: Int64] = [:]
        // Payee by payee, as the rows lie in the file.
        for (key, change) in lines.sorted(by: { $0.key.payee < $1.key.payee }) {
            let change = try rows.save(key, change)
            if change != 0 { counts[key.statement, default: 0] += change }
        }
        for (key, change) in counts where change != 0 { try rows.save(key, change) }
        for (key, amount) in balances { try rows.save(key, amount) }
        documents.removeAll(keepingCapacity: true)
        newPayees.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
        balances.removeAll(keepingCapacity: true)
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
}

/// What is written for every line: asked for once a batch.
private struct LedgerRows {
    private let insertLine, setLine, line, removeLine: GRDB.Statement
    private let balance, setBalance, removeBalance: GRDB.Statement
    private let count, setCount, removeCount: GRDB.Statement

    init(_ database: Database) throws {
        func prepared(_ sql: String) throws -> GRDB.Statement { try database.cachedStatement(sql: sql) }
        insertLine = try prepared("INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
        setLine = try prepared("UPDATE line SET amount = ?9, released = ?10, document = ?11 \(Self.lineKey)")
        line = try prepared("SELECT amount, released FROM line \(Self.lineKey)")
        removeLine = try prepared("DELETE FROM line \(Self.lineKey)")
        balance = try prepared("SELECT amount FROM balance \(Self.balanceKey)")
        setBalance = try prepared("INSERT OR REPLACE INTO balance VALUES (?, ?, ?, ?, ?)")
        removeBalance = try prepared("DELETE FROM balance \(Self.balanceKey)")
        count = try prepared("SELECT lines FROM statement \(Self.countKey)")
        setCount = try prepared("INSERT OR REPLACE INTO statement VALUES (?, ?, ?)")
        removeCount = try prepared("DELETE FROM statement \(Self.countKey)")
    }

    private static let lineKey = """
        WHERE payee = ?1 AND period = ?2 AND component = ?3 AND deal = ?4 AND deal_line = ?5 AND role = ?6
        AND currency = ?7 AND earned = ?8
        """
    private static let balanceKey = "WHERE payee = ? AND period = ? AND account = ? AND currency = ?"
    private static let countKey = "WHERE payee = ? AND period = ?"

    /// Answers by how much the number of the statement's lines grew.
    func save(_ key: LineKey, _ change: LedgerChanges.LineChange) throws -> Int64 {
        let isNothing = change.amount.isZero && change.released.isZero
        // Nearly all are new: those cost one look, not two.
        if !isNothing, try write(insertLine, key, change) == 1 { return 1 }
        let known = try line.first(key.values) { row in
            (amount: try StoredNumber.read(row.text(0)), released: try StoredNumber.read(row.text(1)))
        }
        guard let known else { return 0 }
        var sum = change
        (sum.amount, sum.released) = (try known.amount + change.amount, try known.released + change.released)
        if sum.amount.isZero, sum.released.isZero {
            try removeLine.run(key.values)
            return -1
        }
        _ = try write(setLine, key, sum)
        return 0
    }

    private func write(_ statement: GRDB.Statement, _ key: LineKey, _ change: LedgerChanges.LineChange) throws -> Int {
        try statement.run(
            key.values + [
                .text(change.amount.description), .text(change.released.description), .integer(change.document),
            ])
    }

    func save(_ key: BalanceKey, _ change: Number) throws {
        let place: [StoredValue] = [
            .integer(key.payee), .text(key.period.label), .text(key.account.rawValue), .text(key.currency.code),
        ]
        let known = try balance.first(place) { row in try StoredNumber.read(row.text(0)) }
        let amount = try (known ?? .zero) + change
        if amount.isZero {
            try removeBalance.run(place)
        } else {
            try setBalance.run(place + [.text(amount.description)])
        }
    }

    func save(_ key: StatementKey, _ change: Int64) throws {
        let place: [StoredValue] = [.integer(key.payee), .text(key.period.label)]
        let sum = try (count.first(place) { $0.integer(0) } ?? 0) + change
        if sum == 0 { try removeCount.run(place) } else { try setCount.run(place + [.integer(sum)]) }
    }
}

private struct StatementKey: Hashable {
    let payee: Int64
    let period: Period
}

extension LineKey {
    fileprivate var statement: StatementKey { StatementKey(payee: payee, period: period) }

    fileprivate var values: [StoredValue] {
        let label = period.label
        return [
            .integer(payee), .text(label), .text(component), .text(credit.deal.text), .text(credit.line.text),
            .text(credit.role.text), .text(currency.code), .text(earned == period ? label : earned.label),
        ]
    }
}

/// Reads back what the store itself wrote; anything else in its place means that the file is damaged.
enum StoredNumber {
    static func read(_ text: String) throws -> Number {
        do { return try Number(text) } catch { throw StateCorrupted("'\(text)' is stored as a number") }
    }
}
