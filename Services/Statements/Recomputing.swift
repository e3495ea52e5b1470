import Calculation
import Domain
import Records
import Streams

/// Works out what every document of one partition must be, from `payee-events` alone and in memory of its own: nothing
/// of the calculator's stores is read, so what went wrong there cannot go wrong here.
struct Recomputing {
    struct Payee {
        var state: PayeeState
        /// The first eight bytes of every document's hash.
        var hashes: [UInt64] = []
        /// The offset of the event behind each document.
        var causes: [Int64] = []
        var head = Head()
        /// The last word on each credit, and on what is agreed.
        var credits: [CreditKey: (order: CanonicalOrder, event: PayeeEvent)] = [:]
        var agreed: PayeeEvent?
        /// How far the books were closed, each with the last document of that close.
        var closes: [(document: Int64, through: CalendarDate)] = []
        var cancelled: Set<CreditKey> = []
    }

    private(set) var payees: [PayeeID: Payee] = [:]
    private(set) var events: Int64 = 0
    private var repeated = RepeatedCoordinates()

    mutating func take(_ record: ConsumedRecord) throws {
        guard !repeated.contains(record) else { return }
        events += 1
        // What cannot be read or done went to quarantine, and changed nothing.
        let event: PayeeEvent
        do { event = try PayeeEvent(key: record.record.key, value: record.record.value) } catch {
            if error is UnknownMeaning { throw error }
            return
        }
        var payee = payees.removeValue(forKey: event.payee) ?? Payee(state: PayeeState(id: event.payee))
        defer { payees[event.payee] = payee }
        let cause = PayeeEvent.Cause(
            coordinate: "\(record.source)/\(record.offset)", occurred: Instant(milliseconds: record.record.timestamp))
        guard let effect = try? payee.state.apply(event, cause: cause) else { return }
        for document in effect.documents {
            let hash = digest(document)
            payee.head = Head(sequence: payee.head.sequence + 1, hash: hash)
            payee.hashes.append(Audit.short(hash))
            payee.causes.append(record.offset)
        }
        if let through = payee.state.closedThrough, through != payee.closes.last?.through {
            payee.closes.append((payee.head.sequence, through))
        }
        try payee.remember(event, record)
    }

    /// What every line comes to when all that is known in the end is evaluated once, from the first credit to the last,
    /// without the way that led there. Cancelled credits are left out, since what they keep depends on what was posted.
    func lines(of payee: Payee, _ id: PayeeID) throws -> [FullLine: Number] {
        var fresh = PayeeState(id: id, closedLike: payee.state)
        var sums: [FullLine: Number] = [:]
        let cause = PayeeEvent.Cause(coordinate: "", occurred: Instant(milliseconds: 0))
        let events = payee.credits.values.sorted { $0.order < $1.order }.map(\.event)
        for event in [payee.agreed].compactMap({ $0 }) + events {
            for bytes in try fresh.apply(event, cause: cause).documents {
                let document = try LedgerDocument(decoding: bytes)
                for earning in document.earnings {
                    let line = FullLine(
                        component: earning.component, credit: earning.credit.key, currency: document.currency)
                    try sums[line, default: .zero] += earning.amount
                }
            }
        }
        return sums
    }
}

/// What a component pays for a credit over all periods.
struct FullLine: Hashable, Comparable {
    let component: String
    let credit: CreditKey
    let currency: Currency

    static func < (left: Self, right: Self) -> Bool {
        left.credit == right.credit
            ? (left.component, left.currency) < (right.component, right.currency) : left.credit < right.credit
    }
}

extension Recomputing.Payee {
    fileprivate mutating func remember(_ event: PayeeEvent, _ record: ConsumedRecord) throws {
        switch try PayeeRecord(decoding: record.record.value).act {
        case .assigned(let credit):
            credits[credit.key] = (credit.canonical, event)
            let isCancelled = credit.fulfilment?.cancellation != nil
            if isCancelled { cancelled.insert(credit.key) } else { cancelled.remove(credit.key) }
        case .withdrawn(let key):
            credits[key] = nil
            cancelled.remove(key)
        case .agreed: agreed = event
        case .closed, .adjusted, .approved: break
        }
    }
}
