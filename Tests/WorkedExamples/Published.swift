import Domain
import Foundation

/// A published calculation, as its file has it: structure of `worked-examples/README.md`.
struct Published: Decodable {
    let id: String
    let period: Span
    let plan: Rules
    let reps: [Members]
    let deals: [Members]
    let events: [Members]
    let expected: [String: String]

    struct Span: Decodable {
        let frequency: String
        let labels: [String]
    }

    struct Rules: Decodable {
        let currency: String
        let components: [Members]
        let post: [Members]
        let rounding: Members?
    }

    static func read(_ url: URL) throws -> [Published] {
        try JSONDecoder().decode([Published].self, from: Data(contentsOf: url))
    }
}

/// An object whose members are looked up by name.
struct Members: Decodable {
    let values: [String: Item]

    init(_ values: [String: Item]) { self.values = values }
    init(from decoder: any Decoder) throws { values = try decoder.singleValueContainer().decode([String: Item].self) }

    subscript(key: String) -> Item? {
        guard let value = values[key] else { return nil }
        if case .null = value { return nil }
        return value
    }

    func text(_ key: String) -> String? { self[key]?.text }
    func list(_ key: String) -> [Members] { self[key]?.list?.compactMap(\.members) ?? [] }
}

indirect enum Item: Decodable {
    case null, flag(Bool), text(String), list([Item]), members(Members)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Decimal.self) {
            self = .text("\(number)")
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([Item].self) {
            self = .list(list)
        } else {
            self = .members(try container.decode(Members.self))
        }
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var list: [Item]? { if case .list(let list) = self { list } else { nil } }
    var members: Members? { if case .members(let members) = self { members } else { nil } }
    var isTrue: Bool { if case .flag(let flag) = self { flag } else { false } }
}

/// Why an example cannot be written in the language.
struct Inexpressible: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
