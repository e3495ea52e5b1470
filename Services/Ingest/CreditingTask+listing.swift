import Domain
import Records
import Streams
import SwiftProtobuf

/// Keeps `skipped-deals` telling what of a deal waits: why it is not credited, what was changed after its close.
extension CreditingTask {
    /// Changes of a deal that are told, the latest ones.
    private static let changeLimit = 20

    func list(
        _ problems: [SkipReason], of deal: Deal, _ state: inout DealState,
        _ event: @autoclosure () throws -> DealEvent,
        _ outputs: inout Outputs
    ) throws {
        if problems.isEmpty, state.problems.isEmpty, state.changes.isEmpty, state.listed == 0 {
            state.frozenChanges = false
            return
        }
        state.problems = problems.map(\.wire)
        state.frozenChanges = state.changes.contains { $0.outcome == DealHistory.Change.Outcome.frozen.rawValue }
        var listed = WireSkippedDeal.with {
            $0.deal = deal.id.text
            $0.problems = state.problems
            $0.changes = state.changes
            $0.stage = deal.stage.rawValue
            $0.closed = deal.closed?.description ?? ""
        }
        let isEmpty = listed.problems.isEmpty && listed.changes.isEmpty
        let digest = isEmpty ? 0 : shortDigest(try listed.encoded())
        guard digest != state.listed else { return }
        state.listed = digest
        let event = try event()
        listed.source = event.source
        listed.provenance = event.provenance
        listed.received = event.received
        outputs.append(
            Output(
                topic: topics.skippedDeals, key: Array(deal.id.text.utf8), value: isEmpty ? nil : try listed.encoded(),
                type: EventType.dealSkipped))
    }

    /// Payments and releases of a deal that has not come wait for it.
    func listWaiting(
        _ id: DealID, _ state: inout DealState, _ current: Read?, _ outputs: inout Outputs
    ) throws {
        var problems: [SkipReason] = []
        _ = payments(of: &state, currency: "", &problems)
        for index in state.payments.indices { state.payments[index].isSkipped = true }
        let readable = state.payments.filter { !$0.hasProblem }
        var what = readable.prefix(5).map { "payment \($0.id)" }
        if readable.count > 5 { what.append("\(readable.count - 5) more") }
        if !state.released.isEmpty { what.append("the release of \(state.released)") }
        let waiting = SkipReason(
            .unknownDeal, "\(what.joined(separator: ", ")) came, the deal did not",
            remedy: "import the deal, or correct the deal's ID where that comes from")
        let first = state.payments.first?.offset
        func event() throws -> DealEvent {
            if let current { return current.event }
            return try first.map { try read(at: $0).event } ?? DealEvent(.received)
        }
        if !what.isEmpty { problems.append(waiting) }
        try list(SkipReason.bounded(problems), of: Deal(id: id, stage: .open), &state, try event(), &outputs)
    }

    /// What the changes after the close would change, in words; what was worked out before is kept.
    func compare(
        _ standing: DealHistory.Standing, _ state: inout DealState, _ read: ReadRevision
    ) throws {
        let known = state.changes
        if known.isEmpty, standing.changes.isEmpty { return }
        state.changes = try standing.changes.suffix(CreditingTask.changeLimit).map { change in
            let found = known.first {
                $0.revision == change.revision.order && $0.content.elementsEqual(change.revision.hash)
                    && $0.base == change.base.order
            }
            var wire = try found ?? self.change(change, read)
            wire.outcome = change.outcome.rawValue
            wire.by = change.decision?.by ?? ""
            wire.reason = change.decision?.reason ?? ""
            return wire
        }
    }

    private func change(_ change: DealHistory.Change, _ read: ReadRevision) throws -> WireDealChange {
        let (old, new) = (try read(change.base), try read(change.revision))
        return .with {
            $0.revision = change.revision.order
            $0.content = .init(change.revision.hash)
            $0.base = change.base.order
            $0.received = new.event.received
            $0.provenance = new.event.provenance
            $0.differences = text(of: new).differences(from: text(of: old))
        }
    }

    private func text(of read: Read) -> DealText {
        DealText(mapping(read.event.source)?.deal(from: read.body).deal ?? Deal(id: "", stage: .open))
    }
}
