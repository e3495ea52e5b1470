import Domain

/// Arithmetic on parts whose types are known.
extension Compiler {
    static func numeric(_ name: String, _ arguments: [Typed], _ typed: Typed) -> Code? {
        if arguments.count == 1 { return unary(name, arguments[0], typed) }
        guard arguments.count == 2, let symbol = BinaryOperator.allCases.first(where: { $0.function == name }),
            symbol.precedence >= BinaryOperator.add.precedence
        else { return nil }
        let (left, right) = (arguments[0], arguments[1])
        switch (left.type, right.type) {
        case (.int, .int):
            return .int(whole(symbol, code(left).int(left.range), code(right).int(right.range), typed.range))
        case (.decimal, .decimal) where symbol != .remainder:
            return .decimal(exact(symbol, left, right, typed.range))
        default: return nil
        }
    }

    private static func unary(_ name: String, _ operand: Typed, _ typed: Typed) -> Code? {
        let range = typed.range
        switch (name, operand.type) {
        case ("!_", .bool):
            let inner = code(operand).bool(operand.range)
            return .bool { frame, run throws(LocatedFault) in !(try inner(frame, &run)) }
        case ("-_", .int):
            let inner = code(operand).int(operand.range)
            return .int { frame, run throws(LocatedFault) in
                let number = try inner(frame, &run)
                return try run.at(range) { _ throws(Fault) in try Arithmetic.negated(number) }
            }
        case ("-_", .decimal):
            let inner = code(operand).decimal(operand.range)
            return .decimal { frame, run throws(LocatedFault) in
                let number = try inner(frame, &run)
                return try run.at(range) { _ throws(Fault) in try Arithmetic.negated(number) }
            }
        default: return nil
        }
    }

    private static func whole(
        _ symbol: BinaryOperator, _ left: @escaping Operation<Int64>, _ right: @escaping Operation<Int64>,
        _ range: TextRange
    ) -> Operation<Int64> {
        { frame, run throws(LocatedFault) in
            let (first, second) = (try left(frame, &run), try right(frame, &run))
            return try run.at(range) { _ throws(Fault) in try Arithmetic.int(symbol, first, second) }
        }
    }

    private static func exact(
        _ symbol: BinaryOperator, _ left: Typed, _ right: Typed, _ range: TextRange
    ) -> Operation<Number> {
        // What most rates are, `credit.amount * 6%`: one call instead of three.
        if case .slot(let slot) = left.term, case .decimal(let second)? = right.constant {
            let first = decimal(slot, left.range)
            return { frame, run throws(LocatedFault) in
                let first = try first(frame, &run)
                return try run.at(range) { _ throws(Fault) in try Arithmetic.decimal(symbol, first, second) }
            }
        }
        let (left, right) = (code(left).decimal(left.range), code(right).decimal(right.range))
        return { frame, run throws(LocatedFault) in
            let (first, second) = (try left(frame, &run), try right(frame, &run))
            return try run.at(range) { _ throws(Fault) in try Arithmetic.decimal(symbol, first, second) }
        }
    }
}
