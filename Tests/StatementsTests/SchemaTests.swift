import Domain
import Foundation
import LedgerSupport
import Records
import Testing

@testable import statements

@Suite("What outsiders read keeps its schema")
struct SchemaTests {
    private static func schema(_ name: String) throws -> Schema {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let data = try Data(contentsOf: root.appending(path: "Services/Statements/\(name).schema.json"))
        return Schema(root: try JSON.parse(Array(data)))
    }

    @Test("published statements and payouts, of a year by hand and of years that nobody thought of", arguments: 0..<10)
    func published(_ seed: UInt64) async throws {
        let ledger = try Ledger()
        for record in try YearTests.documents(ledger.application) { try ledger.append(record) }
        for record in try Year(of: "partner", seed: seed, in: ledger.application).records { try ledger.append(record) }
        _ = try await ledger.built { _ in }
        for (topic, name) in [(Topic.statements, "statement"), (.payouts, "payout")] {
            let schema = try Self.schema(name)
            for value in ledger.values(topic) {
                #expect(schema.faults(try JSON.parse(Array(value.utf8))) == [], "\(value.prefix(200))")
            }
        }
    }

    @Test("the check itself finds what is missing, unknown or of another form")
    func checker() throws {
        let schema = try Self.schema("payout")
        let faults = schema.faults(
            try JSON.parse(Array(#"{"payee":1,"amount":"1,0","channel":"cash","tip":"2"}"#.utf8)))
        #expect(faults.contains("payee: is not a string"))
        #expect(faults.contains("amount: '1,0' does not match ^[0-9]+(\\.[0-9]+)?$"))
        #expect(faults.contains("channel: 'cash' is none of the choices"))
        #expect(faults.contains("tip: is not declared"))
        #expect(faults.contains("document: is missing"))
    }
}

/// As much of JSON Schema as ours use. What a schema does not declare is a fault too: the schema has to be complete.
private struct Schema {
    let root: JSON

    func faults(_ value: JSON) -> [String] { faults(value, root, "") }

    private func faults(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        if let target = schema["$ref"]?.text { return faults(value, definition(target), path) }
        var found: [String] = []
        if let choices = schema["enum"], case .array(let all) = choices, !all.contains(value) {
            found.append("\(path): '\(value.text ?? "")' is none of the choices")
        }
        switch schema["type"]?.text {
        case "string": found += text(value, schema, path)
        case "array": found += array(value, schema, path)
        case "object": found += object(value, schema, path)
        default: break
        }
        return found
    }

    private func definition(_ target: String) -> JSON {
        root["$defs"]?[String(target.split(separator: "/").last ?? "")] ?? .null
    }

    private func text(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        guard let text = value.text else { return ["\(path): is not a string"] }
        guard let pattern = schema["pattern"]?.text, let regex = try? Regex(pattern), text.firstMatch(of: regex) == nil
        else { return [] }
        return ["\(path): '\(text)' does not match \(pattern)"]
    }

    private func array(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        guard case .array(let elements) = value else { return ["\(path): is not an array"] }
        guard let items = schema["items"] else { return [] }
        return elements.enumerated().flatMap { faults($1, items, "\(path)[\($0)]") }
    }

    private func object(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        guard case .object(let members) = value else { return ["\(path): is not an object"] }
        var found: [String] = []
        if case .array(let required)? = schema["required"] {
            for name in required.compactMap(\.text) where value[name] == nil { found.append("\(name): is missing") }
        }
        for member in members {
            let place = path.isEmpty ? member.name : "\(path).\(member.name)"
            guard let declared = schema["properties"]?[member.name] else {
                found.append("\(place): is not declared")
                continue
            }
            found += faults(member.value, declared, place)
        }
        return found
    }
}

extension JSON {
    fileprivate var text: String? {
        if case .string(let text) = self { text } else { nil }
    }
}
