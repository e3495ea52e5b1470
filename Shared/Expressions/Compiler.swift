import Domain

/// Turns a checked expression into operations that call each other. A part whose type is known to be a bool, an int or
/// a decimal is compiled for that type; all else works on values.
enum Compiler {
    static func code(_ typed: Typed) -> Code {
        switch typed.term {
        case .constant(let value): constant(value)
        case .slot(let slot): reading(slot, typed.type, typed.range)
        case .isSet(let slot): .bool { frame, run throws(LocatedFault) in frame.cells[slot.index] != nil }
        case .local(let index): .value { frame, run throws(LocatedFault) in run.locals[index] }
        case .select(let operand, let field): selecting(field, operand, typed.range)
        case .has(let operand, let field): having(field, operand, typed.range)
        case .index(let operand, let index): indexing(operand, index, typed.range)
        case .call(let name, let overloads, let arguments): calling(name, overloads, arguments, typed)
        case .and(let left, let right): .bool(and(left, right))
        case .or(let left, let right): .bool(or(left, right))
        case .conditional(let test, let first, let second): conditional(test, first, second, typed.type)
        case .list(let elements): list(elements, typed.range)
        case .map(let entries): map(entries, typed.range)
        case .comprehension(let macro, let range, let bodies): comprehension(macro, range, bodies, typed.range)
        case .promoted(let operand): .decimal(code(operand).decimal(operand.range))
        case .fault(let fault):
            .value { frame, run throws(LocatedFault) in throw LocatedFault(fault, typed.range) }
        }
    }

    private static func constant(_ value: Value) -> Code {
        switch value {
        case .bool(let flag): .bool { frame, run throws(LocatedFault) in flag }
        case .int(let number): .int { frame, run throws(LocatedFault) in number }
        case .decimal(let number): .decimal { frame, run throws(LocatedFault) in number }
        default: .value { frame, run throws(LocatedFault) in value }
        }
    }

    /// A slot is read as its declared type, whatever the embedder put there: another type is an error.
    private static func reading(_ slot: Slot, _ type: ValueType, _ range: TextRange) -> Code {
        switch type {
        case .decimal: return .decimal(decimal(slot, range))
        case .int:
            return .int { frame, run throws(LocatedFault) in
                guard case .int(let number)? = frame.cells[slot.index] else {
                    throw frame.unreadable(slot, "int", range)
                }
                return number
            }
        case .bool:
            return .bool { frame, run throws(LocatedFault) in
                guard case .bool(let flag)? = frame.cells[slot.index] else {
                    throw frame.unreadable(slot, "bool", range)
                }
                return flag
            }
        default:
            return .value { frame, run throws(LocatedFault) in
                guard let value = frame.cells[slot.index], type.admits(value) else {
                    throw frame.unreadable(slot, type.description, range)
                }
                return value
            }
        }
    }

    static func decimal(_ slot: Slot, _ range: TextRange) -> Operation<Number> {
        { frame, run throws(LocatedFault) in
            switch frame.cells[slot.index] {
            case .decimal(let number)?: return number
            case .int(let number)?: return Number(whole: number)
            default: throw frame.unreadable(slot, "decimal", range)
            }
        }
    }

    private static func calling(
        _ name: String, _ overloads: [Overload], _ arguments: [Typed], _ typed: Typed
    ) -> Code {
        if let fast = numeric(name, arguments, typed) ?? comparing(name, arguments) ?? searching(name, arguments, typed)
        {
            return fast
        }
        let parts = arguments.map { code($0).value }
        let range = typed.range
        return .value { frame, run throws(LocatedFault) in
            var values: [Value] = []
            values.reserveCapacity(parts.count)
            for part in parts { values.append(try part(frame, &run)) }
            return try run.at(range) { budget throws(Fault) in try overloads.dispatch(name, values, &budget) }
        }
    }

    private static func conditional(_ test: Typed, _ first: Typed, _ second: Typed, _ type: ValueType) -> Code {
        let test = code(test).bool(test.range)
        let (left, right) = (code(first), code(second))
        switch type {
        case .bool: return .bool(choose(test, left.bool(first.range), right.bool(second.range)))
        case .int: return .int(choose(test, left.int(first.range), right.int(second.range)))
        case .decimal: return .decimal(choose(test, left.decimal(first.range), right.decimal(second.range)))
        default: return .value(choose(test, left.value, right.value))
        }
    }

    private static func choose<Result>(
        _ test: @escaping Operation<Bool>, _ first: @escaping Operation<Result>, _ second: @escaping Operation<Result>
    ) -> Operation<Result> {
        { frame, run throws(LocatedFault) in try test(frame, &run) ? try first(frame, &run) : try second(frame, &run) }
    }
}
