import Domain

extension Library {
    /// Attain's own, with the names an analyst expects, and those of CEL's `math` extension.
    static let numbers: [Overload] =
        extremes + [
            .function("abs", [.int], .int, absoluteInt),
            .function("abs", [.decimal], .decimal, absoluteDecimal),
            .function("math.abs", [.int], .int, absoluteInt),
            .function("math.abs", [.decimal], .decimal, absoluteDecimal),
            rounding("floor", .floor), rounding("ceil", .ceiling), rounding("trunc", .down), rounding("round", .halfUp),
            rounding("math.floor", .floor), rounding("math.ceil", .ceiling), rounding("math.trunc", .down),
            rounding("math.round", .halfUp),
            .function("round", [.decimal, .int], .decimal) { arguments, _ throws(Fault) in
                let places = try arguments[1].int()
                guard (0...12).contains(places) else {
                    throw .invalidArgument("round() takes 0 to 12 decimal places, not \(places)")
                }
                return try rounded(try arguments[0].decimal(), Int(places), .halfUp)
            },
        ]

    /// `min`, `max`, and `math.least`, `math.greatest`, of two or three numbers, or of a list.
    private static let extremes: [Overload] = ["min", "max", "math.least", "math.greatest"].flatMap { name in
        let isLeast = name == "min" || name == "math.least"
        return [ValueType.int, .decimal].flatMap { type -> [Overload] in
            let body: Overload.Body = { arguments, _ throws(Fault) in try extreme(arguments, isLeast: isLeast) }
            return [
                .function(name, [type, type], type, body), .function(name, [type, type, type], type, body),
                .function(name, [.list(type)], type) { arguments, _ throws(Fault) in
                    try extreme(try arguments[0].elements(), isLeast: isLeast)
                },
            ]
        }
    }

    private static func extreme(_ values: [Value], isLeast: Bool) throws(Fault) -> Value {
        guard var best = values.first else { throw .invalidArgument("an empty list has no least or greatest") }
        _ = try best.decimal()
        for value in values.dropFirst() {
            let (number, bestNumber) = (try value.decimal(), try best.decimal())
            if isLeast ? number < bestNumber : number > bestNumber { best = value }
        }
        return best
    }

    private static let absoluteInt: Overload.Body = { arguments, _ throws(Fault) in
        let number = try arguments[0].int()
        return .int(number < 0 ? try Arithmetic.negated(number) : number)
    }

    private static let absoluteDecimal: Overload.Body = { arguments, _ throws(Fault) in
        let number = try arguments[0].decimal()
        return .decimal(number.isNegative ? try Arithmetic.negated(number) : number)
    }

    private static func rounding(_ name: String, _ mode: Rounding) -> Overload {
        .function(name, [.decimal], .decimal) { arguments, _ throws(Fault) in
            try rounded(try arguments[0].decimal(), 0, mode)
        }
    }

    private static func rounded(_ number: Number, _ places: Int, _ mode: Rounding) throws(Fault) -> Value {
        do throws(ArithmeticError) {
            return .decimal(try number.rounded(to: places, mode))
        } catch {
            throw .arithmetic(error)
        }
    }
}
