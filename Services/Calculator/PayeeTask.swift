import Calculation
import Domain
import GRDB
import Records
import Streams
import SwiftProtobuf

/// Calculates the payees of one partition of `payee-events`.
final class PayeeTask: StreamTask {
    private let topics: Topics
    private let store: PayeeStore
    private var loaded: [PayeeID: Loaded] = [:]
    private var touched: Set<PayeeID> = []
    /// Credits in memory, over all payees loaded.
    private var weight = 0

    struct Topics: Sendable {
        let ledger: String
        let dealCommissions: String
    }

    private struct Loaded {
        var state: PayeeState
        var changed: Set<CreditKey> = []
        var hasNewTerms = false
    }

    /// What memory may hold of credits before payees that are not being worked on are put away. One payee stays whole.
    private static let weightLimit = 500_000

    init(topics: Topics, database: Database) {
        self.topics = topics
        store = PayeeStore(database: database)
    }

    func process(_ record: ConsumedRecord, outputs: inout Outputs) throws {
        let event: PayeeEvent
        do { event = try PayeeEvent(key: record.record.key, value: record.record.value) } catch {
            throw RecordError("\(error)")
        }
        var payee = try take(event.payee)
        let before = payee.state.weight
        defer {
            weight += payee.state.weight - before
            loaded[event.payee] = payee
        }
        let effect: Effect
        do { effect = try payee.state.apply(event, cause: PayeeEvent.Cause(record)) } catch {
            throw RecordError("it cannot be calculated for payee '\(event.payee)': \(error)")
        }
        touched.insert(event.payee)
        payee.changed.formUnion(effect.credits)
        if event.isOfTerms { payee.hasNewTerms = true }
        try send(effect, of: payee.state, &outputs)
    }

    /// Takes the payee out of the cache, so that its arrays are changed in place, not copied.
    private func take(_ id: PayeeID) throws -> Loaded {
        if let payee = loaded.removeValue(forKey: id) { return payee }
        let state = try store.load(id)
        weight += state.weight
        return Loaded(state: state)
    }

    private func send(_ effect: Effect, of state: PayeeState, _ outputs: inout Outputs) throws {
        let key = Array(state.id.text.utf8)
        for document in effect.documents {
            outputs.append(Output(topic: topics.ledger, key: key, value: document, type: EventType.documentPosted))
        }
        for deal in effect.deals.sorted() { outputs.append(try commission(of: deal, state)) }
    }

    /// A tombstone when the deal no longer pays this payee anything.
    private func commission(of deal: DealID, _ state: PayeeState) throws -> Output {
        let components = try state.commission(of: deal)
        var total = Number.zero
        for component in components { try total += component.amount.amount }
        var value = WireWriter(capacity: 96)
        value.dealCommission(deal, state.id, total, components)
        return Output(
            topic: topics.dealCommissions, key: Array("\(deal)/\(state.id)".utf8), partitionKey: Array(deal.text.utf8),
            value: components.isEmpty ? nil : value.bytes, type: EventType.dealCommission)
    }

    func save(to database: Database) throws {
        for id in touched.sorted() {
            guard let payee = loaded[id] else { continue }
            try store.save(payee.state, changed: payee.changed, hasNewTerms: payee.hasNewTerms)
            loaded[id]?.changed = []
            loaded[id]?.hasNewTerms = false
        }
        if weight > PayeeTask.weightLimit {
            loaded = loaded.filter { touched.contains($0.key) }
            weight = loaded.values.reduce(0) { $0 + $1.state.weight }
        }
        touched = []
    }
}

/// As `WireDealCommission`: one for nearly every event.
extension WireWriter {
    fileprivate mutating func dealCommission(
        _ deal: DealID, _ payee: PayeeID, _ total: Number, _ components: [(component: String, amount: Money)]
    ) {
        text(1, deal.text)
        text(2, payee.text)
        number(3, total)
        text(4, components.first?.amount.currency.code ?? "")
        for component in components {
            message(5) {
                $0.text(1, component.component)
                $0.number(2, component.amount.amount)
            }
        }
    }
}

extension PayeeEvent.Cause {
    init(_ record: ConsumedRecord) {
        self.init(
            coordinate: "\(record.source)/\(record.offset)", occurred: Instant(milliseconds: record.record.timestamp))
    }
}
