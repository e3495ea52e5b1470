/// States of a sequence kept before every so many of its members, so that one in the middle can be evaluated again from
/// the nearest state before it: a handful of bytes a member in place of a whole state, for at most `spacing` steps more.
package struct Checkpoints<State: Hashable & Sendable>: Sendable {
    /// How many members lie between two kept states, at least.
    package static var spacing: Int { 64 }

    package struct Checkpoint: Hashable, Sendable {
        /// The place of the member that comes next.
        package fileprivate(set) var place: Int
        package let state: State
    }

    /// By place.
    private var kept: [Checkpoint] = []

    package init() {}

    package var count: Int { kept.count }

    /// The last state kept before a member or before one ahead of it; `nil` means that all begins anew.
    package func nearest(to place: Int) -> Checkpoint? {
        let index = index(of: place + 1)
        return index > 0 ? kept[index - 1] : nil
    }

    /// What was kept before exactly this member.
    package subscript(place: Int) -> State? {
        let index = index(of: place)
        return index < kept.count && kept[index].place == place ? kept[index].state : nil
    }

    /// Keeps a state where the last one is far enough away; members have to come in order.
    package mutating func keep(_ state: State, before place: Int) {
        if let last = kept.last, place < last.place + Checkpoints.spacing { return }
        kept.append(Checkpoint(place: place, state: state))
    }

    /// Takes out all states behind a place, as when members there change.
    package mutating func removeAll(behind place: Int) -> ArraySlice<Checkpoint> {
        let index = index(of: place + 1)
        defer { kept.removeSubrange(index...) }
        return kept[index...]
    }

    /// Puts states back that hold still, for members that have moved by so many places.
    package mutating func append(_ states: some Sequence<Checkpoint>, movedBy places: Int) {
        for var state in states {
            state.place += places
            kept.append(state)
        }
    }

    /// Of the first that is kept at a place or behind it.
    private func index(of place: Int) -> Int {
        var (low, high) = (0, kept.count)
        while low < high {
            let middle = (low + high) / 2
            if kept[middle].place < place { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
