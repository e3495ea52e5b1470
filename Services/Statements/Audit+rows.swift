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

        init(sequence: Int64, period: String, kind: String, currency: String) {
            (self.sequence, self.period, self.kind, self.currency) = (sequence, period, kind, currency)
        }

        init(_ document: LedgerDocument) {
            self.init(
                sequence: document.sequence, period: document.period.label, kind: document.kind.rawValue,
                currency: document.currency.code)
        }
    }

    /// The record as the store took it, which it need not have done with one that it refused.
    mutating func compare(_ record: ConsumedRecord, wasTaken: Bool, with folios: FolioWalk) throws {
        let place = "\(record.source)/\(record.offset)"
        guard let found = try folios.take(record.offset) else {
            if wasTaken { find(place, "the store does not have the document") }
            return
        }
        let value = record.record.value ?? []
        guard found.document.hash == digest(value) else {
            return find(place, "the document was altered after it was taken")
        }
        let document = try LedgerDocument(decoding: value)
        let isSame =
            found.document.value == value && found.document.sequence == document.sequence
            && found.payee == document.payee.text && found.period == document.period.label
        if !isSame { find(place, of: document.payee, "the store has the document otherwise") }
    }

    /// What is in the store alone. Call when all records before the store's position were compared.
    mutating func compareRest(of source: TopicPartition, with folios: FolioWalk) throws {
        try folios.finish()
        for offset in folios.rest { find("\(source)/\(offset)", "the store has a document that the log has not") }
        for id in folios.contradictions {
            find(source, "the store's row of the documents from \(id) on does not say what they are")
        }
    }

    mutating func compareRows(_ id: PayeeID, _ payee: Payee, of stored: StoredPayee, _ database: Database) throws {
        if try !hasHead(payee.head, stored, database) {
            find(id, "the store does not end at document \(payee.head.sequence) of the ledger")
        }
        if try entries(of: stored, database) != payee.entries {
            find(id, "the store lists other documents than earnings otherwise than the ledger has them")
        }
    }

    /// The statements that the store's documents lead to, which must add up and hold each line.
    mutating func compareStatements(
        _ id: PayeeID, _ payee: Payee, _ lines: [LineKey], _ balances: [PeriodBalance], of stored: StoredPayee,
        _ database: Database
    ) throws {
        var left = Set(lines.filter { amounts.lines[$0]?.isNothing == false })
        for period in try LedgerStore.periods(of: stored, database) {
            let statement = try LedgerStore.statement(of: stored, period, balances: balances, database)
            if let broken = try statement.contradiction() { find(id, period, broken) }
            for component in statement.components {
                for line in component.lines {
                    let key = LineKey(
                        payee: payee.id, period: period, component: component.name, credit: line.credit.key,
                        currency: component.currency, earned: line.earned)
                    left.remove(key)
                    compare(line, with: amounts.lines[key] ?? LedgerAmounts.Net(), key, id)
                }
            }
        }
        for key in left.sorted(by: {
            ($0.period.label, $0.component, $0.credit) < ($1.period.label, $1.component, $1.credit)
        }) {
            find(
                id, key.period,
                "\(key.component) for \(key.credit) is not in the store, \(amounts.lines[key]?.amount ?? .zero) by the ledger"
            )
        }
    }

    private mutating func compare(
        _ line: Statement.Line, with net: LedgerAmounts.Net, _ key: LineKey, _ id: PayeeID
    ) {
        guard line.amount != net.amount || line.released != net.released else { return }
        find(
            id, key.period,
            "\(key.component) for \(key.credit) is \(line.amount) (\(line.released) due) in the store, \(net.amount) "
                + "(\(net.released) due) by the ledger")
    }

    private func hasHead(_ head: Head, _ stored: StoredPayee, _ database: Database) throws -> Bool {
        let sql = "SELECT sequence, hash FROM payee WHERE id = ?"
        guard let row = try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [stored.id]) else {
            return false
        }
        return row["sequence"] == head.sequence && Array(row["hash"] as Data) == head.hash
    }

    private func entries(of stored: StoredPayee, _ database: Database) throws -> [Entry] {
        let sql = "SELECT sequence, period, kind, currency FROM entry WHERE payee = ? ORDER BY sequence"
        return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [stored.id]).map { row in
            Entry(
                sequence: row["sequence"], period: row["period"], kind: row["kind"], currency: row["currency"])
        }
    }
}
