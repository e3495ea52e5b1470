import Domain
import GRDB
import Streams

/// What a batch brought, until it is written.
struct LedgerChanges {
    /// A document that is no earning.
    private struct Entry {
        let payee: Int64
        let period: Period
        let kind: LedgerDocument.Kind
        let currency: Currency
        let sequence: Int64
    }

    private struct Place: Hashable {
        let payee: Int64
        let period: Period
    }

    private var folios: [Folio] = []
    /// The folio that the next document of a payee and period goes to.
    private var open: [Place: Int] = [:]
    private var entries: [Entry] = []
    private var newPayees: [(id: Int64, name: String)] = []

    mutating func add(_ payee: PayeeID, as id: Int64) { newPayees.append((id, payee.text)) }

    mutating func add(_ document: LedgerDocument, _ stored: StoredDocument, of payee: Int64) throws(ArithmeticError) {
        let place = Place(payee: payee, period: document.period)
        if let index = open[place], !folios[index].isFull {
            try folios[index].add(document, stored)
        } else {
            var folio = Folio(payee: payee, period: document.period, id: stored.offset, first: stored.sequence)
            try folio.add(document, stored)
            open[place] = folios.count
            folios.append(folio)
        }
        guard document.kind != .earning else { return }
        entries.append(
            Entry(
                payee: payee, period: document.period, kind: document.kind, currency: document.currency,
                sequence: document.sequence))
    }

    /// Writes all of it, in an order that does not depend on hashing.
    mutating func save(to database: Database) throws {
        guard !folios.isEmpty else { return }
        try savePayees(to: database)
        let rows = try LedgerRows(database)
        for folio in folios { try rows.save(folio) }
        for entry in entries {
            try database.cachedStatement(sql: "INSERT INTO entry VALUES (?, ?, ?, ?, ?)").execute(arguments: [
                entry.payee, entry.period.label, entry.sequence, entry.kind.rawValue, entry.currency.code,
            ])
        }
        folios.removeAll(keepingCapacity: true)
        open.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        newPayees.removeAll(keepingCapacity: true)
    }

    /// A payee's row holds the head of its chain: the last of its documents in this batch.
    private func savePayees(to database: Database) throws {
        let first = try database.cachedStatement(
            sql: "INSERT INTO payee (id, name, sequence, hash) VALUES (?, ?, 1, zeroblob(32))")
        for payee in newPayees { try first.run(.integer(payee.id), .text(payee.name)) }
        var heads: [Int64: Head] = [:]
        for index in folios.indices where folios[index].head.sequence > heads[folios[index].payee]?.sequence ?? 0 {
            heads[folios[index].payee] = folios[index].head
        }
        let last = try database.cachedStatement(sql: "UPDATE payee SET sequence = ?, hash = ? WHERE id = ?")
        for (payee, head) in heads.sorted(by: { $0.key < $1.key }) {
            try last.run(.integer(head.sequence), .bytes(head.hash), .integer(payee))
        }
    }
}

/// What is written for every folio: asked for once a batch.
private struct LedgerRows {
    private let insertFolio, insertBalance, balance, setBalance, removeBalance: GRDB.Statement

    init(_ database: Database) throws {
        func prepared(_ sql: String) throws -> GRDB.Statement { try database.cachedStatement(sql: sql) }
        insertFolio = try prepared(LedgerStore.insertFolio)
        insertBalance = try prepared("INSERT INTO balance VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
        balance = try prepared("SELECT amount FROM balance \(Self.balanceKey)")
        setBalance = try prepared("UPDATE balance SET amount = ?5 \(Self.balanceKey)")
        removeBalance = try prepared("DELETE FROM balance \(Self.balanceKey)")
    }

    private static let balanceKey = "WHERE payee = ?1 AND period = ?2 AND account = ?3 AND currency = ?4"

    func save(_ folio: Folio) throws {
        let period = folio.period.label
        try insertFolio.run(
            .integer(folio.id), .integer(folio.payee), .text(period), .integer(folio.first),
            .integer(folio.head.sequence), .integer(folio.corrects ? 1 : 0), .bytes(folio.documents))
        for sum in folio.sums where !sum.amount.isZero {
            try save(
                sum.amount,
                [
                    .integer(folio.payee), .text(period), .text(sum.account.rawValue), .text(sum.currency.code),
                    .text(sum.amount.description),
                ])
        }
    }

    private func save(_ moved: Number, _ row: [StoredValue]) throws {
        // Of a period's beginning: one look, not two.
        if try insertBalance.run(row) == 1 { return }
        let place = Array(row.dropLast())
        let known = try balance.first(place) { row in try StoredNumber.read(row.text(0)) }
        let amount = try (known ?? .zero) + moved
        if amount.isZero {
            try removeBalance.run(place)
        } else {
            try setBalance.run(place + [.text(amount.description)])
        }
    }
}

/// Reads back what the store itself wrote; anything else in its place means that the file is damaged.
enum StoredNumber {
    static func read(_ text: String) throws -> Number {
        do { return try Number(text) } catch { throw StateCorrupted("'\(text)' is stored as a number") }
    }
}
