/// A JSON value as RFC 8259 has it, with what a hostile sender could use against us refused: duplicate keys, deep
/// nesting, broken UTF-8, lone surrogates. Numbers keep their text, so no amount ever passes through a double.
package enum JSON: Hashable, Sendable {
    case object([Member])
    case array([JSON])
    case string(String)
    /// As written, by JSON's grammar for numbers.
    case number(String)
    case bool(Bool)
    case null

    package struct Member: Hashable, Sendable {
        package let name: String
        package let value: JSON

        package init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// The member of that name; `nil` when there is none or this is no object.
    package subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// What kind of value it is, for messages.
    package var kind: String {
        switch self {
        case .object: "an object"
        case .array: "an array"
        case .string: "a text"
        case .number: "a number"
        case .bool: "true or false"
        case .null: "null"
        }
    }
}

package struct JSONError: Error, Hashable, CustomStringConvertible {
    package let line: Int
    package let column: Int
    package let reason: String
    package var description: String { "line \(line), column \(column): \(reason)" }
}

extension JSON {
    package static let depthLimit = 64

    /// Reads one value that takes up all of the bytes.
    package static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSON {
        try JSONText.value(bytes).tree
    }
}
