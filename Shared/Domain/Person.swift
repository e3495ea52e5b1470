extension String {
    /// Whether two people's names mean one: whatever the case and the spaces, nobody is two people by typing otherwise. Who
    /// asks and who approves, and who closes and who approves, are two people by this.
    package func isSamePerson(as other: String) -> Bool { plainName == other.plainName }

    private var plainName: String { lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
