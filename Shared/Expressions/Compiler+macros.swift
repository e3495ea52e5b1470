/// The macros over the elements of a list or the keys of a map (langdef, Macros).
extension Compiler {
    static func comprehension(_ macro: Macro, _ range: Typed, _ bodies: [Typed], _ place: TextRange) -> Code {
        let elements = elements(range)
        let parts = bodies.map { code($0) }
        switch macro {
        case .all: return .bool(quantified(false, elements, parts[0].bool(bodies[0].range), place))
        case .exists: return .bool(quantified(true, elements, parts[0].bool(bodies[0].range), place))
        case .existsOne: return .bool(existsOne(elements, parts[0].bool(bodies[0].range), place))
        case .filter: return .value(mapped(elements, parts[0].bool(bodies[0].range), nil, place))
        case .map:
            let condition = bodies.count == 2 ? parts[0].bool(bodies[0].range) : nil
            return .value(mapped(elements, condition, parts[bodies.count - 1].value, place))
        }
    }

    private static func elements(_ range: Typed) -> Operation<[Value]> {
        let operand = code(range).value
        return { frame, run throws(LocatedFault) in
            switch try operand(frame, &run) {
            case .list(let elements): return elements
            case .map(let map):
                try run.at(range.range) { budget throws(Fault) in try budget.spend(map.count / 8) }
                return map.entries.map(\.key)
            case let value: throw LocatedFault(.noMatchingOverload("a macro over \(value.kind.rawValue)"), range.range)
            }
        }
    }

    /// `all` is decided by one false, `exists` by one true; then the errors of the others are ignored.
    private static func quantified(
        _ decisive: Bool, _ elements: @escaping Operation<[Value]>, _ body: @escaping Operation<Bool>,
        _ place: TextRange
    ) -> Operation<Bool> {
        { frame, run throws(LocatedFault) in
            var fault: LocatedFault?
            for element in try elements(frame, &run) {
                do throws(LocatedFault) {
                    if try run.with(element, frame, place, body) == decisive { return decisive }
                } catch {
                    fault = fault ?? error
                }
            }
            if let fault { throw fault }
            return !decisive
        }
    }

    private static func existsOne(
        _ elements: @escaping Operation<[Value]>, _ body: @escaping Operation<Bool>, _ place: TextRange
    ) -> Operation<Bool> {
        { frame, run throws(LocatedFault) in
            var count = 0
            for element in try elements(frame, &run) where try run.with(element, frame, place, body) { count += 1 }
            return count == 1
        }
    }

    /// `map` and `filter`: what passes the condition, transformed.
    private static func mapped(
        _ elements: @escaping Operation<[Value]>, _ condition: Operation<Bool>?, _ transform: Operation<Value>?,
        _ place: TextRange
    ) -> Operation<Value> {
        { frame, run throws(LocatedFault) in
            var values: [Value] = []
            for element in try elements(frame, &run) {
                if let condition, !(try run.with(element, frame, place, condition)) { continue }
                values.append(
                    try transform.map { body throws(LocatedFault) in try run.with(element, frame, place, body) }
                        ?? element)
            }
            return .list(values)
        }
    }
}

extension Run {
    /// Evaluates the body with the macro's variable bound to the element, for one step.
    mutating func with<Result>(
        _ element: Value, _ frame: Frame, _ place: TextRange, _ body: Operation<Result>
    ) throws(LocatedFault) -> Result {
        try at(place) { budget throws(Fault) in try budget.spend(1) }
        locals.append(element)
        defer { locals.removeLast() }
        return try body(frame, &self)
    }
}
