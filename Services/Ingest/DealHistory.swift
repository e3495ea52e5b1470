import Domain
import Records

/// All revisions of a deal, in the order its source gives them, and what they come to. A function of the set of
/// revisions: the order in which they arrived leaves no trace.
///
///      open ──▶ won (captured) ──▶ won again: a post-close change, by policy frozen, held for approval or accepted
///       ▲        │  ▲    │
///       │        │  │    └──▶ cancelled: stays captured ──▶ won back
///       └────────┴──┴──▶ open, lost, deleted: nothing is captured any more
struct DealHistory {
    var revisions: [DealState.Revision]

    /// One deal with more is no deal but a loop in somebody's integration.
    static let limit = 10_000

    enum Insertion: Equatable {
        case inserted
        /// Delivered before.
        case duplicate
        /// Says what the one before it says.
        case repetition
        /// The same body through another source: the later one counts, for which somebody had a reason.
        case replaced(DealState.Revision)
        /// Another body under the same stated revision: of two, the one with the smaller hash counts, whichever came first.
        case conflict(loser: DealState.Revision, winnerHash: [UInt8])
    }

    /// They are inserted in the order of the log.
    mutating func insert(_ new: DealState.Revision) -> Insertion {
        if new.isStated {
            if let index = revisions.firstIndex(where: { $0.isStated && $0.order == new.order }) {
                return resolve(new, at: index)
            }
        } else if revisions.contains(where: { $0.event == new.event && $0.trace.saysSame(as: new.trace) }) {
            return .duplicate
        }
        let index = place(of: new)
        if !new.isStated, index > 0, !revisions[index - 1].isStated, revisions[index - 1].trace.saysSame(as: new.trace)
        {
            return .repetition
        }
        revisions.insert(new, at: index)
        return .inserted
    }

    /// A version number tells no time: a revision that comes without one stands behind all that came before it, and no
    /// higher number before it.
    private func place(of new: DealState.Revision) -> Int {
        guard new.isVersion || revisions.contains(where: \.isVersion) else {
            return revisions.partitioningIndex { ($0.order, $0.offset) > (new.order, new.offset) }
        }
        return revisions.firstIndex { new.isStated && $0.isStated && $0.order > new.order } ?? revisions.count
    }

    private mutating func resolve(_ new: DealState.Revision, at index: Int) -> Insertion {
        let known = revisions[index]
        if known.hash == new.hash {
            if known.trace.saysSame(as: new.trace) { return .duplicate }
            revisions[index] = new
            return .replaced(known)
        }
        guard new.hash.lexicographicallyPrecedes(known.hash) else {
            return .conflict(loser: new, winnerHash: known.hash)
        }
        revisions[index] = new
        return .conflict(loser: known, winnerHash: new.hash)
    }
}

extension DealState.Revision {
    fileprivate var isVersion: Bool { isStated && Instant(ofRevision: order) == nil }
}
