/// A problem found in an expression before it runs.
package struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
    package enum Severity: String, Hashable, Sendable {
        case error
        /// Legal, and probably not what is meant.
        case warning
    }

    package let severity: Severity
    package let location: Location
    /// What is wrong and what was expected, without the place.
    package let message: String
    /// What the author probably meant.
    package let suggestion: String?

    /// `plan.yaml:12:8: credit has no field "amout"; did you mean "amount"?`
    package var description: String {
        "\(location): " + (severity == .warning ? "warning: " : "") + message
            + (suggestion.map { "; did you mean \"\($0)\"?" } ?? "")
    }
}

/// Why an expression is refused: every problem at once, in the order of the text.
package struct ExpressionError: Error, Hashable, Sendable, CustomStringConvertible {
    package let diagnostics: [Diagnostic]

    package var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}

/// Collects problems; at most one at a place, since what follows a first one there is its echo.
struct Diagnostics {
    static let limit = 50

    let source: Source
    private var found: [(start: Int, diagnostic: Diagnostic)] = []

    init(_ source: Source) { self.source = source }

    mutating func error(_ message: String, at range: TextRange, suggestion: String? = nil) {
        add(.error, message, range, suggestion)
    }

    mutating func warning(_ message: String, at range: TextRange) { add(.warning, message, range, nil) }

    var errors: [Diagnostic] { ordered.filter { $0.severity == .error } }
    var warnings: [Diagnostic] { ordered.filter { $0.severity == .warning } }
    var isFull: Bool { found.count >= Diagnostics.limit }

    private var ordered: [Diagnostic] {
        found.indices.sorted { (found[$0].start, $0) < (found[$1].start, $1) }.map { found[$0].diagnostic }
    }

    private mutating func add(
        _ severity: Diagnostic.Severity, _ message: String, _ range: TextRange, _ suggestion: String?
    ) {
        let isEcho = found.contains { $0.start == range.start && $0.diagnostic.severity == severity }
        guard !isFull, !isEcho else { return }
        found.append(
            (
                range.start,
                Diagnostic(
                    severity: severity, location: source.location(of: range.start), message: message,
                    suggestion: suggestion)
            ))
    }
}
