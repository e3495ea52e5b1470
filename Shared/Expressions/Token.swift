import Domain

/// A lexical element (langdef, Syntax: the lexis).
struct Token: Equatable {
    enum Kind: Equatable {
        case identifier(String)
        /// A field name between backquotes, which need not be an identifier.
        case escaped(String)
        /// The magnitude; the sign is an operator.
        case int(UInt64)
        case decimal(Number)
        /// `50%`, its value being 0.5.
        case percent(Number)
        case string(String)
        case bytes([UInt8])
        case symbol(Symbol)
        /// Already has its diagnostic.
        case bad
        case end
    }

    let kind: Kind
    let range: TextRange

    /// How a diagnostic names it.
    func description(in source: Source) -> String {
        switch kind {
        case .end: return "the end"
        case .string, .bytes: return "a text"
        default:
            let bytes = source.text.utf8.dropFirst(range.start).prefix(min(range.end - range.start, 40))
            return "\"\(String(decoding: Array(bytes), as: UTF8.self))\""
        }
    }
}

enum Symbol: String, CaseIterable {
    case or = "||"
    case and = "&&"
    case equal = "=="
    case notEqual = "!="
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case less = "<"
    case greater = ">"
    case plus = "+"
    case minus = "-"
    case times = "*"
    case divide = "/"
    case modulo = "%"
    case not = "!"
    case question = "?"
    case colon = ":"
    case comma = ","
    case dot = "."
    case openParenthesis = "("
    case closeParenthesis = ")"
    case openBracket = "["
    case closeBracket = "]"
    case openBrace = "{"
    case closeBrace = "}"

    /// What closes what this opens.
    var closing: Symbol? {
        switch self {
        case .openParenthesis: .closeParenthesis
        case .openBracket: .closeBracket
        case .openBrace: .closeBrace
        default: nil
        }
    }

    var isClosing: Bool { self == .closeParenthesis || self == .closeBracket || self == .closeBrace }
}

enum Word {
    static let keywords = ["true", "false", "null", "in"]
    /// Kept free by CEL for the languages that it is embedded in.
    static let reserved = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ]
}
