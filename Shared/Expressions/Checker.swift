/// Gives every part of an expression its type and meaning (langdef, Gradual Type Checking).
struct Checker {
    /// Without checking everything is decided when it runs, as CEL's specification allows; the tests use it to show
    /// that checking changes no result.
    let isStrict: Bool
    var declarations: Declarations
    var diagnostics: Diagnostics
    /// The variables of the macros around, innermost last.
    var scope: [(name: String, type: ValueType)] = []
    var slots: Set<Int> = []

    mutating func check(_ syntax: Syntax) -> Typed {
        switch syntax.node {
        case .literal(let literal): constant(literal.value, syntax.range)
        case .name, .select: name(syntax)
        case .has(let operand, let field): presence(operand, field, syntax)
        case .index(let operand, let index): indexing(operand, index, syntax.range)
        case .call(let function, let arguments): call(function, arguments, syntax.range)
        case .method(let operand, let function, let arguments, let name):
            method(operand, function, arguments, name, syntax.range)
        case .unary(let symbol, let operand):
            apply(symbol.function, .function, [check(operand)], syntax.range, at: syntax.range)
        case .binary(let symbol, let left, let right): binary(symbol, left, right, syntax.range)
        case .conditional(let test, let first, let second): conditional(test, first, second, syntax.range)
        case .list(let elements): list(elements, syntax.range)
        case .map(let entries): map(entries, syntax.range)
        case .comprehension(let macro): comprehension(macro, syntax.range)
        case .bad: .bad(syntax.range)
        }
    }

    func constant(_ value: Value, _ range: TextRange) -> Typed {
        Typed(term: .constant(value), type: value.staticType, range: range)
    }

    /// Refuses a part; without checking it fails when it runs instead.
    mutating func refuse(
        _ message: String, at range: TextRange, suggestion: String? = nil, fault: Fault? = nil
    ) -> Typed {
        guard isStrict else {
            return Typed(term: .fault(fault ?? .noMatchingOverload(message)), type: .dyn, range: range)
        }
        diagnostics.error(message, at: range, suggestion: suggestion)
        return .bad(range)
    }

    /// A part that must be of a type: what `what` names.
    mutating func expect(_ type: ValueType, _ part: Typed, _ what: String) -> Typed {
        var bound: [String: ValueType] = [:]
        let promoted = part.promoted(to: type)
        guard isStrict, !type.accepts(promoted.type, &bound) else { return promoted }
        diagnostics.error("\(what) must be \(type), found \(part.type)", at: part.range)
        return .bad(part.range)
    }

    private mutating func binary(
        _ symbol: BinaryOperator, _ left: Syntax, _ right: Syntax, _ range: TextRange
    ) -> Typed {
        let parts = [check(left), check(right)]
        switch symbol {
        case .and, .or:
            let word = symbol == .and ? "what \"&&\" joins" : "what \"||\" joins"
            let (first, second) = (expect(.bool, parts[0], word), expect(.bool, parts[1], word))
            return Typed(term: symbol == .and ? .and(first, second) : .or(first, second), type: .bool, range: range)
        case .divide where isStrict: warnOfRemainder(parts, range)
        case .equal, .notEqual:
            if let refusal = comparedWithNull(parts, range) { return refusal }
        default: break
        }
        return apply(symbol.function, .function, parts, range, at: range)
    }

    /// `1 / 3` is 0 in CEL, and an analyst who writes it wants a third.
    private mutating func warnOfRemainder(_ parts: [Typed], _ range: TextRange) {
        guard parts[0].type == .int, parts[1].type == .int else { return }
        if case .int(let left)? = parts[0].constant, case .int(let right)? = parts[1].constant, right != 0, right != -1,
            left % right == 0
        {
            return
        }
        diagnostics.warning("int / int drops what is left over (7 / 2 is 3); write one of them as a decimal", at: range)
    }

    private mutating func comparedWithNull(_ parts: [Typed], _ range: TextRange) -> Typed? {
        guard isStrict, let null = parts.firstIndex(where: { $0.type == .null }) else { return nil }
        let other = parts[1 - null].type
        guard ![.null, .dyn, .never].contains(other) else { return nil }
        return refuse("\(other) is never null; use has() to ask whether a field has a value", at: range)
    }

    private mutating func conditional(
        _ test: Syntax, _ first: Syntax, _ second: Syntax, _ range: TextRange
    ) -> Typed {
        let test = expect(.bool, check(test), "the condition before \"?\"")
        let (first, second) = (check(first), check(second))
        guard isStrict else { return Typed(term: .conditional(test, first, second), type: .dyn, range: range) }
        guard let type = first.type.joined(second.type) else {
            return refuse("both sides of \":\" must have one type, found \(first.type) and \(second.type)", at: range)
        }
        return Typed(
            term: .conditional(test, first.promoted(to: type), second.promoted(to: type)), type: type, range: range)
    }

    private mutating func list(_ elements: [Syntax], _ range: TextRange) -> Typed {
        let parts = elements.map { check($0) }
        let type = common(parts)
        let promoted = isStrict ? parts.map { $0.promoted(to: type) } : parts
        return folded(Typed(term: .list(promoted), type: .list(type), range: range), promoted)
    }

    private mutating func map(_ entries: [Syntax.Entry], _ range: TextRange) -> Typed {
        let parts = entries.map { (key: check($0.key), value: check($0.value)) }
        for key in parts.map(\.key) where isStrict && ![.string, .int, .bool, .dyn, .never].contains(key.type) {
            diagnostics.error("a map's key must be string, int or bool, found \(key.type)", at: key.range)
        }
        let type = ValueType.map(common(parts.map(\.key)), common(parts.map(\.value)))
        return Typed(term: .map(parts), type: type, range: range)
    }

    /// The one type of all, or `dyn`.
    private func common(_ parts: [Typed]) -> ValueType {
        var type = ValueType.never
        for part in parts { type = type.joined(part.type) ?? .dyn }
        return isStrict ? type : (parts.isEmpty ? .never : .dyn)
    }

    private func folded(_ typed: Typed, _ parts: [Typed]) -> Typed {
        var values: [Value] = []
        for part in parts {
            guard let value = part.constant else { return typed }
            values.append(value)
        }
        return Typed(term: .constant(.list(values)), type: typed.type, range: typed.range)
    }
}

extension Value {
    /// The type of a literal.
    var staticType: ValueType {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .decimal: .decimal
        case .string: .string
        case .bytes: .bytes
        case .date: .date
        case .timestamp: .timestamp
        case .duration: .duration
        case .type: .type
        case .list: .list(.dyn)
        case .map: .map(.dyn, .dyn)
        }
    }
}
