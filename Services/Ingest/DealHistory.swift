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
        /// Delivered before, or says what the one before it says.
        case duplicate
        /// Another body under the same stated revision: of two, the one with the smaller hash counts, whichever came first.
        case conflict(loser: DealState.Revision, winnerHash: [UInt8])
    }

    mutating func insert(_ new: DealState.Revision) -> Insertion {
        if new.isStated {
            if let index = revisions.firstIndex(where: { $0.isStated && $0.order == new.order }) {
                return resolve(new, at: index)
            }
        } else if revisions.contains(where: { $0.event == new.event && $0.saysSame(as: new) }) {
            return .duplicate
        }
        let index = revisions.partitioningIndex { ($0.order, $0.offset) > (new.order, new.offset) }
        revisions.insert(new, at: index)
        arrange()
        let place = new.isStated ? 0 : revisions.firstIndex { $0.offset == new.offset } ?? 0
        if place > 0, !revisions[place - 1].isStated, revisions[place - 1].saysSame(as: new) {
            revisions.remove(at: place)
            return .duplicate
        }
        return .inserted
    }

    private mutating func resolve(_ new: DealState.Revision, at index: Int) -> Insertion {
        let known = revisions[index]
        if known.hash == new.hash { return .duplicate }
        guard new.hash.lexicographicallyPrecedes(known.hash) else {
            return .conflict(loser: new, winnerHash: known.hash)
        }
        revisions[index] = new
        arrange()
        return .conflict(loser: known, winnerHash: new.hash)
    }

    /// A version number tells no time. A revision that comes without one stands behind the highest that came before it.
    private mutating func arrange() {
        guard revisions.contains(where: \.isVersion), revisions.contains(where: { !$0.isStated }) else { return }
        var highest = Int64.min
        let placed = revisions.sorted { $0.offset < $1.offset }.map { revision in
            if revision.isStated { highest = max(highest, revision.order) }
            return (place: revision.isStated ? revision.order : highest, revision: revision)
        }
        revisions = placed.sorted {
            ($0.place, $0.revision.isStated ? 0 : 1, $0.revision.offset)
                < ($1.place, $1.revision.isStated ? 0 : 1, $1.revision.offset)
        }.map(\.revision)
    }
}

extension DealState.Revision {
    fileprivate var isVersion: Bool { isStated && Instant(ofRevision: order) == nil }

    fileprivate func saysSame(as other: Self) -> Bool { hash == other.hash && source == other.source }
}
