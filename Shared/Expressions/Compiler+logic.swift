import Domain

/// `&&`, `||` (langdef, Logical Operators): either side may decide alone; then what fails on the other is ignored.
extension Compiler {
    static func and(_ left: Typed, _ right: Typed) -> Operation<Bool> {
        deciding(false, code(left).bool(left.range), code(right).bool(right.range))
    }

    static func or(_ left: Typed, _ right: Typed) -> Operation<Bool> {
        deciding(true, code(left).bool(left.range), code(right).bool(right.range))
    }

    private static func deciding(
        _ decisive: Bool, _ left: @escaping Operation<Bool>, _ right: @escaping Operation<Bool>
    ) -> Operation<Bool> {
        { run throws(LocatedFault) in
            let fault: LocatedFault
            do throws(LocatedFault) {
                if try left(&run) == decisive { return decisive }
                return try right(&run)
            } catch {
                fault = error
            }
            // The left failed (or the right did, and then does again): only the right can decide now.
            if try right(&run) == decisive { return decisive }
            throw fault
        }
    }

    /// Comparisons of parts whose types are known and alike.
    static func comparing(_ name: String, _ arguments: [Typed]) -> Code? {
        guard arguments.count == 2, let symbol = BinaryOperator.allCases.first(where: { $0.function == name }),
            symbol.precedence == BinaryOperator.equal.precedence, symbol != .isIn
        else { return nil }
        let (left, right) = (arguments[0], arguments[1])
        let (first, second) = (left.range, right.range)
        switch (left.type, right.type) {
        case (.int, .int): return .bool(compare(symbol, code(left).int(first), code(right).int(second)))
        case (.decimal, .decimal), (.int, .decimal), (.decimal, .int):
            return .bool(compare(symbol, code(left).decimal(first), code(right).decimal(second)))
        case (.date, .date): return .bool(compare(symbol, code(left).date(first), code(right).date(second)))
        case (.string, .string) where symbol == .equal || symbol == .notEqual:
            return .bool(sameText(code(left).text(first), code(right).text(second), is: symbol == .equal))
        default: return nil
        }
    }

    private static func sameText(
        _ left: @escaping Operation<String>, _ right: @escaping Operation<String>, is wanted: Bool
    ) -> Operation<Bool> {
        { run throws(LocatedFault) in same(try left(&run), try right(&run)) == wanted }
    }

    private static func compare<Operand: Comparable & SendableMetatype>(
        _ symbol: BinaryOperator, _ left: @escaping Operation<Operand>, _ right: @escaping Operation<Operand>
    ) -> Operation<Bool> {
        switch symbol {
        case .equal: { run throws(LocatedFault) in try left(&run) == (try right(&run)) }
        case .notEqual: { run throws(LocatedFault) in try left(&run) != (try right(&run)) }
        case .less: { run throws(LocatedFault) in try left(&run) < (try right(&run)) }
        case .lessOrEqual: { run throws(LocatedFault) in try left(&run) <= (try right(&run)) }
        case .greater: { run throws(LocatedFault) in try left(&run) > (try right(&run)) }
        default: { run throws(LocatedFault) in try left(&run) >= (try right(&run)) }
        }
    }

    /// `x in ["a", "b"]` of texts, and `matches` with a pattern that is written out.
    static func searching(_ name: String, _ arguments: [Typed], _ typed: Typed) -> Code? {
        guard arguments.count == 2, let constant = arguments[1].constant else { return nil }
        let operand = arguments[0]
        if name == "@in", operand.type == .string, case .list(let elements) = constant {
            return .bool(among(elements, code(operand).text(operand.range)))
        }
        if name == "matches", operand.type == .string, case .string(let source) = constant,
            let pattern = try? Pattern.compiled(source)
        {
            let text = code(operand).text(operand.range)
            return .bool { run throws(LocatedFault) in
                let text = try text(&run)
                return try run.at(typed.range) { budget throws(Fault) in try pattern.matches(text, &budget) }
            }
        }
        return nil
    }

    private static func among(_ elements: [Value], _ text: @escaping Operation<String>) -> Operation<Bool> {
        let words = elements.compactMap { if case .string(let word) = $0 { word } else { nil } }
        return { run throws(LocatedFault) in
            let text = try text(&run)
            for word in words where same(word, text) { return true }
            return false
        }
    }
}
