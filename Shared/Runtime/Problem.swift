/// What is wrong, where, and what to do about it: the same for a terminal, a log and an HTTP response.
package struct Problem: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    /// The flag, file and line, field or address that it is about.
    package let `where`: String
    /// What is wrong with it, in the present tense, without a full stop.
    package let message: String
    /// What to do, as a whole sentence.
    package let remedy: String

    package init(where place: String, _ message: String, remedy: String) {
        self.where = place
        self.message = message
        self.remedy = remedy
    }

    package var description: String { "\(`where`): \(message). \(remedy)" }
}

extension Problem {
    /// Of a state store that was read, and marked.
    package init(damaged path: String, _ error: any Error) {
        self.init(
            where: path, "is damaged (\(error))",
            remedy: "The program that keeps it makes it anew from the log: see that it runs, and try again in a moment."
        )
    }
}

/// Several at once: all that can be found is reported together.
package struct Problems: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    package let problems: [Problem]

    package init(_ problems: [Problem]) { self.problems = problems }

    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
