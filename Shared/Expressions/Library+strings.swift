extension Library {
    /// langdef, String Functions, and the `strings` extension but `format`, `quote` and `reverse`. Positions count code
    /// points.
    static let strings: [Overload] = searching + cutting + changing

    private static let searching: [Overload] = [
        .method("contains", [.string, .string], .bool) { arguments, budget throws(Fault) in
            let (text, part) = (Array(try arguments[0].text().utf8), Array(try arguments[1].text().utf8))
            return .bool(try find(part, in: text, from: 0, &budget) != nil)
        },
        .method("startsWith", [.string, .string], .bool) { arguments, _ throws(Fault) in
            .bool(try arguments[0].text().utf8.starts(with: try arguments[1].text().utf8))
        },
        .method("endsWith", [.string, .string], .bool) { arguments, _ throws(Fault) in
            .bool(try arguments[0].text().utf8.reversed().starts(with: try arguments[1].text().utf8.reversed()))
        },
        .method("matches", [.string, .string], .bool, matches),
        .function("matches", [.string, .string], .bool, matches),
        .method("indexOf", [.string, .string], .int) { arguments, budget throws(Fault) in
            .int(Int64(try find(try arguments[1].scalars(), in: try arguments[0].scalars(), from: 0, &budget) ?? -1))
        },
        .method("indexOf", [.string, .string, .int], .int) { arguments, budget throws(Fault) in
            let text = try arguments[0].scalars()
            let start = try position(arguments[2], in: text.count)
            return .int(Int64(try find(try arguments[1].scalars(), in: text, from: start, &budget) ?? -1))
        },
        .method("lastIndexOf", [.string, .string], .int) { arguments, budget throws(Fault) in
            let text = try arguments[0].scalars()
            return .int(Int64(try findLast(try arguments[1].scalars(), in: text, from: text.count, &budget) ?? -1))
        },
        .method("lastIndexOf", [.string, .string, .int], .int) { arguments, budget throws(Fault) in
            let text = try arguments[0].scalars()
            let start = try position(arguments[2], in: text.count)
            return .int(Int64(try findLast(try arguments[1].scalars(), in: text, from: start, &budget) ?? -1))
        },
    ]

    private static let cutting: [Overload] = [
        .method("charAt", [.string, .int], .string) { arguments, _ throws(Fault) in
            let text = try arguments[0].scalars()
            let index = try position(arguments[1], in: text.count)
            return .string(string(text[index..<min(index + 1, text.count)]))
        },
        .method("substring", [.string, .int], .string) { arguments, _ throws(Fault) in
            let text = try arguments[0].scalars()
            return .string(string(text[try position(arguments[1], in: text.count)...]))
        },
        .method("substring", [.string, .int, .int], .string) { arguments, _ throws(Fault) in
            let text = try arguments[0].scalars()
            let start = try position(arguments[1], in: text.count)
            let end = try position(arguments[2], in: text.count)
            guard start <= end else { throw .invalidArgument("a part cannot begin at \(start) and end at \(end)") }
            return .string(string(text[start..<end]))
        },
        .method("split", [.string, .string], .list(.string)) { arguments, budget throws(Fault) in
            .list(try split(try arguments[0].text(), try arguments[1].text(), limit: -1, &budget).map { .string($0) })
        },
        .method("split", [.string, .string, .int], .list(.string)) { arguments, budget throws(Fault) in
            let limit = try arguments[2].int()
            return .list(
                try split(try arguments[0].text(), try arguments[1].text(), limit: limit, &budget).map { .string($0) })
        },
        .method("trim", [.string], .string) { arguments, _ throws(Fault) in
            let text = try arguments[0].scalars()
            let start = text.firstIndex { !$0.properties.isWhitespace } ?? text.count
            let end = text.lastIndex { !$0.properties.isWhitespace } ?? start - 1
            return .string(string(text[start..<end + 1]))
        },
    ]

    private static let changing: [Overload] = [
        .method("lowerAscii", [.string], .string) { arguments, _ throws(Fault) in
            .string(mapped(try arguments[0].text()) { (65...90).contains($0) ? $0 + 32 : $0 })
        },
        .method("upperAscii", [.string], .string) { arguments, _ throws(Fault) in
            .string(mapped(try arguments[0].text()) { (97...122).contains($0) ? $0 - 32 : $0 })
        },
        .method("replace", [.string, .string, .string], .string) { arguments, budget throws(Fault) in
            .string(try replaced(arguments, limit: -1, &budget))
        },
        .method("replace", [.string, .string, .string, .int], .string) { arguments, budget throws(Fault) in
            .string(try replaced(arguments, limit: try arguments[3].int(), &budget))
        },
    ]

    private static let matches: Overload.Body = { arguments, budget throws(Fault) in
        let pattern = try Pattern.compiled(try arguments[1].text())
        return .bool(try pattern.matches(try arguments[0].text(), &budget))
    }

    private static func mapped(_ text: String, _ change: (UInt8) -> UInt8) -> String {
        String(decoding: text.utf8.map(change), as: UTF8.self)
    }

    private static func replaced(
        _ arguments: [Value], limit: Int64, _ budget: inout Budget
    ) throws(Fault) -> String {
        let (text, old, new) = (try arguments[0].text(), try arguments[1].text(), try arguments[2].text())
        let parts = try split(text, old, limit: limit < 0 ? -1 : limit.addingReportingOverflow(1).partialValue, &budget)
        try budget.spend((parts.count * (new.utf8.count + 1) + text.utf8.count) / 32)
        return limit == 0 ? text : parts.joined(separator: new)
    }
}
