/// Where an expression's text comes from, so that a problem can be shown in the file its author edits.
package struct Source: Hashable, Sendable {
    package let text: String
    package let file: String
    /// Line and column, from 1, of the text's first character in the file.
    package let line: Int
    package let column: Int
    /// The column at which every further line of the text begins (a YAML block is indented).
    package let indent: Int

    package init(_ text: String, file: String = "", line: Int = 1, column: Int = 1, indent: Int = 1) {
        self.text = text
        self.file = file
        self.line = line
        self.column = column
        self.indent = indent
    }

    /// Columns count Unicode code points, as editors do.
    package func location(of offset: Int) -> Location {
        var line = line
        var column = column
        for byte in text.utf8.prefix(max(0, offset)) {
            if byte == UInt8(ascii: "\n") {
                (line, column) = (line + 1, indent)
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return Location(file: file, line: line, column: column)
    }
}

/// A place in a file, both numbers from 1.
package struct Location: Hashable, Sendable, CustomStringConvertible {
    package let file: String
    package let line: Int
    package let column: Int

    /// `plan.yaml:12:8`
    package var description: String { (file.isEmpty ? "" : "\(file):") + "\(line):\(column)" }
}

/// A part of an expression's text, in bytes of its UTF-8.
package struct TextRange: Hashable, Sendable {
    package let start: Int
    package let end: Int

    func joined(_ other: TextRange) -> TextRange { TextRange(start: min(start, other.start), end: max(end, other.end)) }
}
