/// Searching and cutting of texts by code points, with every step paid for.
extension Library {
    /// Where the part first occurs at or behind `start`.
    static func find<Unit: Equatable>(
        _ part: [Unit], in text: [Unit], from start: Int, _ budget: inout Budget
    ) throws(Fault) -> Int? {
        guard part.count <= text.count else { return nil }
        try budget.spend(text.count / 32 + (text.count - part.count) * part.count / 256)
        return stride(from: start, through: text.count - part.count, by: 1).first { isFound(part, at: $0, in: text) }
    }

    /// Where the part last begins at or before `start`.
    static func findLast<Unit: Equatable>(
        _ part: [Unit], in text: [Unit], from start: Int, _ budget: inout Budget
    ) throws(Fault) -> Int? {
        guard part.count <= text.count else { return nil }
        try budget.spend(text.count / 32 + (text.count - part.count) * part.count / 256)
        let last = min(start, text.count - part.count)
        return stride(from: last, through: 0, by: -1).first { isFound(part, at: $0, in: text) }
    }

    private static func isFound<Unit: Equatable>(_ part: [Unit], at index: Int, in text: [Unit]) -> Bool {
        var offset = 0
        while offset < part.count, text[index + offset] == part[offset] { offset += 1 }
        return offset == part.count
    }

    /// The parts between separators, at most `limit` of them (all when negative); an empty separator cuts between code
    /// points.
    static func split(
        _ text: String, _ separator: String, limit: Int64, _ budget: inout Budget
    ) throws(Fault) -> [String] {
        guard limit != 0 else { return [] }
        let scalars = Array(text.unicodeScalars)
        let between = Array(separator.unicodeScalars)
        var parts: [String] = []
        var start = 0
        try budget.spend(scalars.count * (1 + between.count / 8) / 32)
        while limit < 0 || Int64(parts.count) < limit - 1 {
            try budget.spend(1)
            guard let found = next(between, in: scalars, from: start) else { break }
            parts.append(string(scalars[start..<found]))
            start = found + between.count
        }
        if between.isEmpty, start == scalars.count, !parts.isEmpty { return parts }
        parts.append(string(scalars[start...]))
        return parts
    }

    private static func next(_ separator: [Unicode.Scalar], in text: [Unicode.Scalar], from start: Int) -> Int? {
        guard !separator.isEmpty else { return start < text.count ? start + 1 : nil }
        return stride(from: start, through: text.count - separator.count, by: 1)
            .first { isFound(separator, at: $0, in: text) }
    }

    static func position(_ value: Value, in count: Int) throws(Fault) -> Int {
        let index = try value.int()
        guard (0...Int64(count)).contains(index) else {
            throw .invalidArgument("position \(index) is outside a text of \(count)")
        }
        return Int(index)
    }

    static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }
}

extension Value {
    func scalars() throws(Fault) -> [Unicode.Scalar] { Array(try text().unicodeScalars) }
}
