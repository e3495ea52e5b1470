package import Domain

/// A parsed expression: what is written, before anything is known of its names and types.
package struct Syntax: Sendable {
    package indirect enum Node: Sendable {
        case literal(Literal)
        /// A simple name; rooted when written `.name`, which looks past the variables of macros.
        case name(String, isRooted: Bool)
        case select(Syntax, field: String)
        /// The macro `has(e.f)`.
        case has(Syntax, field: String)
        case index(Syntax, Syntax)
        case call(String, [Syntax])
        case method(Syntax, String, [Syntax], name: TextRange)
        case unary(UnaryOperator, Syntax)
        case binary(BinaryOperator, Syntax, Syntax)
        case conditional(Syntax, Syntax, Syntax)
        case list([Syntax])
        case map([Entry])
        case comprehension(Comprehension)
        /// Already has its diagnostic.
        case bad
    }

    package struct Entry: Sendable {
        package let key: Syntax
        package let value: Syntax
    }

    /// `range.macro(variable, bodies…)`
    package struct Comprehension: Sendable {
        package let macro: Macro
        package let range: Syntax
        package let variable: String
        package let bodies: [Syntax]
    }

    package let node: Node
    package let range: TextRange
    /// Levels below and including this one.
    package let depth: Int
}

package enum Literal: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case decimal(Number)
    /// Written with a percent sign; the value is the hundredth.
    case percent(Number)
    case string(String)
    case bytes([UInt8])

    var value: Value {
        switch self {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .int(let number): .int(number)
        case .decimal(let number), .percent(let number): .decimal(number)
        case .string(let text): .string(text)
        case .bytes(let bytes): .bytes(bytes)
        }
    }
}

/// The macros over lists and maps (langdef, Macros).
package enum Macro: String, Hashable, Sendable, CaseIterable {
    case all, exists
    case existsOne = "exists_one"
    case map, filter

    /// The counts of arguments that make it a macro; with any other it is an ordinary call.
    var argumentCounts: ClosedRange<Int> { self == .map ? 2...3 : 2...2 }

    init?(_ name: String) {
        // What cel-go calls it since 2023.
        if name == "existsOne" { self = .existsOne } else { self.init(rawValue: name) }
    }
}

package enum UnaryOperator: String, Hashable, Sendable {
    case not = "!"
    case negate = "-"

    var function: String { self == .not ? "!_" : "-_" }
}

package enum BinaryOperator: String, Hashable, Sendable, CaseIterable {
    case or = "||"
    case and = "&&"
    case equal = "=="
    case notEqual = "!="
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case less = "<"
    case greater = ">"
    case isIn = "in"
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"

    /// langdef's table turned round: the greater binds the tighter.
    var precedence: Int {
        switch self {
        case .or: 1
        case .and: 2
        case .equal, .notEqual, .lessOrEqual, .greaterOrEqual, .less, .greater, .isIn: 3
        case .add, .subtract: 4
        case .multiply, .divide, .remainder: 5
        }
    }

    /// The name by which langdef dispatches it.
    var function: String { self == .isIn ? "@in" : "_\(rawValue)_" }

    init?(_ kind: Token.Kind) {
        switch kind {
        case .symbol(let symbol): self.init(rawValue: symbol.rawValue)
        case .identifier("in"): self = .isIn
        default: return nil
        }
    }
}
