import Domain
import Foundation
import GRDB
import Records
import Streams

/// Applies the documents of one `ledger` partition. Each either keeps all rules and is applied, or is refused before
/// anything changed.
final class LedgerTask: StreamTask {
    /// Changed in place by each of its documents.
    private final class Payee {
        let id: Int64
        var head: Head
        /// The last period that was settled.
        var settled: [Currency: Period]

        init(id: Int64, head: Head = Head(), settled: [Currency: Period] = [:]) {
            (self.id, self.head, self.settled) = (id, head, settled)
        }
    }

    private let database: Database
    private let application: Application
    private var payees: [PayeeID: Payee] = [:]
    private var nextPayee: Int64
    private var changes = LedgerChanges()

    init(database: Database, application: Application) throws {
        self.database = database
        self.application = application
        nextPayee = try Int64.fetchOne(database, sql: "SELECT coalesce(max(id), 0) + 1 FROM payee") ?? 1
    }

    func process(_ record: ConsumedRecord, outputs: inout Outputs) throws {
        let value = record.record.value ?? []
        let document: LedgerDocument
        do { document = try LedgerDocument(decoding: record.record.value) } catch {
            throw RecordError("\(error)")
        }
        let partitions = application.partitions(of: .ledger)
        guard Partitioner.partition(of: record.record.key ?? [], count: partitions) == record.source.partition else {
            throw RecordError("payee \(document.payee) belongs to another partition")
        }
        // What rests on all that was posted before is looked up in the tables, so they have to hold it.
        if document.kind != .earning { try changes.save(to: database) }
        let known = try payee(document.payee)
        let books = StoredBooks(
            payee: StoredPayee(id: known?.id ?? 0, payee: document.payee), settled: known?.settled ?? [:],
            database: database)
        try DocumentRules.check(document, key: record.record.key, after: known?.head ?? Head(), books)
        try apply(document, value: value, offset: record.offset, to: known)
        guard document.kind == .approval else { return }
        try changes.save(to: database)
        try publish(document, as: books.payee, &outputs)
    }

    private func apply(_ document: LedgerDocument, value: [UInt8], offset: Int64, to known: Payee?) throws {
        let payee = known ?? Payee(id: nextPayee)
        let stored = StoredDocument(offset: offset, sequence: document.sequence, hash: digest(value), value: value)
        try changes.add(document, stored, of: payee.id)
        if known == nil {
            changes.add(document.payee, as: payee.id)
            payees[document.payee] = payee
            nextPayee += 1
        }
        payee.head = Head(sequence: stored.sequence, hash: stored.hash)
        if document.kind == .settlement { payee.settled.settle(document) }
    }

    /// An approved statement is published with the first approval of its period, each payout with its own.
    private func publish(_ approval: LedgerDocument, as payee: StoredPayee, _ outputs: inout Outputs) throws {
        let approvals = try LedgerStore.otherDocuments(
            of: payee, in: approval.period, kind: .approval, database)
        let key = Array(payee.payee.text.utf8)
        if approvals.first?.sequence == approval.sequence {
            let balances = try LedgerStore.balances(of: payee, database)
            let statement = try LedgerStore.statement(of: payee, approval.period, balances: balances, database)
            outputs.append(
                Output(
                    topic: application.topic(.statements), key: key, value: statement.published(approval).bytes,
                    type: EventType.statementPublished, contentType: "application/json"))
        }
        guard let payout = approval.payout else { return }
        outputs.append(
            Output(
                topic: application.topic(.payouts), key: key, value: payout.published(approval).bytes,
                type: EventType.payoutReleased, contentType: "application/json"))
    }

    func save(to database: Database) throws { try changes.save(to: database) }

    private func payee(_ id: PayeeID) throws -> Payee? {
        if let payee = payees[id] { return payee }
        let statement = try database.cachedStatement(sql: "SELECT id, sequence, hash FROM payee WHERE name = ?")
        guard let row = try Row.fetchOne(statement, arguments: [id.text]) else { return nil }
        let payee = Payee(
            id: row["id"], head: Head(sequence: row["sequence"], hash: Array(row["hash"] as Data)),
            settled: try LedgerStore.settled(StoredPayee(id: row["id"], payee: id), database))
        payees[id] = payee
        return payee
    }
}
