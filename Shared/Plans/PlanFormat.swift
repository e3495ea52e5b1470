package import Domain

/// A plan file in house order: its parts in the order of the reference, a blank line between them, no spaces at the end of
/// a line. Comments stay above what they stand above.
package enum PlanFormat {
    /// The text in house order; throws what is wrong with it, since only a plan that can be read is formatted.
    package static func formatted(_ text: String, file: String) throws(FileProblems) -> String {
        let before = try Plan(parsing: text, file: file)
        let result = arranged(text)
        let after = try Plan(parsing: result, file: file)
        let isSame =
            before.words == after.words && before.measures == after.measures
            && before.components == after.components && before.examples == after.examples
        guard isSame else {
            throw FileProblems(all: [FileProblem(file: file, "cannot be formatted without changing it")])
        }
        return result
    }

    private static func arranged(_ text: String) -> String {
        var blocks: [(key: String, lines: [String])] = []
        var loose: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map({ trimmed($0) }) {
            if let key = key(of: line) {
                blocks.append((key, loose + [line]))
                loose = []
            } else if line.isEmpty || line.hasPrefix("#") || blocks.isEmpty {
                loose.append(line)
            } else {
                blocks[blocks.count - 1].lines += loose + [line]
                loose = []
            }
        }
        let rank = { (key: String) in PlanReader.keys.firstIndex(of: key) ?? PlanReader.keys.count }
        let sorted = blocks.enumerated().sorted {
            (rank($0.element.key), $0.offset) < (rank($1.element.key), $1.offset)
        }
        var result: [String] = []
        for (_, block) in sorted {
            let lines = Array(block.lines.drop { $0.isEmpty })
            let isApart = block.lines.first?.isEmpty == true || lines.count > 1 || result.last?.hasPrefix(" ") == true
            if !result.isEmpty, isApart { result.append("") }
            result += lines
        }
        let rest = loose.filter { !$0.isEmpty }
        return (result + rest).joined(separator: "\n") + "\n"
    }

    private static func trimmed(_ line: Substring) -> String {
        var line = line
        while let last = line.last, last == " " || last == "\t" || last == "\r" { line = line.dropLast() }
        return String(line)
    }

    /// The key of a line that begins a part of the plan.
    private static func key(of line: String) -> String? {
        guard let colon = line.firstIndex(of: ":"), let first = line.first, first.isLetter else { return nil }
        return String(line[..<colon])
    }
}
