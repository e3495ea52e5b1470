import Foundation
import Testing
import Yams

/// A file of `Files`: a company, its history, and the statements that must come of it. README.md says how one is written.
struct Scenario: CustomTestStringConvertible {
    let path: String
    let title: String
    /// Company files that differ from `Standard.company`, by name.
    let company: [(name: String, text: String)]
    let history: [Event]
    let expected: [Expected]

    struct Event {
        let kind: String
        let node: Node
    }

    /// `ada 2026-01: {earned: 1000, lines: {commission D1: 1000}, closing: 1000}`
    struct Expected {
        let payee: String
        let period: String
        let figures: [(name: String, amount: String)]
        let lines: [(name: String, amount: String)]
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

    init(_ path: String) throws {
        self.path = path
        let text = try String(contentsOfFile: "\(Scenario.folder)/\(path)", encoding: .utf8)
        guard let root = try Yams.compose(yaml: text), let title = root["scenario"]?.string else {
            throw Mistake("\(path) has no 'scenario', which says what it shows")
        }
        let known = ["scenario", "asks", "why", "company", "history", "statements"]
        for (key, _) in root.mapping ?? [:] where !known.contains(key.string ?? "") {
            throw Mistake("\(path) has '\(key.string ?? "?")', which nothing reads")
        }
        self.title = title
        company = (root["company"]?.mapping ?? [:]).map { ($0.key.string ?? "", $0.value.string ?? "") }
        history = try (root["history"]?.sequence ?? []).map { entry in
            guard let (key, value) = entry.mapping?.first, entry.mapping?.count == 1, let kind = key.string else {
                throw Mistake("\(path): an event has one key that says its kind")
            }
            return Event(kind: kind, node: value)
        }
        expected = try (root["statements"]?.mapping ?? [:]).map { try Expected($0.key.string ?? "", $0.value, path) }
        guard !history.isEmpty, !expected.isEmpty else { throw Mistake("\(path) has no history or no statements") }
    }
}

extension Scenario.Expected {
    init(_ name: String, _ node: Node, _ path: String) throws {
        let words = name.split(separator: " ").map(String.init)
        guard words.count == 2, let body = node.mapping else {
            throw Mistake("\(path): '\(name)' is not a payee and a period with figures")
        }
        (payee, period) = (words[0], words[1])
        func pairs(_ map: Node.Mapping) -> [(name: String, amount: String)] {
            map.map { ($0.key.string ?? "", $0.value.string ?? "") }
        }
        figures = pairs(body.filter { !["lines", "says"].contains($0.key.string) })
        lines = pairs(body["lines"]?.mapping ?? [:])
        says = body["says"]?.sequence?.compactMap(\.string) ?? []
    }
}

extension Node.Mapping {
    fileprivate func filter(_ body: ((key: Node, value: Node)) -> Bool) -> Node.Mapping {
        var result: Node.Mapping = [:]
        for pair in self where body(pair) { result[pair.key] = pair.value }
        return result
    }
}

/// What is wrong with a scenario's file, not with what it shows.
struct Mistake: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
