extension Parser {
    /// A global call, behind its opening parenthesis; `has` is the one macro among them.
    mutating func call(_ name: String, from start: TextRange) -> Syntax {
        let arguments = expressions(until: .closeParenthesis)
        guard name == "has" else { return node(.call(name, arguments), from: start, over: arguments) }
        guard arguments.count == 1, case .select(let operand, let field) = arguments[0].node else {
            if arguments.first?.node.isBad != true {
                diagnostics.error("has() takes a field, as in has(deal.region)", at: start)
            }
            return bad(at: start)
        }
        return node(.has(operand, field: field), from: start, over: arguments)
    }

    /// A call on a receiver, behind its opening parenthesis: a macro where name and count of arguments make it one.
    mutating func method(_ name: String, of operand: Syntax, at range: TextRange) -> Syntax {
        let arguments = expressions(until: .closeParenthesis)
        let parts = [operand] + arguments
        guard let macro = Macro(name), macro.argumentCounts.contains(arguments.count) else {
            return node(.method(operand, name, arguments, name: range), from: operand.range, over: parts)
        }
        guard case .name(let variable, isRooted: false) = arguments[0].node else {
            if !arguments[0].node.isBad {
                diagnostics.error(
                    "\(name)() takes a new name first, as in list.\(name)(x, x > 0)", at: arguments[0].range)
            }
            return bad(at: operand.range)
        }
        let comprehension = Syntax.Comprehension(
            macro: macro, range: operand, variable: variable, bodies: Array(arguments.dropFirst()))
        return node(.comprehension(comprehension), from: operand.range, over: parts)
    }
}

extension Syntax.Node {
    var isBad: Bool {
        if case .bad = self { true } else { false }
    }
}
