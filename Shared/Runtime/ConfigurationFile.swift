import Domain

/// A configuration file: a setting a line, `name: value`; `#` begins a comment line. Nothing is quoted, nothing
/// nests, so that every error has a line and a value is what stands after the colon.
struct ConfigurationFile: Sendable {
    struct Entry: Sendable {
        let value: String
        let line: Int
    }

    let path: String
    private(set) var entries: [String: Entry] = [:]
    private var problems: [Problem] = []

    /// What is wrong is told by `check`, all at once.
    init(path: String, text: String) {
        self.path = path
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            do { try take(String(line).trimmed, line: index + 1) } catch { problems.append(error) }
        }
    }

    private mutating func take(_ line: String, line number: Int) throws(Problem) {
        guard !line.isEmpty, !line.hasPrefix("#") else { return }
        guard let colon = line.firstIndex(of: ":") else {
            throw Problem(
                where: "\(path) line \(number)", "there is no colon",
                remedy: "Write one setting a line, such as 'application: attain'.")
        }
        let name = String(line[..<colon]).trimmed
        if let earlier = entries[name] {
            throw Problem(
                where: "\(path) line \(number)", "\(name) is already set in line \(earlier.line)",
                remedy: "Keep one of the two.")
        }
        entries[name] = Entry(value: String(line[line.index(after: colon)...]).trimmed, line: number)
    }

    /// Throws everything that is wrong with the file.
    ///
    /// Names that no program knows are mistakes, never passed over: a misspelt `partitions` would be one for ever.
    func check(known: Set<String>, program: String, programs: Set<String>) throws(Problems) {
        let foreign = programs.subtracting([program])
        var problems = problems
        for (name, entry) in entries.sorted(by: { $0.value.line < $1.value.line }) {
            let owner = name.split(separator: ".").first.map(String.init) ?? ""
            let bare = owner == program ? String(name.dropFirst(owner.utf8.count + 1)) : name
            if known.contains(bare) || bare.hasPrefix("property.") || foreign.contains(owner) { continue }
            problems.append(
                Problem(
                    where: "\(path) line \(entry.line)",
                    "there is no setting '\(name)'\(suggestion(for: bare, among: known.sorted()))",
                    remedy: "Correct it or take it out."))
        }
        guard problems.isEmpty else { throw Problems(problems) }
    }
}

extension String {
    /// Without spaces, tabs and carriage returns at both ends.
    var trimmed: String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }
        guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) }) else {
            return ""
        }
        return String(self[first...last])
    }
}
