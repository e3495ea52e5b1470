import Domain
import Foundation
import GRDB
import Records
import Streams

/// Applies the documents of one `ledger` partition. Each either keeps all rules and is applied, or is refused before
/// anything changed.
final class LedgerTask: StreamTask {
    private struct Payee {
        let id: Int64
        var head: Head
    }

    private let database: Database
    private var payees: [PayeeID: Payee] = [:]
    private var nextPayee: Int64
    private var changes = LedgerChanges()

    init(database: Database) throws {
        self.database = database
        nextPayee = try Int64.fetchOne(database, sql: "SELECT coalesce(max(id), 0) + 1 FROM payee") ?? 1
    }

    func process(_ record: ConsumedRecord, outputs: inout Outputs) throws {
        let value = record.record.value ?? []
        let document: LedgerDocument
        do { document = try WireLedgerDocument(decoding: record.record.value).domain() } catch {
            throw RecordError("\(error)")
        }
        let known = try payee(document.payee)
        try DocumentRules.check(document, key: record.record.key, after: known?.head ?? Head())
        try apply(document, value: value, offset: record.offset, to: known)
    }

    private func apply(_ document: LedgerDocument, value: [UInt8], offset: Int64, to known: Payee?) throws {
        let hash = digest(value)
        let id = known?.id ?? nextPayee
        try changes.add(
            document,
            as: LedgerChanges.Document(
                offset: offset, payee: id, sequence: document.sequence, period: document.period, hash: hash,
                value: value))
        if known == nil {
            changes.newPayees.append((id, document.payee.text))
            nextPayee += 1
        }
        payees[document.payee] = Payee(id: id, head: Head(sequence: document.sequence, hash: hash))
    }

    func save(to database: Database) throws { try changes.save(to: database) }

    private func payee(_ id: PayeeID) throws -> Payee? {
        if let payee = payees[id] { return payee }
        let statement = try database.cachedStatement(sql: "SELECT id, sequence, hash FROM payee WHERE name = ?")
        guard let row = try Row.fetchOne(statement, arguments: [id.text]) else { return nil }
        let payee = Payee(id: row["id"], head: Head(sequence: row["sequence"], hash: Array(row["hash"] as Data)))
        payees[id] = payee
        return payee
    }
}
