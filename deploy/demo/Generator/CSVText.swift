import Domain

/// Rows as programs export them.
enum CSVText {
    static func bytes(_ columns: [String], _ rows: some Sequence<[String]>) -> [UInt8] {
        var bytes = Array((columns.joined(separator: ",") + "\r\n").utf8)
        for cells in rows { bytes += (cells.map(quoted).joined(separator: ",") + "\r\n").utf8 }
        return bytes
    }

    private static func quoted(_ text: String) -> String {
        guard text.contains(where: { ",\"\r\n".contains($0) }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    static func decimal(_ hundredths: Int) -> String {
        let sign = hundredths < 0 ? "-" : ""
        return sign + "\(abs(hundredths) / 100)." + String(zeroPadded: abs(hundredths) % 100, to: 2)
    }
}
