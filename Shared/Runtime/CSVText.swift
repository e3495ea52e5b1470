/// Rows as RFC 4180 writes them, safe to open in a spreadsheet.
package struct CSVText {
    package private(set) var text = ""

    package init() {}

    package enum Cell {
        /// From outside: escaped so that no spreadsheet takes it for a formula (OWASP "CSV Injection").
        case text(String)
        /// Ours: stays a number, with its sign.
        case number(String)
    }

    package mutating func row(_ cells: [Cell]) {
        text += cells.map(CSVText.written).joined(separator: ",") + "\r\n"
    }

    package mutating func title(_ names: String...) { row(names.map { .text($0) }) }

    package static func written(_ cell: Cell) -> String {
        switch cell {
        case .number(let number): return number
        case .text(let text):
            let safe = isFormula(text) ? "'" + text : text
            let needsQuotes = safe.unicodeScalars.contains { [",", "\"", "\r", "\n", "\t", "'", "\0"].contains($0) }
            guard needsQuotes else { return safe }
            // By scalars, as a spreadsheet reads it: to Swift a quote with an accent is another character.
            var quoted = String.UnicodeScalarView("\"".unicodeScalars)
            for scalar in safe.unicodeScalars {
                quoted.append(contentsOf: scalar == "\"" ? [scalar, scalar] : [scalar])
            }
            return String(quoted) + "\""
        }
    }

    /// What a spreadsheet may run, also behind spaces and in its full-width form.
    package static func isFormula(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first(where: { $0 != " " }) else { return false }
        return ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}"].contains(
            first)
    }
}
