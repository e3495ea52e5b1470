extension Checker {
    mutating func indexing(_ operand: Syntax, _ index: Syntax, _ range: TextRange) -> Typed {
        let (base, index) = (check(operand), check(index))
        guard isStrict else { return Typed(term: .index(base, index), type: .dyn, range: range) }
        switch base.type {
        case .list(let element):
            let position = expect(.int, index, "the index of a list")
            return Typed(term: .index(base, position), type: element, range: range)
        case .map(let key, let value):
            let wanted = expect(key, index, "the key of this map")
            return Typed(term: .index(base, wanted), type: value, range: range)
        case .dyn, .never: return Typed(term: .index(base, index), type: .dyn, range: range)
        default: return refuse("\(base.type) cannot be indexed; only a list or a map can", at: range)
        }
    }

    mutating func comprehension(_ macro: Syntax.Comprehension, _ range: TextRange) -> Typed {
        let operand = check(macro.range)
        let element = elementType(operand, macro.macro)
        scope.append((macro.variable, element))
        let bodies = macro.bodies.map { check($0) }
        scope.removeLast()
        return comprehension(macro.macro, operand, element, bodies, range)
    }

    private mutating func elementType(_ operand: Typed, _ macro: Macro) -> ValueType {
        switch operand.type {
        case .list(let element): return isStrict ? element : .dyn
        case .map(let key, _): return isStrict ? key : .dyn
        case .dyn, .never: return operand.type
        default:
            if isStrict {
                diagnostics.error(
                    "\(macro.rawValue)() goes over a list or a map, found \(operand.type)", at: operand.range)
            }
            return isStrict ? .never : .dyn
        }
    }

    private mutating func comprehension(
        _ macro: Macro, _ operand: Typed, _ element: ValueType, _ bodies: [Typed], _ range: TextRange
    ) -> Typed {
        let result: ValueType
        var parts = bodies
        switch macro {
        case .all, .exists, .existsOne: result = .bool
        case .filter: result = .list(element)
        case .map: result = .list(bodies.last?.type ?? .dyn)
        }
        if macro != .map || bodies.count == 2 {
            parts[0] = expect(.bool, bodies[0], "the condition of \(macro.rawValue)()")
        }
        let type = isStrict || result == .bool ? result : .list(.dyn)
        return Typed(term: .comprehension(macro, range: operand, bodies: parts), type: type, range: range)
    }
}
