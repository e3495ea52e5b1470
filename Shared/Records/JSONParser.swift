/// Finds the values of a JSON text in one pass, and checks all of it.
struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private(set) var nodes: [JSONNode] = []

    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        nodes.reserveCapacity(bytes.count / 8 + 8)
    }

    mutating func document() throws(JSONError) {
        guard bytes.count < Int(UInt32.max) else { throw error("has more than 4 GB") }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw error("starts with a byte order mark; send plain UTF-8") }
        try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw error("nothing may follow the value") }
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 32 || byte == 10 || byte == 13 || byte == 9 { position += 1 }
    }

    private mutating func value(depth: Int) throws(JSONError) {
        skipSpace()
        switch current {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard depth < JSON.depthLimit else { throw error("nested deeper than \(JSON.depthLimit)") }
            if current == UInt8(ascii: "{") { try object(depth: depth) } else { try array(depth: depth) }
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "-"), .some(48...57): try number()
        case UInt8(ascii: "t"): try word("true", .yes)
        case UInt8(ascii: "f"): try word("false", .no)
        case UInt8(ascii: "n"): try word("null", .null)
        case nil: throw error("ends where a value should be")
        default: throw error("expected a value")
        }
    }

    /// Appends the node of what begins here; what it has in it follows.
    private mutating func open(_ kind: JSONNode.Kind) -> Int {
        nodes.append(JSONNode(kind: kind, start: UInt32(truncatingIfNeeded: position), end: 0, next: 0))
        return nodes.count - 1
    }

    private mutating func close(_ index: Int) {
        nodes[index].end = UInt32(truncatingIfNeeded: position)
        nodes[index].next = UInt32(truncatingIfNeeded: nodes.count)
    }

    private mutating func word(_ text: StaticString, _ kind: JSONNode.Kind) throws(JSONError) {
        let end = position + text.utf8CodeUnitCount
        let matches = text.withUTF8Buffer { end <= bytes.count && bytes[position..<end].elementsEqual($0) }
        guard matches else { throw error("expected true, false or null") }
        let index = open(kind)
        position = end
        close(index)
    }

    private mutating func object(depth: Int) throws(JSONError) {
        let index = open(.object)
        position += 1
        var names = NamesSeen(first: nodes.count)
        skipSpace()
        if take("}") { return close(index) }
        repeat {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw error("expected a name in quotes") }
            let (start, name) = (position, nodes.count)
            try string()
            guard names.insert(name, of: nodes, bytes) else {
                position = start
                throw error("the name '\(JSONText.string(nodes[name], in: bytes).prefix(40))' is there twice")
            }
            skipSpace()
            guard take(":") else { throw error("expected ':' after the name") }
            try value(depth: depth + 1)
            skipSpace()
        } while take(",")
        guard take("}") else { throw error("expected ',' or '}'") }
        close(index)
    }

    private mutating func array(depth: Int) throws(JSONError) {
        let index = open(.array)
        position += 1
        skipSpace()
        if take("]") { return close(index) }
        repeat {
            try value(depth: depth + 1)
            skipSpace()
        } while take(",")
        guard take("]") else { throw error("expected ',' or ']'") }
        close(index)
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func number() throws(JSONError) {
        let (index, start) = (open(.number), position)
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        guard position - start <= 100 else { throw error("the number has more than 100 characters") }
        close(index)
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte = current, (48...57).contains(byte) { position += 1 }
        guard position > start else { throw error("expected a digit") }
    }
}

// MARK: Texts

extension JSONParser {
    private mutating func string() throws(JSONError) {
        position += 1
        let index = open(.string)
        let start = position
        var seen: UInt8 = 0
        while let byte = current, byte != UInt8(ascii: "\"") {
            guard byte >= 32 else { throw error("a control character must be escaped") }
            seen |= byte
            if byte == UInt8(ascii: "\\") {
                nodes[index].isEscaped = true
                try escape()
            } else {
                position += 1
            }
        }
        guard position < bytes.count else { throw error("the text has no closing quote") }
        if seen >= 0x80 {
            nodes[index].isASCII = false
            // What is escaped is ASCII, and stands for whole characters.
            guard String(validating: bytes[start..<position], as: UTF8.self) != nil else {
                throw error("the text is not valid UTF-8")
            }
        }
        close(index)
        position += 1
    }

    private mutating func escape() throws(JSONError) {
        position += 1
        guard let byte = current else { throw error("the text has no closing quote") }
        position += 1
        switch byte {
        case UInt8(ascii: "u"): try escapedScalar()
        case _ where JSONText.escaped(byte) != nil: break
        default: throw error("unknown escape")
        }
    }

    private mutating func escapedScalar() throws(JSONError) {
        let code = try hexadecimalUnit()
        if (0xD800..<0xDC00).contains(code) {
            guard take("\\"), take("u") else { throw error("half of a surrogate pair") }
            let low = try hexadecimalUnit()
            guard (0xDC00..<0xE000).contains(low) else { throw error("half of a surrogate pair") }
        } else if (0xDC00..<0xE000).contains(code) {
            throw error("half of a surrogate pair")
        }
    }

    private mutating func hexadecimalUnit() throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = JSONText.hexadecimalDigit(byte) else {
                throw error("expected four hexadecimal digits")
            }
            code = code << 4 | digit
            position += 1
        }
        return code
    }

    private func error(_ reason: String) -> JSONError {
        let before = bytes[..<min(position, bytes.count)]
        let lineStart = before.lastIndex(of: 10).map { $0 + 1 } ?? 0
        return JSONError(line: before.count { $0 == 10 } + 1, column: before.count - lineStart + 1, reason: reason)
    }
}

/// Tells whether an object has a name already. Most names are told apart by a bit of length and letters.
private struct NamesSeen {
    let first: Int
    var mask: UInt64 = 0
    var hasOthers = false
    var count = 0
    /// Beyond a few names, all are kept.
    var all: Set<String> = []

    init(first: Int) { self.first = first }

    mutating func insert(_ name: Int, of nodes: [JSONNode], _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        count += 1
        if count > 32 { return insertInto(name, nodes, bytes) }
        let node = nodes[name]
        let bit = node.isPlain ? NamesSeen.bit(node, bytes) : 0
        defer {
            mask |= bit
            if bit == 0 { hasOthers = true }
        }
        if bit != 0, !hasOthers, mask & bit == 0 { return true }
        var place = first
        while place < name {
            if NamesSeen.isSame(nodes[place], node, bytes) { return false }
            place = Int(nodes[place + 1].next)
        }
        return true
    }

    private mutating func insertInto(
        _ name: Int, _ nodes: [JSONNode], _ bytes: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        var place = all.isEmpty ? first : name
        while place < name {
            all.insert(JSONText.string(nodes[place], in: bytes))
            place = Int(nodes[place + 1].next)
        }
        return all.insert(JSONText.string(nodes[name], in: bytes)).inserted
    }

    private static func bit(_ node: JSONNode, _ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        guard node.start < node.end else { return 1 }
        let (head, tail) = (UInt32(bytes[Int(node.start)]), UInt32(bytes[Int(node.end) - 1]))
        return 1 << UInt64((head &* 7 &+ tail &* 3 &+ (node.end - node.start)) & 63)
    }

    private static func isSame(_ left: JSONNode, _ right: JSONNode, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        if left.isPlain, right.isPlain {
            return left.end - left.start == right.end - right.start
                && bytes[Int(left.start)..<Int(left.end)].elementsEqual(bytes[Int(right.start)..<Int(right.end)])
        }
        return JSONText.string(left, in: bytes) == JSONText.string(right, in: bytes)
    }
}
