import Runtime

/// The lines by which two versions of a file differ.
struct LineDifference {
    let removed: [(number: Int, text: String)]
    let added: [(number: Int, text: String)]

    init(from before: String, to after: String) {
        let old = before.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let new = after.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let difference = new.difference(from: old)
        removed = difference.removals.map(LineDifference.line)
        added = difference.insertions.map(LineDifference.line)
    }

    private static func line(_ change: CollectionDifference<String>.Change) -> (number: Int, text: String) {
        switch change {
        case .insert(let offset, let text, _), .remove(let offset, let text, _): (offset + 1, text)
        }
    }

    /// `3 lines go, 4 come`, then each with its number.
    var text: String {
        var text = "\(LineDifference.lines(removed.count)) removed, \(LineDifference.lines(added.count)) added\n"
        for line in removed { text += "      - \(line.number): \(line.text.printable)\n" }
        for line in added { text += "      + \(line.number): \(line.text.printable)\n" }
        return text
    }

    private static func lines(_ count: Int) -> String { count == 1 ? "1 line" : "\(count) lines" }
}
