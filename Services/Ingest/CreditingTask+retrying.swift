import Domain
import Records
import Streams
import SwiftProtobuf

/// The company changed: skipped deals get another look, and those credited deals that the change may concern.
extension CreditingTask {
    /// So many deals are credited anew, or looked at, before what is left goes into the log as a record of its own:
    /// what one record leads to stays in bounds, and other deals get their turn.
    private static let creditedAtMost = 500
    private static let seenAtMost = 20_000
    private static let page = 1000

    func retry(_ event: WireDealEvent, _ outputs: inout Outputs) throws {
        let affected = AffectedDeals(event.affected)
        var (after, seen, credited) = (event.after, 0, 0)
        while true {
            let page = try store.deals(
                after: after, onlySkipped: affected.isEmpty, limit: CreditingTask.page)
            for (id, state) in page {
                guard credited < CreditingTask.creditedAtMost, seen < CreditingTask.seenAtMost else {
                    return try goOn(event, after: after, &outputs)
                }
                let isAnew = !state.problems.isEmpty || affected.isRead(state)
                if isAnew || affected.isCredited(state) {
                    try look(at: id, state, isAnew: isAnew, &outputs)
                    credited += 1
                }
                seen += 1
                after = id.text
            }
            if page.count < CreditingTask.page { return }
        }
    }

    private func goOn(_ event: WireDealEvent, after: String, _ outputs: inout Outputs) throws {
        var next = event
        next.after = after
        outputs.append(
            Output(
                topic: source.topic, key: Array("retry".utf8), partition: source.partition, value: try next.encoded(),
                type: EventType.dealRetried))
    }

    private func look(at id: DealID, _ before: WireDealState, isAnew: Bool, _ outputs: inout Outputs) throws {
        var after = before
        if isAnew { try readAnew(id, &after, &outputs) }
        try evaluate(id, &after, nil, &outputs)
        tally.replace(before, by: after)
        store.set(after, for: id)
    }

    /// The mapping that reads them may be what was mended: only it can tell that two records are one revision.
    private func readAnew(_ id: DealID, _ state: inout WireDealState, _ outputs: inout Outputs) throws {
        var history = DealHistory(revisions: [])
        for known in state.revisions {
            let read = try read(at: known.offset)
            let insertion = history.insert(revision(of: read.event, at: read.offset, read.body))
            guard case .conflict(let loser, let winner) = insertion else { continue }
            report(loser, against: winner, of: id, &outputs)
            countSetAside(&state)
        }
        var payments = DealPayments(payments: [])
        for known in state.payments {
            let read = try read(at: known.offset)
            let insertion = payments.insert(payment(of: read.event, at: read.offset, read.body))
            guard case .conflict(let loser, let winner) = insertion else { continue }
            setAside(loser.offset, loser.text(against: winner, of: id), &outputs)
            countSetAside(&state)
        }
        state.revisions = history.revisions
        state.payments = payments.payments
        state.changes = []
    }

    private func countSetAside(_ state: inout WireDealState) {
        state.received -= 1
        tally.count(kept: -1, quarantined: 1)
    }
}
