/// A JSON text that was checked, and where each of its values lies in it: what is asked for is read then, the rest never.
///
/// Our own, because Foundation's reader costs 13.6 µs a deal and gives doubles, and every deal passes here.
package final class JSONText: Sendable {
    package let bytes: ArraySlice<UInt8>
    /// In the order of the text; a name stands before its value.
    fileprivate let nodes: [JSONNode]

    /// Takes one value that takes up all of the bytes.
    package init(parsing bytes: ArraySlice<UInt8>) throws(JSONError) {
        self.bytes = bytes
        nodes = try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
            var parser = JSONParser(bytes: buffer)
            try parser.document()
            return parser.nodes
        }
    }

    package static func value(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
        try JSONText(parsing: bytes[...]).root
    }

    package var root: JSONValue { JSONValue(text: self, index: 0) }

    fileprivate func string(_ node: JSONNode) -> String {
        bytes.withUnsafeBufferPointer { JSONText.string(node, in: $0) }
    }

    /// Names and texts are compared as Swift does, where that may differ from comparing their bytes.
    static func string(_ node: JSONNode, in buffer: UnsafeBufferPointer<UInt8>) -> String {
        let raw = UnsafeBufferPointer(rebasing: buffer[Int(node.start)..<Int(node.end)])
        return node.isEscaped
            ? String(decoding: JSONText.unescaped(raw), as: UTF8.self) : String(decoding: raw, as: UTF8.self)
    }

    /// Where the value of that name lies in an object; `nil` when it has none.
    fileprivate func place(of name: String, in object: JSONNode, at index: Int) -> Int? {
        var utf8 = name
        return utf8.withUTF8 { utf8 in
            bytes.withUnsafeBufferPointer { buffer in
                var place = index + 1
                while place < Int(object.next) {
                    let node = nodes[place]
                    if node.isPlain ? node.isSame(as: utf8, in: buffer) : string(node) == name { return place + 1 }
                    place = Int(nodes[place + 1].next)
                }
                return nil
            }
        }
    }
}

/// A value and where it lies; of texts without their quotes.
struct JSONNode: Sendable {
    enum Kind: UInt8 { case object, array, string, number, yes, no, null }

    let kind: Kind
    var isEscaped = false
    var isASCII = true
    let start: UInt32
    var end: UInt32
    /// The node after this value and all that is in it.
    var next: UInt32

    /// Whether its bytes are what it says.
    var isPlain: Bool { isASCII && !isEscaped }

    fileprivate func isSame(as utf8: UnsafeBufferPointer<UInt8>, in buffer: UnsafeBufferPointer<UInt8>) -> Bool {
        utf8.count == end - start
            && utf8.elementsEqual(UnsafeBufferPointer(rebasing: buffer[Int(start)..<Int(end)]))
    }
}

/// A value in a JSON text.
package struct JSONValue: Sendable, CustomStringConvertible {
    package let text: JSONText
    fileprivate let index: Int

    fileprivate var node: JSONNode { text.nodes[index] }

    /// The member of that name; `nil` when there is none or this is no object.
    package subscript(name: String) -> JSONValue? {
        let node = node
        guard node.kind == .object, let place = text.place(of: name, in: node, at: index) else { return nil }
        return JSONValue(text: text, index: place)
    }

    package var isObject: Bool { node.kind == .object }
    package var isNull: Bool { node.kind == .null }

    /// `nil` when this is no text.
    package var string: String? { node.kind == .string ? text.string(node) : nil }

    /// As it was written; `nil` when this is no number.
    package var number: String? { node.kind == .number ? text.string(node) : nil }

    /// `nil` when this is neither true nor false.
    package var flag: Bool? { node.kind == .yes ? true : node.kind == .no ? false : nil }

    /// `nil` when this is no array.
    package var elements: [JSONValue]? {
        guard node.kind == .array else { return nil }
        var result: [JSONValue] = []
        var place = index + 1
        while place < Int(node.next) {
            result.append(JSONValue(text: text, index: place))
            place = Int(text.nodes[place].next)
        }
        return result
    }

    /// `nil` when this is no object.
    package var members: [(name: String, value: JSONValue)]? {
        guard node.kind == .object else { return nil }
        var result: [(name: String, value: JSONValue)] = []
        var place = index + 1
        while place < Int(node.next) {
            result.append((text.string(text.nodes[place]), JSONValue(text: text, index: place + 1)))
            place = Int(text.nodes[place + 1].next)
        }
        return result
    }

    /// As it is written on one line.
    package var description: String { tree.description }

    package var tree: JSON {
        switch node.kind {
        case .object: .object((members ?? []).map { JSON.Member($0.name, $0.value.tree) })
        case .array: .array((elements ?? []).map(\.tree))
        case .string: .string(text.string(node))
        case .number: .number(text.string(node))
        case .yes: .bool(true)
        case .no: .bool(false)
        case .null: .null
        }
    }
}
