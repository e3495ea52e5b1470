/// What is wrong, where, and what to do about it: the same for a terminal, a log and an HTTP response.
package struct Problem: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    /// The flag, file and line, field or address that it is about.
    package let `where`: String
    /// What is wrong with it, in the present tense, without a full stop.
    package let message: String
    /// What to do, as a whole sentence.
    package let remedy: String

    package init(where place: String, _ message: String, remedy: String) {
        self.where = place
        self.message = message
        self.remedy = remedy
    }

    package var description: String { "\(`where`): \(message). \(remedy)" }
}

/// Several at once: all that can be found is reported together.
package struct Problems: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    package let problems: [Problem]

    package init(_ problems: [Problem]) { self.problems = problems }

    package var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// The candidate that is most likely meant, if any is close: at most a third of the letters differ.
package func suggestion(for word: String, among candidates: some Sequence<String>) -> String? {
    let scored = candidates.map { (distance: editDistance(word, $0), name: $0) }
    guard let best = scored.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }) else { return nil }
    return best.distance * 3 <= max(word.count, best.name.count) ? best.name : nil
}

/// Levenshtein's: insertions, deletions and replacements that lead from one to the other.
private func editDistance(_ left: String, _ right: String) -> Int {
    let target = Array(right)
    var row = Array(0...target.count)
    for (index, letter) in left.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for column in target.indices {
            let replaced = diagonal + (letter == target[column] ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
        }
    }
    return row[target.count]
}
