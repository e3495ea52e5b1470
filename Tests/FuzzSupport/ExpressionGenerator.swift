/// Makes expressions from a seed: typed ones, which must be accepted, and soup, which must do no harm.
package struct ExpressionGenerator {
    package enum Kind: CaseIterable { case bool, int, decimal, string, date, ints, strings }

    package var random: Seeded
    private var variables: [(name: String, kind: Kind)] = []

    package init(_ seed: UInt64) { random = Seeded(seed) }

    /// A well-typed expression of at most so many levels.
    package mutating func expression(_ kind: Kind, _ depth: Int) -> String {
        guard depth > 0, random.below(5) > 0 else { return leaf(kind) }
        if random.below(6) == 0 {
            return "(\(bool(depth)) ? \(expression(kind, depth - 1)) : \(expression(kind, depth - 1)))"
        }
        switch kind {
        case .bool: return boolean(depth)
        case .int, .decimal: return number(kind, depth)
        case .string: return text(depth)
        case .date: return "(\(expression(.date, depth - 1)) \(random.pick(["+", "-"])) \(expression(.int, depth - 1)))"
        case .ints: return list(of: .int, depth)
        case .strings: return list(of: .string, depth)
        }
    }

    private mutating func bool(_ depth: Int) -> String { expression(.bool, depth - 1) }

    private mutating func leaf(_ kind: Kind) -> String {
        let near = variables.filter { $0.kind == kind }
        if !near.isEmpty, random.below(2) == 0 { return random.pick(near).name }
        switch kind {
        case .bool: return random.pick(["true", "false", "isNew", "has(deal.region)", "has(deal.kind)"])
        case .int:
            return random.pick(["0", "1", "-3", "credit.count", "9223372036854775807", "0x1f", "-9223372036854775808"])
        case .decimal:
            return random.pick([
                "0.5", "6%", "-2.25", "credit.amount", "attainment(bookings)", "attainment(renewals)", "1e20", "0.0",
            ])
        case .string:
            return random.pick(["''", "'new'", "deal.kind", "deal.region", #""a\n\"é😀""#, "r'\\d'", "'''x'y'''"])
        case .date: return random.pick(["credit.date", "date('2026-02-28')", "date('0001-01-01')"])
        case .ints: return random.pick(["[]", "[1]", "[3, 1, 2]"])
        case .strings: return random.pick(["[]", "['a', 'new']"])
        }
    }

    private mutating func boolean(_ depth: Int) -> String {
        let kind = random.pick([Kind.int, .decimal, .string, .date, .bool])
        switch random.below(7) {
        case 0: return "(\(bool(depth)) \(random.pick(["&&", "||", "==", "!="])) \(bool(depth)))"
        case 1: return "!\(bool(depth))"
        case 2:
            return
                "(\(expression(kind, depth - 1)) \(random.pick(["<", "<=", ">", ">=", "==", "!="])) \(expression(kind, depth - 1)))"
        case 3: return "(\(expression(.string, depth - 1)) in \(expression(.strings, depth - 1)))"
        case 4:
            return
                "\(expression(.string, depth - 1)).\(random.pick(["contains", "startsWith", "endsWith"]))(\(expression(.string, depth - 1)))"
        case 5: return "\(expression(.string, depth - 1)).matches('^(a|n.w)*$')"
        default: return macro(random.pick(["all", "exists", "exists_one"]), .bool, depth)
        }
    }

    private mutating func number(_ kind: Kind, _ depth: Int) -> String {
        let (left, right) = (expression(kind, depth - 1), expression(kind, depth - 1))
        switch random.below(4) {
        case 0: return "-(\(left))"
        case 1 where kind == .int: return "size(\(expression(.ints, depth - 1)))"
        case 2: return "\(random.pick(["min", "max"]))(\(left), \(right))"
        default:
            return
                "(\(left) \(random.pick(kind == .int ? ["+", "-", "*", "/", " % "] : ["+", "-", "*", "/"])) \(right))"
        }
    }

    private mutating func text(_ depth: Int) -> String {
        let part = expression(.string, depth - 1)
        switch random.below(4) {
        case 0: return "(\(part) + \(expression(.string, depth - 1)))"
        case 1: return "\(part).upperAscii()"
        case 2: return "string(\(expression(random.pick([.int, .decimal, .bool, .date]), depth - 1)))"
        default: return "\(part).replace('a', \(expression(.string, depth - 1)))"
        }
    }

    private mutating func list(of kind: Kind, _ depth: Int) -> String {
        let whole: Kind = kind == .int ? .ints : .strings
        switch random.below(4) {
        case 0: return "[\(expression(kind, depth - 1)), \(expression(kind, depth - 1))]"
        case 1: return "(\(expression(whole, depth - 1)) + \(expression(whole, depth - 1)))"
        case 2: return macro("filter", .bool, depth, over: whole)
        default: return macro("map", kind, depth, over: whole)
        }
    }

    private mutating func macro(_ name: String, _ body: Kind, _ depth: Int, over kind: Kind? = nil) -> String {
        let range = kind ?? random.pick([.ints, .strings])
        let operand = expression(range, depth - 1)
        let variable = "v\(variables.count)"
        variables.append((variable, range == .ints ? .int : .string))
        defer { variables.removeLast() }
        return "\(operand).\(name)(\(variable), \(expression(body, depth - 1)))"
    }

    /// Tokens in any order.
    package mutating func soup() -> String {
        let pieces = [
            "(", ")", "[", "]", "{", "}", ".", ",", ":", "?", "+", "-", "*", "/", "%", "!", "&&", "||", "==", "<", "in",
            " ",
            "1", "0.5", "6%", "9223372036854775808", "1e400", "0x", "5u", "'a'", "\"", "'''", "r'", "b'\\xff'", "\\",
            "`", "`a-b`",
            "true", "null", "has", "all", "map", "x", "credit", "amount", "deal.kind", "attainment", "bookings", "date",
            "matches",
            "'(a*)*'", "'2026-99-99'", "é", "😀", "\u{0}", "\n", "//", "while", "size", "anything", "min",
            "duration('1h')", "é\u{301}",
        ]
        return (0..<random.below(40)).map { _ in random.pick(pieces) }.joined(separator: random.pick(["", " "]))
    }

    /// The text with a few of its bytes removed, doubled, swapped or replaced.
    package mutating func mutated(_ text: String) -> String {
        var bytes = Array(text.utf8)
        for _ in 0...random.below(4) where !bytes.isEmpty {
            let place = random.below(bytes.count)
            switch random.below(4) {
            case 0: bytes.remove(at: place)
            case 1: bytes.insert(bytes[random.below(bytes.count)], at: place)
            case 2: bytes.swapAt(place, random.below(bytes.count))
            default: bytes[place] = UInt8(truncatingIfNeeded: random.next())
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
