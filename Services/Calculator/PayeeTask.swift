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
        var terms: WireContractsChanged
        var changed: Set<CreditKey> = []
    }

    /// What memory may hold of credits before payees that are not being worked on are put away. One payee stays whole.
    private static let weightLimit = 500_000

    init(topics: Topics, database: Database) {
        self.topics = topics
        store = PayeeStore(database: database)
    }

    func process(_ record: ConsumedRecord, outputs: inout Outputs) throws {
        let event: Event
        do { event = try Event(record) } catch { throw RecordError("\(error)") }
        var payee = try take(event.payee)
        let before = payee.state.credits.count
        defer {
            weight += payee.state.credits.count - before
            loaded[event.payee] = payee
        }
        let changes: [PayeeState.Change]
        do { changes = try apply(event.kind, to: &payee) } catch {
            throw RecordError("it cannot be calculated for payee '\(event.payee)': \(error)")
        }
        touched.insert(event.payee)
        for change in changes { payee.changed.insert(change.earning.credit.key) }
        try send(changes, of: &payee.state, cause: record, &outputs)
    }

    private func apply(_ kind: Event.Kind, to payee: inout Loaded) throws(ArithmeticError) -> [PayeeState.Change] {
        switch kind {
        case .assigned(let credit):
            let changes = try payee.state.assign(credit)
            payee.changed.insert(credit.key)
            return changes
        case .withdrawn(let key):
            let changes = try payee.state.withdraw(key)
            payee.changed.insert(key)
            return changes
        case .agreed(let terms, let agreements):
            let changes = try payee.state.agree(agreements)
            payee.terms = terms
            return changes
        }
    }

    /// Takes the payee out of the cache, so that its arrays are changed in place, not copied.
    private func take(_ id: PayeeID) throws -> Loaded {
        if let payee = loaded.removeValue(forKey: id) { return payee }
        let (state, terms) = try store.load(id)
        weight += state.credits.count
        return Loaded(state: state, terms: terms)
    }

    private func send(
        _ changes: [PayeeState.Change], of state: inout PayeeState, cause: ConsumedRecord, _ outputs: inout Outputs
    ) throws {
        let key = Array(state.id.text.utf8)
        for document in try state.post(changes, cause: cause) {
            outputs.append(Output(topic: topics.ledger, key: key, value: document, type: EventType.documentPosted))
        }
        for deal in Set(changes.map(\.earning.credit.key.deal)).sorted() {
            outputs.append(try commission(of: deal, state))
        }
    }

    /// A tombstone when the deal no longer pays this payee anything.
    private func commission(of deal: DealID, _ state: PayeeState) throws -> Output {
        let components = try state.commission(of: deal)
        var total = Number.zero
        for component in components { try total += component.amount.amount }
        let value = WireDealCommission.with {
            $0.deal = deal.text
            $0.payee = state.id.text
            $0.amount = total.description
            $0.currency = components.first?.amount.currency.code ?? ""
            $0.components = components.map { component in
                .with {
                    $0.component = component.component
                    $0.amount = component.amount.amount.description
                }
            }
        }
        return Output(
            topic: topics.dealCommissions, key: Array("\(deal)/\(state.id)".utf8), partitionKey: Array(deal.text.utf8),
            value: components.isEmpty ? nil : try value.encoded(), type: EventType.dealCommission)
    }

    func save(to database: Database) throws {
        for id in touched.sorted() {
            guard var payee = loaded[id] else { continue }
            try store.save(payee.state, terms: payee.terms, changed: payee.changed)
            payee.changed = []
            loaded[id] = payee
        }
        if weight > PayeeTask.weightLimit {
            loaded = loaded.filter { touched.contains($0.key) }
            weight = loaded.values.reduce(0) { $0 + $1.state.credits.count }
        }
        touched = []
    }
}

/// A payee event, decoded and checked in full before it changes anything.
private struct Event {
    let payee: PayeeID
    let kind: Kind

    enum Kind {
        case assigned(Credit)
        case withdrawn(CreditKey)
        case agreed(WireContractsChanged, [Agreement])
    }

    init(_ record: ConsumedRecord) throws {
        let wire = try WirePayeeEvent(decoding: record.record.value)
        guard !wire.payee.isEmpty, record.record.key == Array(wire.payee.utf8) else {
            throw WireError("the record's key is not the payee '\(wire.payee)'")
        }
        payee = PayeeID(wire.payee)
        guard payee.isStorable else { throw WireError("the payee's ID has more than 200 bytes or a control character") }
        switch wire.event {
        case .creditAssigned(let credit):
            let credit = try credit.domain()
            try Event.check(credit.key)
            guard credit.amount.isWithinLimit else {
                throw WireError("the credit's amount \(credit.amount) is beyond \(Money.limit)")
            }
            kind = .assigned(credit)
        case .creditWithdrawn(let key):
            try Event.check(key.domain)
            kind = .withdrawn(key.domain)
        case .contractsChanged(let terms): kind = .agreed(terms, try Agreement.all(in: terms, of: PayeeID(wire.payee)))
        case .periodClosed, .adjustment, .statementApproved, nil:
            throw WireError("the payee event says nothing that this version knows")
        }
    }

    private static func check(_ key: CreditKey) throws(WireError) {
        guard key.deal.isStorable, key.line.isStorable, key.role.isStorable else {
            throw WireError("deal, line or role of the credit has more than 200 bytes or a control character")
        }
    }
}
