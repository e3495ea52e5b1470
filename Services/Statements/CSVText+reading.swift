import Runtime

extension CSVText {
    /// The cells of what `row` wrote, or of what a spreadsheet made of it; `nil` when a quote stays open.
    static func read(_ text: String) -> [[String]]? {
        var rows: [[String]] = []
        var row: [String] = []
        var cell = ""
        var (isQuoted, wasQuoted) = (false, false)
        for scalar in text.unicodeScalars {
            switch (scalar, isQuoted) {
            case ("\"", true): (isQuoted, wasQuoted) = (false, true)
            case ("\"", false):
                // The second of two quotes inside a quoted cell is one of the text.
                if wasQuoted { cell.unicodeScalars.append(scalar) }
                isQuoted = true
            case (",", false):
                row.append(cell)
                (cell, wasQuoted) = ("", false)
            case ("\n", false):
                rows.append(row + [cell])
                (row, cell, wasQuoted) = ([], "", false)
            case ("\r", false): break
            default: cell.unicodeScalars.append(scalar)
            }
        }
        if !cell.isEmpty || !row.isEmpty { rows.append(row + [cell]) }
        return isQuoted ? nil : rows.map { $0.map(plain) }
    }

    /// Without the apostrophe that keeps a text from being a formula.
    private static func plain(_ cell: String) -> String {
        cell.hasPrefix("'") && isFormula(String(cell.dropFirst())) ? String(cell.dropFirst()) : cell
    }
}

/// Rows of a CSV file by the names of its columns.
struct CSVRows {
    struct Row {
        let line: Int
        fileprivate let cells: [String: String]

        func text(_ column: String) -> String { cells[column] ?? "" }
    }

    let rows: [Row]

    /// Throws when it is not CSV or lacks one of the columns.
    init(_ text: String, columns: [String]) throws(CSVFault) {
        guard let table = CSVText.read(text), let titles = table.first else { throw CSVFault("it is not a CSV file") }
        if let missing = columns.first(where: { !titles.contains($0) }) {
            throw CSVFault("it has no column '\(missing)'")
        }
        rows = table.dropFirst().enumerated().map { index, cells in
            Row(line: index + 2, cells: Dictionary(zip(titles, cells)) { first, _ in first })
        }
    }
}

/// A file that is not what it should be.
struct CSVFault: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
