import Testing

/// What the house does without, and says so with a reason.
@Suite("House rules")
struct WordingTests {
    /// These tests name what they forbid.
    private static let all = Repository.files.filter { !$0.path.hasPrefix("Tests/TidyTests/") && !$0.isGenerated }

    @Test(
        "nothing is forced: what cannot fail needs no try!, what can is handled",
        arguments: ["try!", " as!", "@unchecked Sendable"])
    func forced(text: String) { #expect(Repository.places(of: text, in: WordingTests.all) == []) }

    @Test("tasks are structured: each has an owner that waits for it")
    func structured() {
        let loose = WordingTests.all.flatMap { file in
            file.code.filter { line in
                guard line.text.contains("Task"), !line.text.contains("struct Task") else { return false }
                return line.text.contains(
                    /(?:^|[^A-Za-z.])Task(?:\.detached|\.init)?\s*(?:<[^>]*>)?(?:\([^)]*\))?\s*\{/)
            }.map { "\(file.path):\($0.number)" }
        }
        #expect(loose == [])
    }

    @Test(
        "what is not done is not hinted at in the sources",
        arguments: ["TO" + "DO", "FIX" + "ME", "XX" + "X:", "HA" + "CK:"])
    func unfinished(word: String) {
        let places = WordingTests.all.flatMap { file in
            file.lines.enumerated().filter { $1.contains(word) }.map { "\(file.path):\($0.offset + 1)" }
        }
        #expect(places == [])
    }

    @Test(
        "money and everything behind it is exact, and the same on every day and machine",
        arguments: [
            "Double", "Float", "Date()", "UUID()", ".random", "Locale", "TimeZone", "hashValue", "ContinuousClock",
            "SuspendingClock",
        ])
    func exact(word: String) {
        let pure = ["Domain", "Expressions", "Plans", "Records", "Calculation"].flatMap {
            Repository.files(in: "Shared/\($0)")
        }.filter { !$0.isGenerated }
        let isName = word.last?.isLetter == true
        let places = Repository.places(of: word, in: pure) { line in
            // Only the whole word: CEL's `double` and its functions are spelt otherwise.
            guard isName, let range = line.firstRange(of: word) else { return true }
            return range.upperBound == line.endIndex || !line[range.upperBound].isLetter
        }
        #expect(places == [])
    }

    @Test("a name says what a thing is, not that it is useful")
    func names() {
        let banned = ["Utilities", "Utility", "Helpers", "Common", "Manager", "Extensions"]
        for file in WordingTests.all {
            #expect(banned.filter { WordingTests.words(file.name).contains($0) } == [], "\(file.path)")
            for (number, text) in file.code {
                guard
                    let match = text.firstMatch(
                        of: /\b(?:struct|class|enum|protocol|actor|typealias)\s+([A-Za-z0-9_]+)/)
                else { continue }
                #expect(banned.filter { WordingTests.words(match.1).contains($0) } == [], "\(file.path):\(number)")
            }
        }
    }

    /// `ProgramOptions` is `Common` and `Options`.
    private static func words(_ name: Substring) -> [String] {
        var words: [String] = []
        for character in name {
            if character.isUppercase || words.isEmpty { words.append("") }
            if character.isLetter { words[words.count - 1].append(character) }
        }
        return words
    }

    /// Functions of more than 60 lines, and why.
    private static let longFunctions: [String: String] = [:]

    @Test("a function fits on a screen")
    func functions() {
        for file in WordingTests.all {
            for (name, length) in WordingTests.functions(of: file) where length > 60 {
                #expect(
                    WordingTests.longFunctions["\(file.path) \(name)"] != nil,
                    "\(file.path): \(name) has \(length) lines")
            }
        }
    }

    /// As the formatter leaves them: a function ends at the first brace that stands where the function begins.
    private static func functions(of file: SourceFile) -> [(name: String, length: Int)] {
        var result: [(name: String, length: Int)] = []
        for (start, line) in file.lines.enumerated() {
            guard let match = line.firstMatch(of: /^( *)(?:[a-z@()]+ )*(?:func ([A-Za-z0-9_]+|[^ ]+)|(init)\??[(<])/)
            else { continue }
            let end = match.1 + "}"
            guard line.hasSuffix("{") || line.hasSuffix("(") else { continue }
            guard let last = file.lines[start...].firstIndex(where: { $0 == end || $0.hasPrefix(end + " ") }) else {
                continue
            }
            result.append((String(match.2 ?? match.3 ?? ""), last - start + 1))
        }
        return result
    }

    /// Files of more than 300 lines, and why.
    private static let longFiles: [String: String] = [
        "Tests/IngestTests/BadFolderTests.swift": "one table: every mistake that a company folder can have"
    ]

    @Test("a file is read in one go")
    func files() {
        for file in WordingTests.all where file.lines.count > 301 {
            #expect(WordingTests.longFiles[file.path] != nil, "\(file.path) has \(file.lines.count) lines")
        }
    }
}
