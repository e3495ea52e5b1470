import Domain
import GRDB
import Plans
import Records
import Streams
import SwiftProtobuf

@testable import calculator

/// One partition's payees on a store in memory: told events, answers with what it sends.
final class Books {
    let store: DatabaseQueue
    private var task: PayeeTask
    private let memory: MemoryShare
    private var offset: Int64
    /// All documents so far, as they went to the log.
    private(set) var ledger: [[UInt8]] = []

    /// `limit`: how many credits memory may hold before some are put away; `tail`: how many of a payee stay.
    init(limit: Int = 1_000_000, tail: Int = 32, store: DatabaseQueue? = nil, goingOnFrom other: Books? = nil) throws {
        memory = MemoryShare(of: MemoryShare.Holders(limit: limit, tail: tail))
        self.store = try store ?? DatabaseQueue()
        offset = other?.offset ?? 0
        var migrator = DatabaseMigrator()
        PayeeStore.migrate(&migrator)
        try migrator.migrate(self.store)
        task = try self.store.inDatabase { [memory] in
            try PayeeTask(topics: Books.topics, database: $0, memory: memory)
        }
    }

    private static let topics = PayeeTask.Topics(
        ledger: "ledger", dealCommissions: "deal-commissions", skippedDeals: "skipped-deals")

    /// Answers the outputs of one record.
    @discardableResult
    func tell(_ record: Streams.Record) throws -> [Output] {
        let consumed = ConsumedRecord(source: TopicPartition("payee-events", 0), offset: offset, record: record)
        offset += 1
        var outputs = Outputs()
        try store.inDatabase { _ in try task.process(consumed, outputs: &outputs) }
        ledger += outputs.all.filter { $0.topic == "ledger" }.compactMap(\.value)
        return outputs.all
    }

    @discardableResult
    func tell(_ payee: String, _ event: WirePayeeEvent.OneOf_Event, since: CalendarDate? = nil) throws -> [Output] {
        try tell(try Books.record(payee, event, since: since))
    }

    static func record(
        _ payee: String, _ event: WirePayeeEvent.OneOf_Event, since: CalendarDate? = nil
    ) throws -> Streams.Record {
        let wire = WirePayeeEvent.with {
            $0.payee = payee
            $0.event = event
            $0.since = since?.description ?? ""
        }
        return Streams.Record(key: Array(payee.utf8), value: try wire.encoded(), timestamp: 1_767_225_600_000)
    }

    /// The end of a batch: everything to disk, and out of memory what is too much.
    func save() throws { try store.inDatabase { try task.save(to: $0) } }

    /// Everything to disk and a new process on it.
    func restart() throws {
        try save()
        task = try store.inDatabase { try PayeeTask(topics: Books.topics, database: $0, memory: memory) }
    }

    func documents() throws -> [LedgerDocument] { try ledger.map { try WireLedgerDocument(decoding: $0).domain() } }

    /// What has been posted in all, by what a statement shows: `2026-01 commission D1 owner`.
    func balances() throws -> [String: Number] {
        var result: [String: Number] = [:]
        for document in try documents() {
            for earning in document.earnings {
                let key = earning.credit.key
                let place =
                    "\(document.payee) \(document.period) \(earning.component) \(key.deal) \(key.line) \(key.role)"
                try result[place, default: .zero] += earning.amount
            }
        }
        return result.filter { !$0.value.isZero }
    }
}

/// What ingest tells a payee.
enum Told {
    static func terms(
        _ plans: [(from: String, to: String, text: String)], quotas: [(period: String, amount: String)] = [],
        evaluation: Int32 = Meaning.latest
    ) -> WirePayeeEvent.OneOf_Event {
        .contractsChanged(
            .with {
                $0.evaluation = evaluation
                $0.contracts = plans.map { plan in
                    .with {
                        $0.plan = "reps"
                        $0.from = plan.from
                        $0.to = plan.to
                        $0.planText = plan.text
                    }
                }
                $0.quotas = quotas.map { quota in
                    .with {
                        $0.payee = "ada"
                        $0.measure = "bookings"
                        $0.period = quota.period
                        $0.amount = quota.amount
                    }
                }
            })
    }

    /// `D1 2026-01-05 1000`
    static func credit(
        _ text: String, currency: String = "USD", line: String = "", role: String = "owner", product: String = ""
    ) -> WirePayeeEvent.OneOf_Event {
        let parts = text.split(separator: " ").map(String.init)
        return .creditAssigned(
            .with {
                ($0.deal, $0.date, $0.amount, $0.currency) = (parts[0], parts[1], parts[2], currency)
                ($0.originalAmount, $0.originalCurrency, $0.share) = (parts[2], currency, "1")
                ($0.line, $0.role, $0.product) = (line, role, product)
            })
    }

    static func withdrawn(_ deal: String, line: String = "", role: String = "owner") -> WirePayeeEvent.OneOf_Event {
        .creditWithdrawn(.with { ($0.deal, $0.line, $0.role) = (deal, line, role) })
    }

    static func closed(_ through: String, in currency: String = "USD") -> WirePayeeEvent.OneOf_Event {
        .periodClosed(
            .with {
                ($0.id, $0.through, $0.by) = ("close-\(through)", through, "fin")
                ($0.payoutCurrency, $0.channel) = (currency, "payroll")
            })
    }

    /// 5% to the year's quota, 10% beyond.
    static let tiered = plan(
        "{by: attainment(bookings), method: marginal, boundary: lower-inclusive, tiers: [{from: 0%, rate: 5%}, {from: 100%, rate: 10%}]}"
    )
    static let flat = plan("6%")
    static let steep = plan(
        "{by: attainment(bookings), method: marginal, boundary: lower-inclusive, tiers: [{from: 0%, rate: 5%}, {from: 900%, rate: 10%}]}"
    )
    /// Measured against a fact that changes every month, by the quarter.
    static let ofFact = """
        plan: reps
        currency: USD
        measures: {bookings: {over: quarter, quota: '110% * fact("bookings")'}}
        components:
          commission:
            for: bookings
            rate: {by: attainment(bookings), method: marginal, boundary: lower-inclusive, tiers: [{from: 0%, rate: 5%}, {from: 100%, rate: 10%}]}
        """

    static func plan(_ rate: String, currency: String = "USD", over: String = "year") -> String {
        """
        plan: reps
        currency: \(currency)
        measures: {bookings: {over: \(over), quota: contract.quota.bookings}}
        components: {commission: {for: bookings, rate: \(rate)}}
        """
    }
}
