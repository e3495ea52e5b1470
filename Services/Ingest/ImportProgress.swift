import Foundation

/// How far a file has come into the log: written after a flush, so that it never claims what is not durable.
///
/// Losing it costs nothing but time: the rows come again under the same event IDs, and crediting passes over them.
struct ImportProgress: Codable, Hashable, Sendable {
    let file: String
    let source: String
    /// The log the rows went to; another one has none of them.
    let log: String
    /// SHA-256 of what the ID was read by: with another mapping the file is another one.
    let mapping: String
    /// The last row that is durable.
    private(set) var row = 0
    private(set) var appended = 0
    private(set) var quarantined = 0
    /// The first of them, for the list at the end.
    private(set) var faults: [Fault] = []
    var isComplete = false

    struct Fault: Codable, Hashable, Sendable {
        let row: Int
        let line: Int
        let reason: String
    }

    static let faultLimit = 20

    init(file: String, source: String, log: String, mapping: String) {
        self.file = file
        self.source = source
        self.log = log
        self.mapping = mapping
    }

    var received: Int { appended + quarantined }

    mutating func countAppended(row: Int) {
        self.row = row
        appended += 1
    }

    mutating func countQuarantined(_ fault: Fault) {
        row = fault.row
        quarantined += 1
        if faults.count < ImportProgress.faultLimit { faults.append(fault) }
    }

    /// Whether it is about the same rows on the same log, read the same way.
    func continues(_ other: ImportProgress) -> Bool {
        source == other.source && log == other.log && mapping == other.mapping
    }
}

extension ImportProgress {
    /// What is known of the file; `nil` when that is nothing, or cannot be read any more.
    init?(at path: String) {
        guard let data = FileManager.default.contents(atPath: path),
            let progress = try? JSONDecoder().decode(ImportProgress.self, from: data)
        else { return nil }
        self = progress
    }

    /// Replaces the file as a whole: whoever is killed meanwhile leaves the one before.
    func save(at path: String) throws(FileFault) {
        let url = URL(fileURLWithPath: path)
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try JSONEncoder().encode(self).write(to: url, options: .atomic)
        } catch { throw FileFault(path, "the import's progress cannot be written: \(error.localizedDescription)") }
    }
}
