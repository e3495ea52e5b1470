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
        { frame, run throws(LocatedFault) in
            var fault: LocatedFault?
            do throws(LocatedFault) {
                if try left(frame, &run) == decisive { return decisive }
            } catch {
                fault = error
            }
            guard let fault else { return try right(frame, &run) }
            if (try? right(frame, &run)) == decisive { return decisive }
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
        case (.date, .date): return .bool(compare(symbol, date(left), date(right)))
        case (.string, .string) where symbol == .equal || symbol == .notEqual:
            return .bool(sameText(left, right, is: symbol == .equal))
        default: return nil
        }
    }

    private static func sameText(_ left: Typed, _ right: Typed, is wanted: Bool) -> Operation<Bool> {
        let first = text(left)
        if case .string(let word)? = right.constant, word.isASCII {
            return { frame, run throws(LocatedFault) in
                let text = try first(frame, &run)
                try run.pay(for: text, left.range)
                return same(text, ascii: word) == wanted
            }
        }
        let (second, range) = (text(right), left.range)
        return { frame, run throws(LocatedFault) in
            let (left, right) = (try first(frame, &run), try second(frame, &run))
            try run.pay(for: left, range)
            return same(left, right) == wanted
        }
    }

    private static func compare<Operand: Comparable & SendableMetatype>(
        _ symbol: BinaryOperator, _ left: @escaping Operation<Operand>, _ right: @escaping Operation<Operand>
    ) -> Operation<Bool> {
        switch symbol {
        case .equal: { frame, run throws(LocatedFault) in try left(frame, &run) == (try right(frame, &run)) }
        case .notEqual: { frame, run throws(LocatedFault) in try left(frame, &run) != (try right(frame, &run)) }
        case .less: { frame, run throws(LocatedFault) in try left(frame, &run) < (try right(frame, &run)) }
        case .lessOrEqual: { frame, run throws(LocatedFault) in try left(frame, &run) <= (try right(frame, &run)) }
        case .greater: { frame, run throws(LocatedFault) in try left(frame, &run) > (try right(frame, &run)) }
        default: { frame, run throws(LocatedFault) in try left(frame, &run) >= (try right(frame, &run)) }
        }
    }

    /// `x in ["a", "b"]` of texts, and `matches` with a pattern that is written out.
    static func searching(_ name: String, _ arguments: [Typed], _ typed: Typed) -> Code? {
        guard arguments.count == 2, let constant = arguments[1].constant else { return nil }
        let operand = arguments[0]
        if name == "@in", operand.type == .string, case .list(let elements) = constant {
            return .bool(among(elements, text(operand), operand.range))
        }
        if name == "matches", operand.type == .string, case .string(let source) = constant,
            let pattern = try? Pattern.compiled(source)
        {
            let reading = text(operand)
            return .bool { frame, run throws(LocatedFault) in
                let text = try reading(frame, &run)
                return try run.at(typed.range) { budget throws(Fault) in try pattern.matches(text, &budget) }
            }
        }
        return nil
    }

    private static func among(
        _ elements: [Value], _ text: @escaping Operation<String>, _ range: TextRange
    ) -> Operation<Bool> {
        let words = elements.compactMap { if case .string(let word) = $0 { word } else { nil } }
        let isASCII = words.allSatisfy(\.isASCII)
        return { frame, run throws(LocatedFault) in
            let text = try text(frame, &run)
            try run.pay(for: text, range)
            for word in words where isASCII ? same(text, ascii: word) : same(text, word) { return true }
            return false
        }
    }

    /// A text straight from its slot.
    static func text(_ typed: Typed) -> Operation<String> {
        guard case .slot(let slot) = typed.term else { return code(typed).text(typed.range) }
        return { frame, run throws(LocatedFault) in
            guard case .string(let text)? = frame.cells[slot.index] else {
                throw frame.unreadable(slot, "string", typed.range)
            }
            return text
        }
    }

    static func date(_ typed: Typed) -> Operation<CalendarDate> {
        if case .date(let date)? = typed.constant { return { frame, run throws(LocatedFault) in date } }
        guard case .slot(let slot) = typed.term else { return code(typed).date(typed.range) }
        return { frame, run throws(LocatedFault) in
            guard case .date(let date)? = frame.cells[slot.index] else {
                throw frame.unreadable(slot, "date", typed.range)
            }
            return date
        }
    }
}

extension String {
    fileprivate var isASCII: Bool { utf8.allSatisfy { $0 < 128 } }
}
