import Domain
import Foundation
import GRDB
import Records
import Streams

/// The documents themselves.
extension LedgerStore {
    static func document(at offset: Int64, _ database: Database) throws -> LedgerDocument {
        let statement = try database.cachedStatement(sql: "SELECT value FROM document WHERE record_offset = ?")
        guard let value = try Data.fetchOne(statement, arguments: [offset]) else {
            throw StateCorrupted("document \(offset) is missing")
        }
        return try LedgerDocument(decoding: Array(value))
    }

    /// By its number among those of its payee; `nil` when there is none.
    static func document(_ sequence: Int64, of payee: StoredPayee, _ database: Database) throws -> LedgerDocument? {
        let sql = "SELECT record_offset FROM document WHERE payee = ? AND sequence = ?"
        return try Int64.fetchOne(database.cachedStatement(sql: sql), arguments: [payee.id, sequence])
            .map { try document(at: $0, database) }
    }

    /// All of a payee's, or those of one period, in order.
    static func documents(
        of payee: StoredPayee, in period: Period? = nil, _ database: Database
    ) throws -> [LedgerDocument] {
        let sql = "SELECT value FROM document WHERE payee = ?1 AND (?2 IS NULL OR period = ?2) ORDER BY sequence"
        return try Data.fetchAll(database.cachedStatement(sql: sql), arguments: [payee.id, period?.label])
            .map { try LedgerDocument(decoding: Array($0)) }
    }

    /// Those of a period that are no earnings, in order; or those of one kind, of all periods.
    static func otherDocuments(
        of payee: StoredPayee, in period: Period? = nil, kind: LedgerDocument.Kind? = nil, _ database: Database
    ) throws -> [LedgerDocument] {
        let sql = """
            SELECT document FROM entry WHERE payee = ?1 AND (?2 IS NULL OR period = ?2) AND (?3 IS NULL OR kind = ?3)
            ORDER BY sequence
            """
        return try Int64.fetchAll(
            database.cachedStatement(sql: sql), arguments: [payee.id, period?.label, kind?.rawValue]
        ).map { try document(at: $0, database) }
    }

    /// The last period that was settled, by currency.
    static func settled(_ payee: StoredPayee, _ database: Database) throws -> [Currency: Period] {
        let sql = "SELECT currency, period FROM entry WHERE payee = ? AND kind = ? ORDER BY sequence"
        var settled: [Currency: Period] = [:]
        let kind = LedgerDocument.Kind.settlement.rawValue
        for row in try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [payee.id, kind]) {
            guard let currency = Currency(row["currency"] as String) else {
                throw StateCorrupted("a settlement is stored in '\(row["currency"] as String)'")
            }
            settled[currency] = try period(row["period"])
        }
        return settled
    }

    static func entries(of payee: StoredPayee, _ period: Period, _ database: Database) throws -> [Statement.Entry] {
        try otherDocuments(of: payee, in: period, database).compactMap { try Statement.Entry($0) }
    }
}

extension Statement.Entry {
    /// `nil` for what moves nothing that is due: an approval.
    init?(_ document: LedgerDocument) throws(ArithmeticError) {
        switch document.kind {
        case .earning, .approval: return nil
        case .adjustment: kind = .adjustments
        // What is advanced is owed back; what is not is a guarantee.
        case .draw: kind = document.postings.contains { $0.account == .draw } ? .draw : .guarantee
        case .writeOff: kind = .writtenOff
        case .settlement: kind = .settled
        }
        var due = Number.zero
        for posting in document.postings where posting.account == .payable { try due += posting.amount }
        amount = due
        currency = document.currency
        note = document.note
        adjustment = document.adjustment
        payout = document.payout
        self.document = document.sequence
    }
}
