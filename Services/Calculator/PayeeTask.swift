import Calculation
import Domain
import GRDB
import Records
import Streams
import SwiftProtobuf

/// Calculates the payees of one partition of `payee-events`.
final class PayeeTask: StreamTask {
    private let topics: Topics
    private let database: Database
    private let store: PayeeStore
    private let room = Workroom()
    private var cache: PayeeCache
    private var writer = WireWriter(capacity: 128)
    /// How the coordinates of its records begin, as causes name them.
    private var partition: (source: TopicPartition, prefix: String)?

    struct Topics: Sendable {
        let ledger: String
        let dealCommissions: String
        let skippedDeals: String
    }

    init(topics: Topics, database: Database, memory: MemoryShare) throws {
        self.topics = topics
        self.database = database
        store = try PayeeStore(database: database)
        cache = PayeeCache(memory)
    }

    func process(_ record: ConsumedRecord, outputs: inout Outputs) throws {
        let event: PayeeEvent
        do { event = try PayeeEvent(key: record.record.key, value: record.record.value) } catch {
            throw error is UnknownMeaning ? error : RecordError("\(error)")
        }
        let payee = try payee(for: event)
        let effect: Effect
        do { effect = try payee.state.apply(event, cause: cause(record)) } catch {
            throw RecordError("it cannot be calculated for payee '\(event.payee)': \(error)")
        }
        payee.changed += effect.credits
        payee.changedFrom = min(payee.changedFrom, event.firstDay)
        if event.isOfTerms { payee.hasNewTerms = true }
        cache.touch(payee)
        try send(effect, of: payee, record.record.timestamp, &outputs)
    }

    private func cause(_ record: ConsumedRecord) -> PayeeEvent.Cause {
        if partition?.source != record.source {
            partition = (record.source, "\(record.source.topic)/\(record.source.partition)/")
        }
        return PayeeEvent.Cause(
            coordinate: (partition?.prefix ?? "") + String(record.offset),
            occurred: Instant(milliseconds: record.record.timestamp))
    }

    /// With all credits that the event may need.
    private func payee(for event: PayeeEvent) throws -> LoadedPayee {
        if cache.isOverfull { try save() }
        let known = cache[event.payee]
        if let known, !known.state.lacks(event) { return known }
        // The store has nothing yet of what happened in this batch.
        if let known { try save(known, by: PayeeRows(database)) }
        let stored = try store.load(event.payee, from: event.firstDay, room)
        let payee = known ?? LoadedPayee(event.payee, stored, room)
        if known != nil, let stored { payee.state = stored.state }
        cache.add(payee)
        return payee
    }

    private func send(_ effect: Effect, of payee: LoadedPayee, _ time: Int64, _ outputs: inout Outputs) throws {
        for document in effect.documents {
            outputs.append(
                Output(topic: topics.ledger, key: payee.key, value: document, type: EventType.documentPosted))
        }
        for commission in effect.commissions { outputs.append(try output(commission, of: payee)) }
        for uncalculated in effect.uncalculated { outputs.append(try output(uncalculated, of: payee.id, time)) }
    }

    /// A tombstone when the deal no longer pays this payee anything.
    private func output(_ commission: Effect.DealCommission, of payee: LoadedPayee) throws -> Output {
        let partitionKey = Array(commission.deal.text.utf8)
        var key: [UInt8] = []
        key.reserveCapacity(partitionKey.count + 1 + payee.key.count)
        key += partitionKey
        key.append(UInt8(ascii: "/"))
        key += payee.key
        return Output(
            topic: topics.dealCommissions, key: key, partitionKey: partitionKey,
            value: commission.components.isEmpty ? nil : try value(of: commission, of: payee),
            type: EventType.dealCommission)
    }

    private func value(of commission: Effect.DealCommission, of payee: LoadedPayee) throws -> [UInt8] {
        writer.removeAll()
        writer.dealCommission(commission, payee.id, try commission.total)
        return writer.bytes
    }

    /// A tombstone when all can be calculated again.
    private func output(_ uncalculated: Effect.Uncalculated, of payee: PayeeID, _ time: Int64) throws -> Output {
        let listed = WireSkippedDeal.with {
            $0.deal = uncalculated.deal.text
            $0.payee = payee.text
            $0.source = uncalculated.credits.first?.credit.source ?? ""
            $0.provenance = uncalculated.credits.first?.credit.provenance ?? ""
            $0.received = time
            $0.closed = uncalculated.date.description
            $0.problems = uncalculated.problems
        }
        return Output(
            topic: topics.skippedDeals, key: listed.key,
            partitionKey: listed.deal.isEmpty ? nil : Array(listed.deal.utf8),
            value: listed.problems.isEmpty ? nil : try listed.encoded(), type: EventType.dealSkipped)
    }

    func save(to database: Database) throws { try save() }

    private func save() throws {
        let rows = try PayeeRows(database)
        for payee in cache.touched { try save(payee, by: rows) }
        try cache.endBatch { starts, payee in
            guard let row = payee.row, let last = starts.last else { return }
            try store.keep(starts, of: row)
            // The store may hold later ones still, of when more was put away.
            payee.lastStart = max(payee.lastStart ?? last.date, last.date)
        }
    }

    private func save(_ payee: LoadedPayee, by rows: PayeeRows) throws {
        let row = try store.save(&payee.state, at: payee.row, payee.changed, hasNewTerms: payee.hasNewTerms, by: rows)
        if let last = payee.lastStart, payee.changedFrom < last {
            try store.removeStarts(of: row, after: payee.changedFrom)
            payee.lastStart = payee.changedFrom
        }
        payee.row = row
        payee.changed.removeAll(keepingCapacity: true)
        payee.hasNewTerms = false
        payee.changedFrom = .last
    }
}

extension Effect.DealCommission {
    /// `nil` where the components are not all of one currency, as after a contract that pays in another.
    fileprivate var total: Money? {
        get throws(ArithmeticError) {
            guard var total = components.first?.amount else { return nil }
            for component in components.dropFirst() {
                guard component.amount.currency == total.currency else { return nil }
                total = try total + component.amount
            }
            return total
        }
    }
}

extension Effect.Uncalculated {
    /// The reasons, each once, with the credits that it is of.
    fileprivate var problems: [WireProblem] {
        var places: [String: [String]] = [:]
        for (credit, reason) in credits { places[reason, default: []].append(credit.part) }
        let remedy =
            deal.text.isEmpty
            ? "mend the payee's figures in quotas.csv, or the plan's rule"
            : "mend the deal's figures in the source, the payee's in quotas.csv, or the plan's rule, "
                + "which can ask first: 'has(deal.margin) && …'"
        return places.sorted { $0.key < $1.key }.map { reason, parts in
            .with {
                ($0.code, $0.message, $0.remedy) = (WireSkippedDeal.uncalculated, reason, remedy)
                $0.place = parts.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
            }
        }
    }
}

extension Credit {
    /// Among those of its deal: `line 2 as owner`; of a span its last day.
    fileprivate var part: String {
        isOfPeriod ? "\(date)" : key.line == .whole ? "as \(key.role)" : "line \(key.line) as \(key.role)"
    }
}

/// As `WireDealCommission`: one for nearly every event.
extension WireWriter {
    fileprivate mutating func dealCommission(
        _ commission: Effect.DealCommission, _ payee: PayeeID, _ total: Money?
    ) {
        text(1, commission.deal.text)
        text(2, payee.text)
        if let total {
            number(3, total.amount)
            text(4, total.currency.code)
        }
        for component in commission.components {
            message(5) {
                $0.text(1, component.component)
                $0.number(2, component.amount.amount)
                if total == nil { $0.text(3, component.amount.currency.code) }
            }
        }
    }
}
