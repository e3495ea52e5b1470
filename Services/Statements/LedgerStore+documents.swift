import Domain
import GRDB
import Records
import Streams

/// The documents themselves.
extension LedgerStore {
    /// Takes a payee's, those of a period in order.
    static func eachDocument(
        of payee: StoredPayee, in period: Period? = nil, _ database: Database, _ body: (LedgerDocument) throws -> Void
    ) throws {
        let all = "SELECT documents FROM folio WHERE payee = ?1"
        let statement = try database.cachedStatement(sql: period == nil ? all : "\(all) AND period = ?2 ORDER BY first")
        let values: [StoredValue] = [.integer(payee.id)] + (period.map { [.text($0.label)] } ?? [])
        try statement.each(values) { row in
            for stored in try StoredDocument.all(in: row.bytes(0)) {
                try body(LedgerDocument(decoding: stored.value))
            }
        }
    }

    /// All of a payee's, in order.
    static func documents(of payee: StoredPayee, _ database: Database) throws -> [LedgerDocument] {
        var documents: [LedgerDocument] = []
        try eachDocument(of: payee, database) { documents.append($0) }
        return documents.sorted { $0.sequence < $1.sequence }
    }

    /// By its number among those of its payee; `nil` when there is none.
    static func document(
        _ sequence: Int64, of payee: StoredPayee, in period: String? = nil, _ database: Database
    ) throws -> StoredDocument? {
        let any = "SELECT documents FROM folio WHERE payee = ?1 AND first <= ?2 AND last >= ?2"
        let statement = try database.cachedStatement(sql: period == nil ? any : "\(any) AND period = ?3")
        let values: [StoredValue] = [.integer(payee.id), .integer(sequence)] + (period.map { [.text($0)] } ?? [])
        var found: StoredDocument?
        try statement.each(values) { row in
            found = try found ?? StoredDocument.all(in: row.bytes(0)).first { $0.sequence == sequence }
        }
        return found
    }

    /// Those of a period that are no earnings, in order; or those of one kind.
    static func otherDocuments(
        of payee: StoredPayee, in period: Period, kind: LedgerDocument.Kind? = nil, _ database: Database
    ) throws -> [LedgerDocument] {
        let sql = """
            SELECT sequence FROM entry WHERE payee = ?1 AND period = ?2 AND (?3 IS NULL OR kind = ?3) ORDER BY sequence
            """
        return try Int64.fetchAll(
            database.cachedStatement(sql: sql), arguments: [payee.id, period.label, kind?.rawValue]
        ).map { sequence in
            guard let stored = try document(sequence, of: payee, in: period.label, database) else {
                throw StateCorrupted("document \(sequence) of payee \(payee.payee) is missing")
            }
            return try LedgerDocument(decoding: stored.value)
        }
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
            settled.settle(try period(row["period"]), currency)
        }
        return settled
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
