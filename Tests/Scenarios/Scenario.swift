import Foundation
import Testing
import Yams

/// A file of `Files`: a company, its history, and the statements that must come of it. README.md says how one is written.
struct Scenario: CustomTestStringConvertible {
    let path: String
    let title: String
    /// What differs from `Standard.company`, by file.
    let company: Node.Mapping
    let history: [Event]
    let statements: [Expected]
    /// Deals that are not credited, beside what the list of them must say. The same for changes after a close and payouts.
    let skipped: [(name: String, text: String)]
    let changes: [(name: String, text: String)]?
    let payouts: [(name: String, text: String)]?

    struct Event {
        let kind: String
        let node: Node
        /// With what words it must be refused.
        var refused: String? { node.mapping?["refused"]?.string }
    }

    /// `ada 2026-01: {earned: 1000, closing: 1000, lines: {commission D1: 1000}}`
    struct Expected {
        let name: String
        let figures: [(name: String, text: String)]
        let lines: [(name: String, text: String)]
        /// What its text must say, word for word.
        let says: [String]
    }

    var testDescription: String { path }

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Files").path

    /// All of them, by path.
    static let all: [String] = {
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return files.filter { $0.hasSuffix(".yaml") }.sorted()
    }()

    private static let keys = [
        "scenario", "asks", "why", "company", "history", "statements", "skipped", "changes", "payouts",
    ]

    init(_ path: String) throws {
        self.path = path
        let text = try String(contentsOfFile: "\(Scenario.folder)/\(path)", encoding: .utf8)
        guard let root = try Yams.compose(yaml: text)?.mapping, let title = root["scenario"]?.string else {
            throw Mistake("\(path) has no 'scenario', which says what it shows")
        }
        for (key, _) in root where !Scenario.keys.contains(key.string ?? "") {
            throw Mistake("\(path) has '\(key.string ?? "?")', which nothing reads")
        }
        self.title = title
        company = root["company"]?.mapping ?? [:]
        history = try (root["history"]?.sequence ?? []).map { entry in
            guard let (key, value) = entry.mapping?.first, entry.mapping?.count == 1, let kind = key.string else {
                throw Mistake("\(path): an event has one key that says its kind")
            }
            return Event(kind: kind, node: value)
        }
        statements = try (root["statements"]?.mapping ?? [:]).map { try Expected($0.key.string ?? "", $0.value) }
        skipped = root["skipped"]?.texts ?? []
        changes = root["changes"]?.texts
        payouts = root["payouts"]?.texts
        guard !history.isEmpty, !statements.isEmpty else { throw Mistake("\(path) has no history or no statements") }
    }
}

extension Scenario.Expected {
    init(_ name: String, _ node: Node) throws {
        guard name.split(separator: " ").count == 2, let body = node.mapping else {
            throw Mistake("'\(name)' is not a payee and a period with figures")
        }
        self.name = name
        figures = node.texts.filter { !["lines", "says"].contains($0.name) }
        lines = body["lines"]?.texts ?? []
        says = body["says"]?.sequence?.compactMap(\.string) ?? []
    }
}

extension Node {
    /// Of a mapping of scalars.
    fileprivate var texts: [(name: String, text: String)] {
        (mapping ?? [:]).map { ($0.key.string ?? "", $0.value.string ?? "") }
    }
}

/// What is wrong with a scenario's file, or with what came of it.
struct Mistake: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
