import Domain
import Records
import Streams
import SwiftProtobuf

/// The company changed: skipped deals get another look, and those credited deals that the change may concern.
extension CreditingTask {
    /// So many deals are credited anew, or looked at, before what is left goes into the log as a record of its own:
    /// what one record leads to stays in bounds, and other deals get their turn.
    private static let creditedAtMost = 1000
    private static let seenAtMost = 20_000
    private static let page = 1000
    /// Bytes of bodies; what is beyond is read when it is looked at.
    private static let aheadAtMost = 32 << 20

    private struct Chosen {
        let id: DealID
        let state: DealState
        let isAnew: Bool
    }

    func retry(
        _ event: DealEvent, _ affected: AffectedDeals, after start: String, _ outputs: inout Outputs
    ) throws {
        let (chosen, after) = try choose(affected, after: start)
        try readAhead(chosen)
        for it in chosen { try look(at: it, &outputs) }
        ahead = [:]
        if let after { try goOn(event, after: after, &outputs) }
    }

    /// The next deals in the order of their IDs, and the one to go on after; `nil` when there are no more.
    private func choose(_ affected: AffectedDeals, after start: String) throws -> ([Chosen], after: String?) {
        var chosen: [Chosen] = []
        var (after, seen) = (start, 0)
        while true {
            let page = try store.deals(after: after, onlySkipped: affected.isEmpty, limit: CreditingTask.page)
            for (id, state) in page {
                guard chosen.count < CreditingTask.creditedAtMost, seen < CreditingTask.seenAtMost else {
                    return (chosen, after)
                }
                let isAnew = !state.problems.isEmpty || affected.isRead(state)
                if isAnew || affected.isCredited(state) {
                    chosen.append(Chosen(id: id, state: state, isAnew: isAnew))
                }
                seen += 1
                after = id.text
            }
            if page.count < CreditingTask.page { return (chosen, nil) }
        }
    }

    /// In the order of the log, which is many times faster than in that of the deals.
    private func readAhead(_ chosen: [Chosen]) throws {
        var offsets: Set<Int64> = []
        for it in chosen {
            if it.isAnew {
                offsets.formUnion(it.state.offsets)
            } else if let standing = standing(of: it.state) {
                let revisions = [standing.revision, standing.latest, standing.cancellation].compactMap(\.self)
                offsets.formUnion(revisions.map(\.offset))
            }
        }
        var bytes = 0
        for offset in offsets.sorted() where bytes < CreditingTask.aheadAtMost {
            let read = try read(at: offset)
            ahead[offset] = read
            bytes += read.event.body.count
        }
    }

    private func goOn(_ event: DealEvent, after: String, _ outputs: inout Outputs) throws {
        guard case .retry(let affected, _) = event.act else { return }
        var next = event
        next.act = .retry(affected, after: after)
        outputs.append(
            Output(
                topic: source.topic, key: Array("retry".utf8), partition: source.partition, value: try next.encoded(),
                type: EventType.dealRetried))
    }

    private func look(at it: Chosen, _ outputs: inout Outputs) throws {
        var after = it.state
        if it.isAnew { try placeAnew(it.id, &after, &outputs) }
        try evaluate(it.id, &after, nil, &outputs)
        tally.replace(it.state, by: after)
        try store.set(after, for: it.id)
    }
}
