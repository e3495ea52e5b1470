import Domain

extension Parser {
    /// `Expr`
    mutating func expression() -> Syntax {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= limits.nesting else { return tooNested() }
        var arms: [(test: Syntax, first: Syntax)] = []
        var last = binary(above: 0)
        while isAt(.question) {
            advance()
            let first = binary(above: 0)
            guard take(.colon) else {
                unexpected("\":\" and what holds otherwise")
                recover()
                return bad(at: last.range.joined(first.range))
            }
            arms.append((last, first))
            last = binary(above: 0)
        }
        for arm in arms.reversed() {
            last = node(
                .conditional(arm.test, arm.first, last), from: arm.test.range, over: [arm.test, arm.first, last])
        }
        return last
    }

    private mutating func tooNested() -> Syntax {
        let range = token.range
        diagnostics.error("more than \(limits.nesting) brackets within brackets; break the expression up", at: range)
        recover()
        return bad(at: range)
    }

    /// Left-associative operators that bind tighter than `precedence`.
    private mutating func binary(above precedence: Int) -> Syntax {
        var left = unary()
        while let symbol = BinaryOperator(token.kind), symbol.precedence > precedence {
            advance()
            let right = binary(above: symbol.precedence)
            left = node(.binary(symbol, left, right), from: left.range, over: [left, right])
        }
        return left
    }

    /// Runs of `!` or `-`, which bind looser than a call or an index.
    private mutating func unary() -> Syntax {
        var symbols: [(UnaryOperator, TextRange)] = []
        var literal: Syntax?
        while literal == nil {
            let range = token.range
            if take(.not) {
                symbols.append((.not, range))
            } else if isAt(.minus) {
                literal = negativeLiteral()
                if literal == nil {
                    advance()
                    symbols.append((.negate, range))
                }
            } else {
                break
            }
        }
        var operand = literal ?? member()
        for (symbol, range) in symbols.reversed() {
            operand = node(.unary(symbol, operand), from: range, over: [operand])
        }
        return operand
    }

    /// `-5` is one literal (so that the least int can be written), unless something is selected from the 5.
    private mutating func negativeLiteral() -> Syntax? {
        let start = token.range
        let number = tokens[position + 1].kind
        if position + 2 < tokens.count, [.symbol(.dot), .symbol(.openBracket)].contains(tokens[position + 2].kind) {
            return nil
        }
        let literal: Literal
        switch number {
        case .int(let magnitude):
            guard magnitude <= UInt64(Int64.max) + 1 else { return nil }
            literal = .int(Int64(truncatingIfNeeded: 0 &- magnitude))
        case .decimal(let value):
            guard let negative = try? -value else { return nil }
            literal = .decimal(negative)
        case .percent(let value):
            guard let negative = try? -value else { return nil }
            literal = .percent(negative)
        default: return nil
        }
        advance()
        advance()
        return node(.literal(literal), from: start)
    }
}
