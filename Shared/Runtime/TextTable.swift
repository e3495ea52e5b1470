/// Aligned columns for a terminal: words left, numbers right.
package struct TextTable: Sendable {
    package enum Alignment: Sendable { case left, right }

    private let titles: [String]
    private let alignments: [Alignment]
    private var rows: [[String]] = []

    /// A column whose alignment is not given is aligned left.
    package init(_ titles: [String], _ alignments: [Alignment] = []) {
        self.titles = titles
        self.alignments = titles.indices.map { $0 < alignments.count ? alignments[$0] : .left }
    }

    /// A shorter row is filled up with nothing.
    package mutating func append(_ cells: [String]) {
        let clean = cells.prefix(titles.count).map(\.printable)
        rows.append(clean + Array(repeating: "", count: titles.count - clean.count))
    }

    package var isEmpty: Bool { rows.isEmpty }

    /// Title line, rule, rows; each ends with a line break and carries no space at its end.
    package var text: String {
        var widths = titles.map(\.columns)
        for row in rows {
            for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.columns) }
        }
        var result = line(titles, widths) + line(widths.map { String(repeating: "─", count: $0) }, widths)
        for row in rows { result += line(row, widths) }
        return result
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var result = ""
        for (index, cell) in cells.enumerated() {
            let space = String(repeating: " ", count: widths[index] - cell.columns)
            result += (index > 0 ? "  " : "") + (alignments[index] == .right ? space + cell : cell + space)
        }
        while result.last == " " { result.removeLast() }
        return result + "\n"
    }
}
