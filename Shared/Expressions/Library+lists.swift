import Domain

extension Library {
    private static let any = ValueType.parameter("A")

    /// `size` of all that has one, and Attain's `sum`.
    static let lists: [Overload] =
        [ValueType.string, .bytes, .list(any), .map(any, .parameter("B"))].flatMap { type -> [Overload] in
            [.function("size", [type], .int, size), .method("size", [type], .int, size)]
        } + [
            .method("sum", [.list(.int)], .int) { arguments, _ throws(Fault) in
                var total: Int64 = 0
                for element in try arguments[0].elements() {
                    total = try Arithmetic.int(.add, total, try element.int())
                }
                return .int(total)
            },
            .method("sum", [.list(.decimal)], .decimal) { arguments, _ throws(Fault) in
                var total = Number.zero
                for element in try arguments[0].elements() {
                    total = try Arithmetic.decimal(.add, total, try element.decimal())
                }
                return .decimal(total)
            },
            .method("join", [.list(.string)], .string) { arguments, budget throws(Fault) in
                .string(try joined(try arguments[0].elements(), "", &budget))
            },
            .method("join", [.list(.string), .string], .string) { arguments, budget throws(Fault) in
                .string(try joined(try arguments[0].elements(), try arguments[1].text(), &budget))
            },
        ]

    private static let size: Overload.Body = { arguments, _ throws(Fault) in
        switch arguments[0] {
        case .string(let text): return .int(Int64(text.unicodeScalars.count))
        case .bytes(let bytes): return .int(Int64(bytes.count))
        case .list(let elements): return .int(Int64(elements.count))
        case .map(let map): return .int(Int64(map.count))
        default: throw .noMatchingOverload("size(\(arguments[0].kind.rawValue))")
        }
    }

    private static func joined(
        _ elements: [Value], _ separator: String, _ budget: inout Budget
    ) throws(Fault) -> String {
        var text = ""
        for (index, element) in elements.enumerated() {
            let part = try element.text()
            try budget.spend((part.utf8.count + separator.utf8.count) / 32)
            text += index > 0 ? separator + part : part
        }
        return text
    }
}
