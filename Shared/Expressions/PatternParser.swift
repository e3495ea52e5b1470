/// Reads RE2's syntax: literals, `.`, classes, `\d \w \s` and their opposites, anchors, groups, `|`, `* + ? {n,m}`
/// (also lazy, which changes no yes or no), and the flags `(?i)`, `(?s)`, `(?m)`. What it lacks it names.
struct PatternParser {
    private let source: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private var flags = Flags()

    private struct Flags {
        var ignoresCase = false
        var dotTakesNewline = false
        var isMultiline = false
    }

    init(_ source: String) { self.source = Array(source.unicodeScalars) }

    mutating func whole() throws(Fault) -> PatternNode {
        let node = try choice()
        guard position == source.count else { throw problem("a \")\" has no \"(\"") }
        return node
    }

    private var scalar: Unicode.Scalar? { position < source.count ? source[position] : nil }

    private func problem(_ reason: String) -> Fault {
        .invalidArgument("the pattern \"\(Library.string(source))\" is wrong at character \(position + 1): \(reason)")
    }

    private mutating func take(_ wanted: Unicode.Scalar) -> Bool {
        guard scalar == wanted else { return false }
        position += 1
        return true
    }

    private mutating func choice() throws(Fault) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 50 else { throw problem("groups are nested too deep") }
        var parts = [try sequence()]
        while take("|") { parts.append(try sequence()) }
        return parts.count == 1 ? parts[0] : .choice(parts)
    }

    private mutating func sequence() throws(Fault) -> PatternNode {
        var parts: [PatternNode] = []
        while let next = scalar, next != "|", next != ")" {
            guard let atom = try atom() else { continue }
            parts.append(try quantified(atom))
        }
        return .sequence(parts)
    }

    private mutating func quantified(_ atom: PatternNode) throws(Fault) -> PatternNode {
        guard let (least, most) = try quantifier() else { return atom }
        _ = take("?")
        if let next = scalar, "*+?".unicodeScalars.contains(next) { throw problem("a repetition of a repetition") }
        return .repeated(atom, least: least, most: most)
    }

    private mutating func quantifier() throws(Fault) -> (least: Int, most: Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        let start = position
        guard take("{"), let least = number() else {
            position = start
            return nil
        }
        var most: Int? = least
        if take(",") { most = number() }
        guard take("}") else {
            position = start
            return nil
        }
        guard least <= 1000, most ?? 0 <= 1000, most ?? least >= least else {
            throw problem("the count is not 0 to 1000")
        }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let next = scalar, (48...57).contains(next.value) {
            value = min((value ?? 0) * 10 + Int(next.value - 48), 10_000)
            position += 1
        }
        return value
    }

    /// `nil` for what only sets flags.
    private mutating func atom() throws(Fault) -> PatternNode? {
        guard let next = scalar else { return nil }
        position += 1
        switch next {
        case "(": return try group()
        case "[": return .set(try set())
        case ".": return .set(ScalarSet(ranges: flags.dotTakesNewline ? [] : [10...10], isNegated: true))
        case "^": return .assertion(flags.isMultiline ? .lineStart : .start)
        case "$": return .assertion(flags.isMultiline ? .lineEnd : .end)
        case "\\": return try escape()
        case "*", "+", "?":
            position -= 1
            throw problem("nothing to repeat before \"\(next)\"")
        default: return .set(literal(next))
        }
    }

    private func literal(_ scalar: Unicode.Scalar) -> ScalarSet {
        ScalarSet(ranges: [scalar.value...scalar.value], ignoresCase: flags.ignoresCase)
    }

    private mutating func group() throws(Fault) -> PatternNode? {
        let outer = flags
        if take("?") {
            if take("P"), scalar != "<" { throw problem("(?P must be followed by <name>") }
            if take("<") {
                while let next = scalar, next != ">" {
                    guard ScalarSet.word.contains(next) else { throw problem("look-behind is not supported") }
                    position += 1
                }
                guard take(">") else { throw problem("the name of a group is not closed") }
            } else if try !setFlags() {
                return nil
            }
        }
        let node = try choice()
        guard take(")") else { throw problem("a \")\" is missing") }
        flags = outer
        return node
    }

    /// Reads flags; false when they end with `)` and hold for the rest of the group.
    private mutating func setFlags() throws(Fault) -> Bool {
        var value = true
        while let next = scalar {
            position += 1
            switch next {
            case "i": flags.ignoresCase = value
            case "s": flags.dotTakesNewline = value
            case "m": flags.isMultiline = value
            case "-": value = false
            case ":": return true
            case ")": return false
            default: throw problem("(?\(next) is not supported")
            }
        }
        throw problem("a \")\" is missing")
    }

    private mutating func escape() throws(Fault) -> PatternNode {
        switch scalar {
        case "b": return assertion(.wordBoundary)
        case "B": return assertion(.noWordBoundary)
        case "A": return assertion(.start)
        case "z": return assertion(.end)
        default: return .set(try escapedSet())
        }
    }

    private mutating func assertion(_ assertion: Pattern.Assertion) -> PatternNode {
        position += 1
        return .assertion(assertion)
    }

    private mutating func escapedSet() throws(Fault) -> ScalarSet {
        guard let next = scalar else { throw problem("nothing behind \"\\\"") }
        position += 1
        switch next {
        case "d": return .digit
        case "w": return .word
        case "s": return .space
        case "D": return ScalarSet(ranges: ScalarSet.digit.ranges, isNegated: true)
        case "W": return ScalarSet(ranges: ScalarSet.word.ranges, isNegated: true)
        case "S": return ScalarSet(ranges: ScalarSet.space.ranges, isNegated: true)
        case "n": return literal("\n")
        case "r": return literal("\r")
        case "t": return literal("\t")
        case "f": return literal("\u{C}")
        case "v": return literal("\u{B}")
        case "a": return literal("\u{7}")
        default:
            guard next.value < 128, !ScalarSet.word.contains(next) else {
                throw problem("\"\\\(next)\" is not supported")
            }
            return literal(next)
        }
    }

    /// A class, behind its opening bracket.
    private mutating func set() throws(Fault) -> ScalarSet {
        let isNegated = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        var isFirst = true
        while let next = scalar, next != "]" || isFirst {
            isFirst = false
            if next == "[", position + 1 < source.count, source[position + 1] == ":" {
                throw problem("named classes such as [:alpha:] are not supported")
            }
            let low = try member()
            guard scalar == "-", position + 1 < source.count, source[position + 1] != "]" else {
                ranges += low.isNegated ? low.inverted : low.ranges
                continue
            }
            position += 1
            let high = try member()
            guard let first = low.single, let last = high.single, first <= last else {
                throw problem("a range is turned round")
            }
            ranges.append(first...last)
        }
        guard take("]") else { throw problem("a \"]\" is missing") }
        return ScalarSet(ranges: ranges, isNegated: isNegated, ignoresCase: flags.ignoresCase)
    }

    private mutating func member() throws(Fault) -> ScalarSet {
        guard let next = scalar else { throw problem("a \"]\" is missing") }
        position += 1
        return next == "\\" ? try escapedSet() : literal(next)
    }
}

extension ScalarSet {
    /// The one code point of the set.
    fileprivate var single: UInt32? {
        ranges.count == 1 && !isNegated && ranges[0].count == 1 ? ranges[0].lowerBound : nil
    }
}
