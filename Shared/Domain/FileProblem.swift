/// Something wrong in a file a person wrote.
package struct FileProblem: Error, Hashable, Sendable, CustomStringConvertible {
    package let file: String
    package let line: Int?
    package let column: Int?
    package let message: String

    package init(file: String, line: Int? = nil, column: Int? = nil, _ message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    package var description: String {
        let place = [file, line.map(String.init), column.map(String.init)].compactMap { $0 }.joined(separator: ":")
        return "\(place): \(message)"
    }
}

/// All that is wrong, at once.
package struct FileProblems: Error, Sendable, CustomStringConvertible {
    package let all: [FileProblem]

    package init(all: [FileProblem]) { self.all = all }

    package var description: String { all.map(\.description).joined(separator: "\n") }
}
