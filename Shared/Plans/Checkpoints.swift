/// What the evaluation of the next credit starts from: the contract that covered the last one, and the sums behind it;
/// neither where no contract did.
package struct Start: Hashable, Sendable {
    package var contract: Int?
    package var sums: Evaluator.Sums?

    package init(contract: Int? = nil, sums: Evaluator.Sums? = nil) {
        self.contract = contract
        self.sums = sums
    }
}

/// The starts of a payee's credits, kept before every so many of them: a late credit is evaluated from the nearest start
/// before it. That is a handful of bytes a credit in place of all sums, for at most `spacing` steps more.
package struct Checkpoints: Sendable {
    /// How many credits lie between two kept starts, at least.
    private static let spacing = 16

    package struct Checkpoint: Hashable, Sendable {
        /// The place of the credit that comes next.
        package fileprivate(set) var place: Int
        package let start: Start
    }

    /// By place.
    private var kept: [Checkpoint] = []

    package init() {}

    /// The last one kept before a credit or before one ahead of it; `nil` means that all begins anew.
    package func nearest(to place: Int) -> Checkpoint? {
        let index = index(of: place + 1)
        return index > 0 ? kept[index - 1] : nil
    }

    /// Whether the start of a credit is far enough from the last one to be kept; asked in order.
    package func isDue(_ place: Int) -> Bool { kept.last.map { place >= $0.place + Checkpoints.spacing } ?? true }

    package mutating func keep(_ start: Start, before place: Int) {
        kept.append(Checkpoint(place: place, start: start))
    }

    /// Takes out all that were kept behind a place, as when credits there change.
    package mutating func removeAll(behind place: Int) -> [Checkpoint] {
        let index = index(of: place + 1)
        guard index < kept.count else { return [] }
        defer { kept.removeSubrange(index...) }
        return Array(kept[index...])
    }

    package mutating func remove(at place: Int) {
        let index = index(of: place)
        while index < kept.count, kept[index].place == place { kept.remove(at: index) }
    }

    /// Those up to a place, in order.
    package func all(upTo place: Int) -> ArraySlice<Checkpoint> { kept[..<index(of: place + 1)] }

    /// The first credits are gone, and the others have come to the front.
    package mutating func removeFirst(_ places: Int) {
        kept.removeSubrange(..<index(of: places))
        move(behind: -1, by: -places)
    }

    /// Puts back what holds still.
    package mutating func append(_ checkpoints: ArraySlice<Checkpoint>) { kept += checkpoints }

    /// The credits from a place on have moved.
    package mutating func move(behind place: Int, by places: Int) {
        var index = index(of: place + 1)
        while index < kept.count {
            kept[index].place += places
            index += 1
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
