import Domain
import Records

extension DealHistory {
    /// What the revisions come to.
    struct Standing: Equatable {
        /// The revision whose values count: the captured one of a deal that was won, else the latest.
        let revision: DealState.Revision
        /// What tells how the deal fares since: the latest of a deal that was won.
        let latest: DealState.Revision
        /// The revision that says when and why the deal was cancelled.
        let cancellation: DealState.Revision?
        let isAmended: Bool
        let changes: [Change]

        var provenance: String { isAmended ? "post-close" : "at-close" }
    }

    /// A revision that would pay otherwise than the one captured before it.
    struct Change: Equatable {
        let revision: DealState.Revision
        let base: DealState.Revision
        var outcome: Outcome
        var decision: WireDecision?

        enum Outcome: String, Sendable, CaseIterable {
            case frozen, accepted, waiting, approved, rejected
            /// A later revision came before anybody decided.
            case superseded
        }
    }

    /// `nil` while there is no revision. Decisions are on the deal's changes, the first on each counts.
    func standing(_ policy: PostClosePolicy, _ decisions: [WireDecision] = []) -> Standing? {
        guard let last = revisions.last else { return nil }
        if revisions.count == 1 {
            return Standing(revision: last, latest: last, cancellation: nil, isAmended: false, changes: [])
        }
        var run = Run(policy: policy, decisions: decisions)
        for revision in revisions {
            switch revision.stage {
            case .won: run.win(revision)
            case .cancelled: run.cancel(revision)
            case .open, .lost, .deleted: run = Run(policy: policy, decisions: decisions)
            }
        }
        return Standing(
            revision: run.captured ?? last, latest: run.latest ?? last, cancellation: run.cancellation,
            isAmended: run.isAmended, changes: run.changes)
    }
}

/// From a win on, until the deal is open, lost or deleted.
private struct Run {
    let policy: PostClosePolicy
    let decisions: [WireDecision]
    var captured: DealState.Revision?
    var latest: DealState.Revision?
    var cancellation: DealState.Revision?
    var isAmended = false
    var changes: [DealHistory.Change] = []

    init(policy: PostClosePolicy, decisions: [WireDecision]) {
        self.policy = policy
        self.decisions = decisions
    }

    mutating func win(_ revision: DealState.Revision) {
        latest = revision
        cancellation = nil
        supersede()
        // What could not be credited was not captured: the first revision without a flaw is the one that closes the deal.
        guard let base = captured, isAmended || !base.isFlawed else {
            captured = revision
            return
        }
        guard base.content != revision.content else { return }
        let decision = decisions.first { $0.revision == revision.order && $0.content.elementsEqual(revision.hash) }
        let outcome = outcome(decision)
        changes.append(
            DealHistory.Change(
                revision: revision, base: base, outcome: outcome, decision: policy == .approve ? decision : nil))
        if outcome == .accepted || outcome == .approved { (captured, isAmended) = (revision, true) }
    }

    private func outcome(_ decision: WireDecision?) -> DealHistory.Change.Outcome {
        switch policy {
        case .freeze: .frozen
        case .accept: .accepted
        case .approve: decision.map { $0.approved ? .approved : .rejected } ?? .waiting
        }
    }

    /// Of a deal that was never won, nothing is cancelled. A day that the source states counts before the time at which
    /// it said so first.
    mutating func cancel(_ revision: DealState.Revision) {
        guard captured != nil else { return }
        latest = revision
        supersede()
        if cancellation == nil || revision.cancelled != nil { cancellation = revision }
    }

    private mutating func supersede() {
        guard let index = changes.indices.last, changes[index].outcome == .waiting else { return }
        changes[index].outcome = .superseded
    }
}
