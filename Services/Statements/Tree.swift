import Runtime

/// What leads to what, for a terminal.
struct Tree: Hashable, Sendable {
    /// May have several lines.
    let text: String
    var branches: [Tree]

    init(_ text: String, _ branches: [Tree] = []) {
        self.text = text
        self.branches = branches
    }

    /// Each line ends with a line break; what comes from outside cannot move the cursor.
    var lines: String { lines(first: "", rest: "") }

    private func lines(first: String, rest: String) -> String {
        var result = ""
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            result += (index == 0 ? first : rest + (branches.isEmpty ? "" : "│ ")) + String(line).printable + "\n"
        }
        for (index, branch) in branches.enumerated() {
            let isLast = index == branches.count - 1
            result += branch.lines(first: rest + (isLast ? "└─ " : "├─ "), rest: rest + (isLast ? "   " : "│  "))
        }
        return result
    }
}
