import Domain

extension Syntax: CustomStringConvertible {
    /// The expression in one canonical form; parsed again, it gives the same tree.
    package var description: String { text(at: 0) }

    /// Put in parentheses where its place binds tighter than it does.
    private func text(at precedence: Int) -> String {
        precedence > self.precedence ? "(\(bare))" : bare
    }

    private static let primary = 8
    private static let unary = 7

    private var precedence: Int {
        switch node {
        case .conditional: 0
        case .binary(let symbol, _, _): symbol.precedence
        case .unary: Syntax.unary
        case .literal(.int(let number)): number < 0 ? Syntax.unary : Syntax.primary
        case .literal(.decimal(let number)): number.isNegative ? Syntax.unary : Syntax.primary
        case .literal(.percent): Syntax.unary
        default: Syntax.primary
        }
    }

    private var bare: String {
        switch node {
        case .literal(let literal): literal.description
        case .name(let name, let isRooted): (isRooted ? "." : "") + name
        case .select(let operand, let field): operand.text(at: Syntax.primary) + "." + quoted(field)
        case .has(let operand, let field): "has(" + operand.text(at: Syntax.primary) + "." + quoted(field) + ")"
        case .index(let operand, let index): operand.text(at: Syntax.primary) + "[\(index)]"
        case .call(let name, let arguments): name + "(" + joined(arguments) + ")"
        case .method(let operand, let name, let arguments, _):
            operand.text(at: Syntax.primary) + ".\(name)(" + joined(arguments) + ")"
        case .unary(let symbol, let operand): symbol.rawValue + operandText(symbol, operand)
        case .binary(let symbol, let left, let right):
            left.text(at: symbol.precedence) + " \(symbol.rawValue) " + right.text(at: symbol.precedence + 1)
        case .conditional(let test, let first, let second): "\(test.text(at: 1)) ? \(first.text(at: 1)) : \(second)"
        case .list(let elements): "[" + joined(elements) + "]"
        case .map(let entries): "{" + entries.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
        case .comprehension(let macro):
            macro.range.text(at: Syntax.primary) + ".\(macro.macro.rawValue)(\(macro.variable), "
                + joined(macro.bodies) + ")"
        case .bad: "?"
        }
    }

    /// `-(5)` is a negation, `-5` a literal.
    private func operandText(_ symbol: UnaryOperator, _ operand: Syntax) -> String {
        if symbol == .negate, case .literal(let literal) = operand.node, literal.isUnsignedNumber {
            return "(\(operand))"
        }
        return operand.text(at: Syntax.unary)
    }

    private func joined(_ parts: [Syntax]) -> String { parts.map(\.description).joined(separator: ", ") }

    private func quoted(_ field: String) -> String {
        let isPlain = field.utf8.first.map(isLetter) == true && field.utf8.allSatisfy { isLetter($0) || isDigit($0) }
        return isPlain && !Word.keywords.contains(field) ? field : "`\(field)`"
    }
}

extension Literal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): String(number)
        case .decimal(let number):
            number.description.utf8.contains(46) ? number.description : "\(number).0"
        case .percent(let number): Literal.percentText(number)
        case .string(let text): Value.string(text).json
        case .bytes(let bytes): "b\"" + bytes.map(Literal.octal).joined() + "\""
        }
    }

    var isUnsignedNumber: Bool {
        switch self {
        case .int(let number): number >= 0
        case .decimal(let number), .percent(let number): !number.isNegative
        default: false
        }
    }

    private static func percentText(_ number: Number) -> String {
        if let hundredfold = try? number * 100 { return "\(hundredfold)%" }
        return "\(number)e2%"
    }

    private static func octal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 8)
        return "\\" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }
}
