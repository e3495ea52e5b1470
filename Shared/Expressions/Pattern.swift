/// A regular expression in a safe part of RE2's syntax, matched in time linear in the text: all states are followed at
/// once, nothing is tried again (Thompson, 1968; https://swtch.com/~rsc/regexp/regexp1.html).
struct Pattern: Sendable {
    enum Instruction: Sendable {
        case scalar(ScalarSet)
        case split(Int, Int)
        case jump(Int)
        case assert(Assertion)
        case match
    }

    enum Assertion: Sendable {
        case start, end, wordBoundary, noWordBoundary
        case lineStart, lineEnd
    }

    /// The size of a compiled pattern, which its counts (`{1,50}`) multiply.
    static let limit = 2000

    let instructions: [Instruction]

    static func compiled(_ source: String) throws(Fault) -> Pattern {
        var parser = PatternParser(source)
        let node = try parser.whole()
        var builder = PatternBuilder()
        try builder.add(node)
        builder.instructions.append(.match)
        return Pattern(instructions: builder.instructions)
    }

    /// Whether any part of the text matches.
    func matches(_ text: String, _ budget: inout Budget) throws(Fault) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var current = PatternStates(count: instructions.count)
        var next = PatternStates(count: instructions.count)
        for position in 0...scalars.count {
            try budget.spend(1 + current.list.count / 8)
            if follow(0, at: position, in: scalars, &current) { return true }
            guard position < scalars.count else { return false }
            for state in current.list {
                guard case .scalar(let set) = instructions[state], set.contains(scalars[position]) else { continue }
                if follow(state + 1, at: position + 1, in: scalars, &next) { return true }
            }
            (current, next) = (next, current)
            next.clear()
        }
        return false
    }

    /// Adds a state and all that it leads to without reading; says whether that is a match.
    private func follow(
        _ first: Int, at position: Int, in text: [Unicode.Scalar], _ states: inout PatternStates
    ) -> Bool {
        var pending = [first]
        while let state = pending.popLast() {
            guard states.insert(state) else { continue }
            switch instructions[state] {
            case .match: return true
            case .jump(let target): pending.append(target)
            case .split(let left, let right):
                pending.append(right)
                pending.append(left)
            case .assert(let assertion):
                if assertion.holds(at: position, in: text) { pending.append(state + 1) }
            case .scalar: break
            }
        }
        return false
    }
}

/// A set of states in the order of their coming.
struct PatternStates {
    private(set) var list: [Int] = []
    private var isMember: [Bool]

    init(count: Int) { isMember = Array(repeating: false, count: count) }

    mutating func insert(_ state: Int) -> Bool {
        guard !isMember[state] else { return false }
        isMember[state] = true
        list.append(state)
        return true
    }

    mutating func clear() {
        for state in list { isMember[state] = false }
        list.removeAll(keepingCapacity: true)
    }
}

extension Pattern.Assertion {
    func holds(at position: Int, in text: [Unicode.Scalar]) -> Bool {
        switch self {
        case .start: position == 0
        case .end: position == text.count
        case .lineStart: position == 0 || text[position - 1] == "\n"
        case .lineEnd: position == text.count || text[position] == "\n"
        case .wordBoundary: isBoundary(position, text)
        case .noWordBoundary: !isBoundary(position, text)
        }
    }

    private func isBoundary(_ position: Int, _ text: [Unicode.Scalar]) -> Bool {
        let before = position > 0 && ScalarSet.word.contains(text[position - 1])
        let after = position < text.count && ScalarSet.word.contains(text[position])
        return before != after
    }
}

/// Which code points a place in a pattern takes.
struct ScalarSet: Sendable {
    var ranges: [ClosedRange<UInt32>] = []
    var isNegated = false
    var ignoresCase = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        var isFound = has(scalar.value)
        if ignoresCase, !isFound {
            // As RE2's simple folding does for ASCII; other letters keep their case.
            if (65...90).contains(scalar.value) { isFound = has(scalar.value + 32) }
            if (97...122).contains(scalar.value) { isFound = has(scalar.value - 32) }
        }
        return isFound != isNegated
    }

    private func has(_ value: UInt32) -> Bool { ranges.contains { $0.contains(value) } }

    var inverted: [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { result.append(next...range.lowerBound - 1) }
            next = max(next, range.upperBound + 1)
        }
        return next <= 0x10FFFF ? result + [next...0x10FFFF] : result
    }

    static let digit = ScalarSet(ranges: [48...57])
    static let word = ScalarSet(ranges: [48...57, 65...90, 95...95, 97...122])
    static let space = ScalarSet(ranges: [9...10, 12...13, 32...32])
}
