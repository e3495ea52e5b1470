/// Reads the grammar of langdef, section Syntax, by recursive descent. After a mistake it goes on behind the next comma
/// or bracket of the same level, so that one run finds every mistake.
struct Parser {
    let source: Source
    let limits: Limits
    let tokens: [Token]
    var position = 0
    var nesting = 0
    var diagnostics: Diagnostics

    /// A text beyond the limit is not read at all.
    static func parse(_ source: Source, _ limits: Limits, _ diagnostics: inout Diagnostics) -> Syntax? {
        guard source.text.utf8.count <= limits.sourceBytes else {
            diagnostics.error(
                "the expression is longer than \(limits.sourceBytes) bytes", at: TextRange(start: 0, end: 0))
            return nil
        }
        var lexer = Lexer(source, diagnostics)
        let tokens = lexer.tokens()
        var parser = Parser(source: source, limits: limits, tokens: tokens, diagnostics: lexer.diagnostics)
        let syntax = parser.whole()
        diagnostics = parser.diagnostics
        return syntax
    }

    private mutating func whole() -> Syntax {
        let syntax = expression()
        if token.kind != .end { unexpected("an operator or the end") }
        return syntax
    }

    var token: Token { tokens[position] }

    func isAt(_ symbol: Symbol) -> Bool { token.kind == .symbol(symbol) }

    mutating func advance() {
        if position < tokens.count - 1 { position += 1 }
    }

    /// Takes the symbol if it is next.
    mutating func take(_ symbol: Symbol) -> Bool {
        guard isAt(symbol) else { return false }
        advance()
        return true
    }

    /// Says what was expected here; a bad token has its diagnostic already.
    mutating func unexpected(_ expected: String) {
        guard token.kind != .bad else { return }
        diagnostics.error("expected \(expected), found \(token.description(in: source))", at: token.range)
    }

    /// Passes over tokens up to a comma, colon or closing bracket of this level, or the end.
    mutating func recover() {
        var open = 0
        while token.kind != .end {
            if case .symbol(let symbol) = token.kind {
                if open == 0, symbol.isClosing || symbol == .comma || symbol == .colon { return }
                if symbol.closing != nil { open += 1 }
                if symbol.isClosing { open -= 1 }
            }
            advance()
        }
    }

    /// A node from where `start` began to the last token taken. Too deep a tree is refused here, for all.
    mutating func node(_ node: Syntax.Node, from start: TextRange, over parts: [Syntax] = []) -> Syntax {
        let end = position > 0 ? tokens[position - 1].range.end : start.end
        let range = TextRange(start: start.start, end: max(start.end, end))
        let depth = 1 + (parts.map(\.depth).max() ?? 0)
        guard depth <= limits.depth else {
            diagnostics.error("the expression has more than \(limits.depth) levels; break it up", at: range)
            return Syntax(node: .bad, range: range, depth: 1)
        }
        return Syntax(node: node, range: range, depth: depth)
    }

    mutating func bad(at range: TextRange) -> Syntax { Syntax(node: .bad, range: range, depth: 1) }
}
