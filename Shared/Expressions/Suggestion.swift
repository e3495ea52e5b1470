/// The candidate nearest to a mistyped word: by edit distance with transpositions, at most a third of the word wrong,
/// letter case counting for nothing; among equals the first.
func suggestion(for word: String, among candidates: some Sequence<String>) -> String? {
    let limit = 64
    let typed = Array(word.unicodeScalars.prefix(limit)).map(folded)
    var best: (distance: Int, candidate: String)?
    for candidate in candidates where !same(candidate, word) {
        let distance = editDistance(typed, Array(candidate.unicodeScalars.prefix(limit)).map(folded))
        guard distance <= max(1, typed.count / 3), distance < best?.distance ?? .max else { continue }
        best = (distance, candidate)
    }
    return best?.candidate
}

private func folded(_ scalar: Unicode.Scalar) -> UInt32 {
    (65...90).contains(scalar.value) ? scalar.value + 32 : scalar.value
}

/// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.
private func editDistance(_ left: [UInt32], _ right: [UInt32]) -> Int {
    var before: [Int] = []
    var previous = Array(0...right.count)
    for row in left.indices {
        var current = [row + 1]
        for column in right.indices {
            let isEqual = left[row] == right[column]
            var cost = min(previous[column + 1] + 1, current[column] + 1, previous[column] + (isEqual ? 0 : 1))
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                cost = min(cost, before[column - 1] + 1)
            }
            current.append(cost)
        }
        (before, previous) = (previous, current)
    }
    return previous[right.count]
}
