extension Library {
    private static let any = ValueType.parameter("A")

    /// langdef, Equality, Ordering, List Membership and Map Key Membership.
    static let logic: [Overload] =
        orderings + [
            .function("_==_", [any, any], .bool) { arguments, budget throws(Fault) in
                .bool(try arguments[0].isEqual(to: arguments[1], &budget))
            },
            .function("_!=_", [any, any], .bool) { arguments, budget throws(Fault) in
                .bool(!(try arguments[0].isEqual(to: arguments[1], &budget)))
            },
            .function("@in", [any, .list(any)], .bool) { arguments, budget throws(Fault) in
                .bool(try arguments[0].isElement(of: try arguments[1].elements(), &budget))
            },
            .function("@in", [any, .map(any, .parameter("B"))], .bool) { arguments, _ throws(Fault) in
                .bool(try arguments[1].map()[arguments[0]] != nil)
            },
        ]

    private static let ordered: [ValueType] = [
        .bool, .int, .decimal, .string, .bytes, .date, .timestamp, .duration,
    ]

    private static let orderings: [Overload] = [.less, .lessOrEqual, .greater, .greaterOrEqual].flatMap { symbol in
        ordered.map { type in
            .function(symbol.function, [type, type], .bool) { arguments, _ throws(Fault) in
                .bool(try compare(symbol, arguments[0], arguments[1]))
            }
        }
    }

    private static func compare(_ symbol: BinaryOperator, _ left: Value, _ right: Value) throws(Fault) -> Bool {
        let isTurned = symbol == .greater || symbol == .lessOrEqual
        guard let isAscending = isTurned ? ascending(right, left) : ascending(left, right) else {
            throw .noMatchingOverload("\(left.kind.rawValue) \(symbol.rawValue) \(right.kind.rawValue)")
        }
        return symbol == .less || symbol == .greater ? isAscending : !isAscending
    }
}
