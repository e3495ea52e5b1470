import Calculation
import Domain
import GRDB
import Records
import Streams
import SwiftProtobuf
import TestSupport

@testable import statements

/// A history told to a payee's state, and its documents to the statements: both in memory, as the services do it.
final class HistoryBooks {
    static let application = Application(name: "years", partitions: 1)
    private static let place = TopicPartition("years.payee-events", 0)
    private let store: DatabaseQueue
    private let task: LedgerTask
    private let application: Application
    private var state = PayeeState(id: History.payee)
    private var keys: Set<CreditKey> = []
    private var random: SplitMix
    private var through: CalendarDate?
    /// What statements of closed periods said when they were closed.
    private var kept: [Period: JSON] = [:]
    private var closes: [Closes.Close] = []
    private(set) var documents: [ConsumedRecord] = []
    private(set) var payouts: [ConsumedRecord] = []
    private(set) var events: [ConsumedRecord] = []

    init(restartsFrom seed: UInt64) throws {
        guard let application = HistoryBooks.application else { throw Contradiction("no application") }
        self.application = application
        store = try DatabaseQueue()
        var migrator = DatabaseMigrator()
        LedgerStore.migrate(&migrator)
        try migrator.migrate(store)
        task = try store.inDatabase { try LedgerTask(database: $0, application: application) }
        random = SplitMix(seed: seed)
    }

    /// - Parameter restarts: of a hundred events, how many are followed by a new process.
    func tell(_ acts: [PayeeRecord.Act], restarts: Int = 0) throws {
        for act in acts {
            try tell(act)
            if random.chance(restarts) { try restart() }
        }
    }

    private func tell(_ act: PayeeRecord.Act) throws {
        let offset = Int64(events.count)
        let record = Streams.Record(
            key: Array(History.payee.text.utf8), value: try PayeeRecord(payee: History.payee, act).encoded(),
            timestamp: 1_767_225_600_000 + offset)
        events.append(ConsumedRecord(source: HistoryBooks.place, offset: offset, record: record))
        let event = try PayeeEvent(key: record.key, value: record.value)
        let cause = PayeeEvent.Cause(
            coordinate: "\(HistoryBooks.place)/\(offset)", occurred: Instant(milliseconds: record.timestamp))
        let before = try state.storedBooks()
        let effect: Effect
        do { effect = try state.apply(event, cause: cause) } catch {
            guard try state.storedBooks() == before else { throw Contradiction("a refused event changed the books") }
            return
        }
        keys.formUnion(effect.credits)
        for document in effect.documents { try take(document) }
        if case .closed(let closed) = act { try close(closed) }
    }

    private func take(_ value: [UInt8]) throws {
        let document = try LedgerDocument(decoding: value)
        if document.kind != .approval, let through, document.period.end <= through {
            throw Contradiction("document \(document.sequence) posts to \(document.period), which is closed")
        }
        let record = ConsumedRecord(
            source: TopicPartition(application.topic(.ledger), 0), offset: Int64(documents.count),
            record: Streams.Record(key: Array(document.payee.text.utf8), value: value, timestamp: 0))
        documents.append(record)
        var outputs = Outputs()
        try store.inDatabase { _ in try task.process(record, outputs: &outputs) }
        for output in outputs.all where output.topic == application.topic(.payouts) {
            payouts.append(
                ConsumedRecord(
                    source: TopicPartition(output.topic, 0), offset: Int64(payouts.count),
                    record: Streams.Record(key: output.key, value: output.value, timestamp: 0)))
        }
    }

    /// A new process goes on from what the old one kept.
    private func restart() throws {
        var credits: [(row: Int64, state: [UInt8])] = []
        state.save(keys.sorted()) { row, _, bytes in
            credits.append((row ?? Int64(credits.count) + 1, bytes))
            return credits[credits.count - 1].row
        }
        state = try PayeeState(
            id: History.payee, sequence: state.sequence, head: state.head, terms: state.terms.serializedBytes(),
            books: state.storedBooks(), credits: { _ in credits })
    }

    // MARK: What must hold

    struct Contradiction: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    private func close(_ closed: PeriodClosed) throws {
        guard through.map({ $0 < closed.through }) ?? true else { return }
        closes.append(Closes.Close(through: closed.through, by: closed.by))
        through = closed.through
        for statement in try statements(of: { kept[$0] == nil && $0.end <= closed.through }) {
            kept[statement.period] = statement.json
        }
    }

    private func statements(of isWanted: (Period) -> Bool) throws -> [statements.Statement] {
        try store.inDatabase { database in
            try task.save(to: database)
            guard let payee = try LedgerStore.payee(History.payee, database) else { return [] }
            let balances = try LedgerStore.balances(of: payee, database)
            return try LedgerStore.periods(of: payee, database).filter(isWanted).map {
                try LedgerStore.statement(of: payee, $0, balances: balances, database)
            }
        }
    }

    /// All statements in the end. Opening and movements give the closing; what is closed keeps its bytes.
    func statements() throws -> [JSON] {
        let all = try statements { _ in true }
        for statement in all {
            if let broken = try statement.contradiction() { throw Contradiction("\(statement.period): \(broken)") }
            guard let before = kept[statement.period], statement.json != before else { continue }
            throw Contradiction("\(statement.period) was closed as \(before), now it is \(statement.json)")
        }
        let gone = Set(kept.keys).subtracting(all.map(\.period))
        guard gone.isEmpty else { throw Contradiction("the closed statements of \(gone.sorted()) are gone") }
        return all.map(\.json)
    }

    /// Statement = payout file = journal = what was published, through the text of the files.
    func checkReconciliation() throws {
        let closes = Closes([History.payee: closes])
        try store.inDatabase { database in
            try task.save(to: database)
            guard let payee = try LedgerStore.payee(History.payee, database) else { return }
            let balances = try LedgerStore.balances(of: payee, database).map { (payee: History.payee, balance: $0) }
            for shown in try LedgerStore.shown(of: payee, closes, database) {
                let period = shown.statement.period
                var published = PayoutFile([], names: Names())
                published.rows = try payouts.map(PayoutFile.Row.init(published:)).filter { $0.payout.period == period }
                let journal = Journal(balances.filter { $0.balance.period == period }, names: Names())
                let report = try Reconciling(
                    statements: [shown], payouts: PayoutFile(reading: PayoutFile([shown], names: Names()).csv),
                    journal: Journal(reading: journal.csv()), published: published
                ).report()
                guard let first = report.differences.first else { continue }
                throw Contradiction("\(period) does not reconcile: \(first)")
            }
        }
    }

    /// As `statements verify` does: all rules, the store against the log, the log against the events.
    func checkVerified() throws {
        var audit = Audit()
        for record in documents { audit.take(record) }
        try store.inDatabase { database in
            try task.save(to: database)
            try audit.compare(with: database)
        }
        audit.checkReleases()
        var recomputing = Recomputing()
        for event in events { try recomputing.take(event) }
        try audit.compare(with: recomputing)
        guard let first = audit.findings.first else { return }
        throw Contradiction("verify: \(first.place): \(first.message)")
    }
}
