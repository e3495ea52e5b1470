import Domain
import Records
import Streams
import SwiftProtobuf

/// What becomes of a deal beside its revisions: payments, and what people decided about it.
extension CreditingTask {
    func payment(_ read: Read, in state: DealState) -> DealState.PaymentState {
        let event = read.event
        let unmapped = Payment(
            id: event.event, currency: "",
            problem: SkipReason(
                .unknownSource, "there is no mapping for source '\(event.source)'",
                remedy: "add mappings/\(event.source).yaml to the company folder, and apply"))
        let payment =
            commands.company.mappings[event.source]?.payment(from: read.body, event: event.event) ?? unmapped
        return .with {
            $0.id = payment.id
            $0.offset = read.offset
            $0.date = payment.date?.description ?? ""
            $0.amount = payment.amount?.description ?? ""
            $0.currency = payment.currency
            $0.content = .init(digest(payment.problem == nil ? Array(payment.text.utf8) : Array(event.body)))
            if let problem = payment.problem { $0.problem = problem.wire }
            $0.body = shortDigest(event.body)
            $0.event = shortDigest(event.event.utf8)
            $0.source = Int32(state.number(of: event.source))
        }
    }

    /// The first decision on a change counts.
    func decide(_ decision: WireDecision, of deal: DealID, _ outputs: inout Outputs) throws {
        try change(deal, &outputs) { state in
            guard !state.decisions.contains(where: { $0.isSameChange(as: decision) }),
                state.decisions.count < DealHistory.limit
            else { return false }
            state.decisions.append(decision)
            return true
        }
    }

    /// The first release counts.
    func release(_ deal: DealID, on day: String, _ outputs: inout Outputs) throws {
        try change(deal, &outputs) { state in
            guard state.released.isEmpty else { return false }
            state.released = day
            return true
        }
    }

    private func change(
        _ id: DealID, _ outputs: inout Outputs, _ body: (inout DealState) -> Bool
    ) throws {
        let before = try store.deal(id)
        var after = before ?? DealState()
        guard body(&after) else { return }
        try evaluate(id, &after, nil, &outputs)
        tally.replace(before, by: after)
        try store.set(after, for: id)
    }
}

/// The payments of a deal, each ID once. A function of the set of records, as a deal's history is.
struct DealPayments {
    /// By date and ID.
    var payments: [DealState.PaymentState]

    /// Each of the deal's credits carries all of them.
    static let limit = 1000

    enum Insertion: Equatable {
        case inserted, duplicate
        /// What cannot be read makes way for what can, whichever came first: it was sent again.
        case corrected(loser: DealState.PaymentState)
        /// Of two that say different things under one ID, the one with the smaller hash counts.
        case conflict(loser: DealState.PaymentState, winner: DealState.PaymentState)
    }

    mutating func insert(_ new: DealState.PaymentState) -> Insertion {
        guard let index = payments.firstIndex(where: { $0.id == new.id }) else {
            place(new)
            return .inserted
        }
        let known = payments[index]
        if known.content == new.content { return .duplicate }
        let isNewBetter =
            known.hasProblem == new.hasProblem
            ? new.content.lexicographicallyPrecedes(known.content) : known.hasProblem
        if isNewBetter {
            payments.remove(at: index)
            place(new)
        }
        let (winner, loser) = isNewBetter ? (new, known) : (known, new)
        return loser.hasProblem ? .corrected(loser: loser) : .conflict(loser: loser, winner: winner)
    }

    private mutating func place(_ new: DealState.PaymentState) {
        payments.insert(new, at: payments.partitioningIndex { ($0.date, $0.id) > (new.date, new.id) })
    }
}

extension DealState.PaymentState {
    func text(against winner: DealState.PaymentState, of deal: DealID) -> String {
        "payment \(id) of deal \(deal) says two different things: \(text) (SHA-256 \(hexadecimal(content))) is set aside, "
            + "\(winner.text) (\(hexadecimal(winner.content))) counts"
    }

    private var text: String { "\(amount) \(currency)".trimmed + " on \(date)" }
}
