import Domain
import Foundation
import Records
import Runtime

/// Where every payee's chain ended at some time, kept outside the log: a chain alone cannot tell that its end was cut
/// off, or that all of it was written anew.
///
///     payee,sequence,sha256
struct Anchor {
    let heads: [PayeeID: Head]

    var text: String {
        var csv = CSVText()
        for (payee, head) in heads.sorted(by: { $0.key < $1.key }) {
            csv.row([.text(payee.text), .number(String(head.sequence)), .number(hexadecimal(head.hash))])
        }
        return csv.text
    }

    /// One hash for the whole ledger: SHA-256 of the anchor's text.
    var hash: String { hexadecimal(digest(text.utf8)) }

    init(heads: [PayeeID: Head]) { self.heads = heads }

    init(path: String) throws {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Problem(where: "--anchor", "\(path) cannot be read", remedy: "Check the path.")
        }
        var heads: [PayeeID: Head] = [:]
        for (index, line) in text.split(whereSeparator: \.isNewline).enumerated() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count >= 3, let sequence = Int64(fields[fields.count - 2]),
                let hash = Anchor.bytes(fields[fields.count - 1])
            else {
                throw Problem(
                    where: "\(path) line \(index + 1)", "is not 'payee,sequence,sha256'",
                    remedy: "Use a file that 'statements verify --write-anchor' wrote.")
            }
            heads[PayeeID(Anchor.unquoted(fields.dropLast(2).joined(separator: ",")))] = Head(
                sequence: sequence, hash: hash)
        }
        self.heads = heads
    }

    private static func bytes(_ text: Substring) -> [UInt8]? {
        let digits = text.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }

    /// Undoes what `CSVText` does to a text.
    private static func unquoted(_ cell: String) -> String {
        var text = cell
        if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") {
            text = text.dropFirst().dropLast().split(separator: "\"\"", omittingEmptySubsequences: false)
                .joined(separator: "\"")
        }
        if text.hasPrefix("'"), text != "'", CSVText.isFormula(String(text.dropFirst())) { text.removeFirst() }
        return text
    }
}
