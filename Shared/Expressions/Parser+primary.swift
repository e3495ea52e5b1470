extension Parser {
    /// `Member`: a primary with selections, calls and indexes behind it.
    mutating func member() -> Syntax {
        var operand = primary()
        while true {
            if take(.dot) {
                operand = selection(of: operand)
            } else if isAt(.openBracket) {
                advance()
                let index = expression()
                close(.closeBracket)
                operand = node(.index(operand, index), from: operand.range, over: [operand, index])
            } else {
                return operand
            }
        }
    }

    private mutating func selection(of operand: Syntax) -> Syntax {
        let name = token
        switch name.kind {
        case .identifier(let word) where !Word.keywords.contains(word):
            advance()
            guard take(.openParenthesis) else {
                return node(.select(operand, field: word), from: operand.range, over: [operand])
            }
            return method(word, of: operand, at: name.range)
        case .escaped(let word):
            advance()
            return node(.select(operand, field: word), from: operand.range, over: [operand])
        default:
            unexpected("a field or function name after \".\"")
            if name.kind == .bad { advance() }
            return bad(at: operand.range)
        }
    }

    private mutating func primary() -> Syntax {
        let first = token
        switch first.kind {
        case .symbol(.openParenthesis):
            advance()
            let inner = expression()
            close(.closeParenthesis)
            return inner
        case .symbol(.openBracket): return list()
        case .symbol(.openBrace): return map()
        case .symbol(.dot):
            advance()
            guard case .identifier = token.kind else { return noPrimary() }
            return name(isRooted: true, from: first.range)
        case .identifier: return name(isRooted: false, from: first.range)
        case .bad:
            advance()
            if !mayFollowValue { recover() }
            return bad(at: first.range)
        default:
            guard let literal = literal(first) else { return noPrimary() }
            advance()
            return node(.literal(literal), from: first.range)
        }
    }

    /// Whether a spoilt value may be taken for one, so that what follows it is still looked at.
    private var mayFollowValue: Bool {
        if case .symbol(let symbol) = token.kind { return symbol != .not && symbol.closing == nil }
        return token.kind == .end || token.kind == .identifier("in")
    }

    private mutating func noPrimary() -> Syntax {
        let range = token.range
        unexpected("a value")
        recover()
        return bad(at: range)
    }

    private mutating func literal(_ token: Token) -> Literal? {
        switch token.kind {
        case .int(let magnitude):
            guard let value = Int64(exactly: magnitude) else {
                diagnostics.error("the whole number is too large; write it with \".0\"", at: token.range)
                return .int(0)
            }
            return .int(value)
        case .decimal(let value): return .decimal(value)
        case .percent(let value): return .percent(value)
        case .string(let text): return .string(text)
        case .bytes(let bytes): return .bytes(bytes)
        default: return nil
        }
    }

    private mutating func name(isRooted: Bool, from start: TextRange) -> Syntax {
        guard case .identifier(let word) = token.kind else { return noPrimary() }
        switch word {
        case "true", "false", "null":
            advance()
            return node(.literal(word == "null" ? .null : .bool(word == "true")), from: start)
        case "in": return noPrimary()
        default: break
        }
        if Word.reserved.contains(word) {
            diagnostics.error("\"\(word)\" is a reserved word and cannot be a name", at: token.range)
        }
        advance()
        if take(.openParenthesis) { return call(word, from: start) }
        if isAt(.openBrace) { return message(from: start) }
        return node(.name(word, isRooted: isRooted), from: start)
    }

    private mutating func message(from start: TextRange) -> Syntax {
        diagnostics.error("messages cannot be constructed; write a map: {\"name\": value}", at: start)
        _ = map()
        return bad(at: start)
    }

    private mutating func list() -> Syntax {
        let start = token.range
        advance()
        let elements = expressions(until: .closeBracket)
        return node(.list(elements), from: start, over: elements)
    }

    private mutating func map() -> Syntax {
        let start = token.range
        advance()
        var entries: [Syntax.Entry] = []
        while !isAt(.closeBrace), token.kind != .end {
            let key = expression()
            guard take(.colon) else {
                unexpected("\":\" and the value for this key")
                recover()
                if take(.comma) { continue }
                break
            }
            entries.append(Syntax.Entry(key: key, value: expression()))
            guard take(.comma) else { break }
        }
        close(.closeBrace)
        return node(.map(entries), from: start, over: entries.flatMap { [$0.key, $0.value] })
    }

    /// Expressions between commas up to the closing bracket, which is taken; a list may end with a comma.
    mutating func expressions(until closing: Symbol) -> [Syntax] {
        var parts: [Syntax] = []
        while !isAt(closing), token.kind != .end {
            parts.append(expression())
            guard take(.comma) else { break }
            if closing == .closeParenthesis, isAt(closing) {
                unexpected("an argument after \",\"")
                parts.append(bad(at: token.range))
            }
        }
        close(closing)
        return parts
    }

    mutating func close(_ closing: Symbol) {
        if take(closing) { return }
        unexpected("\"\(closing.rawValue)\"")
        recover()
        while isAt(.comma) || isAt(.colon) {
            advance()
            recover()
        }
        _ = take(closing)
    }
}
