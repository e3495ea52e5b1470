/// A parsed regular expression.
indirect enum PatternNode {
    case set(ScalarSet)
    case assertion(Pattern.Assertion)
    case sequence([PatternNode])
    case choice([PatternNode])
    /// At least and at most so often; without `most`, any number of times.
    case repeated(PatternNode, least: Int, most: Int?)
}

/// Lays a parsed pattern out as instructions; those of a count are copied.
struct PatternBuilder {
    var instructions: [Pattern.Instruction] = []
    /// Counts what adds no instruction too: `((){1000}){1000}` must not take its time.
    private var visits = 0

    mutating func add(_ node: PatternNode) throws(Fault) {
        visits += 1
        guard instructions.count < Pattern.limit, visits < 4 * Pattern.limit else {
            throw .invalidArgument("the pattern is too large; lower its counts")
        }
        switch node {
        case .set(let set): instructions.append(.scalar(set))
        case .assertion(let assertion): instructions.append(.assert(assertion))
        case .sequence(let parts):
            for part in parts { try add(part) }
        case .choice(let parts): try addChoice(parts)
        case .repeated(let part, let least, let most): try addRepeated(part, least, most)
        }
    }

    private mutating func addChoice(_ parts: [PatternNode]) throws(Fault) {
        var jumps: [Int] = []
        for (index, part) in parts.enumerated() {
            guard index < parts.count - 1 else {
                try add(part)
                break
            }
            let split = reserve()
            try add(part)
            jumps.append(reserve())
            instructions[split] = .split(split + 1, instructions.count)
        }
        for jump in jumps { instructions[jump] = .jump(instructions.count) }
    }

    private mutating func addRepeated(_ part: PatternNode, _ least: Int, _ most: Int?) throws(Fault) {
        for _ in 0..<least { try add(part) }
        guard let most else {
            let split = reserve()
            try add(part)
            instructions.append(.jump(split))
            instructions[split] = .split(split + 1, instructions.count)
            return
        }
        var splits: [Int] = []
        for _ in 0..<max(0, most - least) {
            splits.append(reserve())
            try add(part)
        }
        for split in splits { instructions[split] = .split(split + 1, instructions.count) }
    }

    private mutating func reserve() -> Int {
        instructions.append(.jump(instructions.count + 1))
        return instructions.count - 1
    }
}
