import Domain
import Foundation
import GRDB
import Records
import Streams

/// The rows that lead from a statement to its documents: what they say belongs to no sum, and is checked one by one.
extension Audit {
    /// A document that is no earning, as the store lists it.
    struct Entry: Hashable {
        let sequence: Int64
        let period: String
        let kind: String
        let currency: String
        let offset: Int64

        init(sequence: Int64, period: String, kind: String, currency: String, offset: Int64) {
            (self.sequence, self.period, self.kind) = (sequence, period, kind)
            (self.currency, self.offset) = (currency, offset)
        }

        init(_ document: LedgerDocument, at offset: Int64) {
            self.init(
                sequence: document.sequence, period: document.period.label, kind: document.kind.rawValue,
                currency: document.currency.code, offset: offset)
        }
    }

    /// The record as the store took it, which it need not have done with one that it refused.
    mutating func compare(_ record: ConsumedRecord, wasTaken: Bool, _ database: Database) throws {
        let place = "\(record.source)/\(record.offset)"
        let sql = """
            SELECT payee.name, document.sequence, period, document.hash, value FROM document
            LEFT JOIN payee ON payee.id = document.payee WHERE record_offset = ?
            """
        guard let row = try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [record.offset]) else {
            if wasTaken { find(place, "the store does not have the document") }
            return
        }
        let value = record.record.value ?? []
        guard Array(row["hash"] as Data) == digest(value) else {
            return find(place, "the document was altered after it was taken")
        }
        let document = try LedgerDocument(decoding: value)
        let isSame =
            Array(row["value"] as Data) == value && (row["name"] as String?) == document.payee.text
            && row["sequence"] == document.sequence && row["period"] == document.period.label
        if !isSame { find(place, of: document.payee, "the store has the document otherwise") }
    }

    mutating func compareRows(
        _ id: PayeeID, _ payee: Payee, _ lines: [LineKey], of stored: StoredPayee, _ database: Database
    ) throws {
        if try !hasHead(payee.head, stored, database) {
            find(id, "the store does not end at document \(payee.head.sequence) of the ledger")
        }
        if try entries(of: stored, database) != payee.entries {
            find(id, "the store lists other documents than earnings otherwise than the ledger has them")
        }
        try compareLines(id, payee, lines, of: stored, database)
    }

    private mutating func compareLines(
        _ id: PayeeID, _ payee: Payee, _ lines: [LineKey], of stored: StoredPayee, _ database: Database
    ) throws {
        var left = Set(lines.filter { amounts.lines[$0]?.isNothing == false })
        var counts: [String: Int] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT * FROM line WHERE payee = ?", arguments: [stored.id]) {
            let key = try LineKey(stored: row, payee: payee.id)
            counts[key.period.label, default: 0] += 1
            left.remove(key)
            compare(row, with: amounts.lines[key] ?? LedgerChanges.LineChange(), key, id)
        }
        for key in left.sorted(by: {
            ($0.period.label, $0.component, $0.credit) < ($1.period.label, $1.component, $1.credit)
        }) {
            find(
                id, key.period,
                "\(key.component) for \(key.credit) is not in the store, \(amounts.lines[key]?.amount ?? .zero) by the ledger"
            )
        }
        if try lineCounts(of: stored, database) != counts {
            find(id, "the store counts the lines of statements otherwise than it has them")
        }
    }

    private mutating func compare(_ row: Row, with line: LedgerChanges.LineChange, _ key: LineKey, _ id: PayeeID) {
        let (amount, released): (String, String) = (row["amount"], row["released"])
        guard
            amount != line.amount.description || released != line.released.description
                || row["document"] != line.document
        else { return }
        find(
            id, key.period,
            "\(key.component) for \(key.credit) is \(amount) (\(released) due) in the store, \(line.amount) "
                + "(\(line.released) due) by the ledger")
    }

    private func hasHead(_ head: Head, _ stored: StoredPayee, _ database: Database) throws -> Bool {
        let counted = "SELECT count(*) FROM document WHERE document.payee = payee.id"
        let sql = "SELECT sequence, hash, (\(counted)) AS documents FROM payee WHERE id = ?"
        guard let row = try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [stored.id]) else {
            return false
        }
        return row["sequence"] == head.sequence && Array(row["hash"] as Data) == head.hash
            && row["documents"] == head.sequence
    }

    private func entries(of stored: StoredPayee, _ database: Database) throws -> [Entry] {
        let sql = "SELECT sequence, period, kind, currency, document FROM entry WHERE payee = ? ORDER BY sequence"
        return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [stored.id]).map { row in
            Entry(
                sequence: row["sequence"], period: row["period"], kind: row["kind"], currency: row["currency"],
                offset: row["document"])
        }
    }

    private func lineCounts(of stored: StoredPayee, _ database: Database) throws -> [String: Int] {
        let sql = "SELECT period, lines FROM statement WHERE payee = ?"
        let rows = try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [stored.id])
        return Dictionary(rows.map { ($0["period"], $0["lines"]) }) { first, _ in first }
    }
}

extension LedgerChanges.LineChange {
    fileprivate var isNothing: Bool { amount.isZero && released.isZero }
}

extension LineKey {
    fileprivate init(stored row: Row, payee: Int64) throws {
        guard let currency = Currency(row["currency"] as String) else {
            throw StateCorrupted("a line has currency \(row["currency"] as String)")
        }
        self.init(
            payee: payee, period: try LedgerStore.period(row["period"]), component: row["component"],
            credit: CreditKey(deal: DealID(row["deal"]), line: LineID(row["deal_line"]), role: Role(row["role"])),
            currency: currency, earned: try LedgerStore.period(row["earned"]))
    }
}
