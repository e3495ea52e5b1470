import Domain
import FuzzSupport
import Testing

@testable import Expressions

/// `make fuzz` does the same a million times; the seed of a failure is in its message.
private let rounds = 2000

@Suite("Fuzzing")
struct FuzzTests {
    let company = Company()

    private var limits: Limits {
        var limits = Limits()
        limits.steps = 5000
        return limits
    }

    private func outcome(_ text: String, isStrict: Bool) -> Result<Value, any Error> {
        var names = company.names
        return Result {
            let program = try names.compile(Source(text), as: nil, limits: limits, isStrict: isStrict)
            return try program.evaluate(company.frame)
        }
    }

    @Test("whatever is written, it is refused or evaluated, and never does harm")
    func anything() {
        for seed in 0..<UInt64(rounds) {
            var generator = ExpressionGenerator(seed)
            let typed = generator.expression(generator.random.pick(ExpressionGenerator.Kind.allCases), 3)
            for text in [generator.soup(), generator.mutated(typed), generator.mutated(generator.soup())] {
                for isStrict in [true, false] {
                    if case .success(let value) = outcome(text, isStrict: isStrict) {
                        #expect(value.json.utf8.count < 1_000_000)
                    }
                }
                guard let syntax = try? Syntax.parse(Source(text)) else { continue }
                let again = try? Syntax.parse(Source(syntax.description))
                #expect(again.map(shape) == shape(syntax), "seed \(seed): \(text)")
            }
        }
    }

    @Test("a well-typed expression is accepted, prints and parses to itself, and checking changes no result")
    func typed() throws {
        for seed in 0..<UInt64(rounds) {
            var generator = ExpressionGenerator(seed &+ 1 << 40)
            let text = generator.expression(generator.random.pick(ExpressionGenerator.Kind.allCases), 4)
            let syntax = try Syntax.parse(Source(text))
            let again = try Syntax.parse(Source(syntax.description))
            #expect(shape(again) == shape(syntax), "seed \(seed): \(text)")
            #expect(again.description == syntax.description, "seed \(seed): \(text)")
            agree(text, seed)
        }
    }

    private func agree(_ text: String, _ seed: UInt64) {
        switch (outcome(text, isStrict: true), outcome(text, isStrict: false)) {
        case (.success(let left), .success(let right)): #expect(left == right, "seed \(seed): \(text)")
        case (.failure(let left as EvaluationError), .failure(let right as EvaluationError)):
            // What costs steps differs between the two, and so does which of two errors comes.
            #expect(left.location.line == right.location.line, "seed \(seed): \(text)")
        case (.failure(let error as ExpressionError), _):
            // A constant that cannot be converted is refused before it runs.
            Issue.record("seed \(seed): \(text) is refused: \(error)")
        case (let left, let right): Issue.record("seed \(seed): \(text) gives \(left) and \(right)")
        }
    }

    @Test("the same values give the same result, in any order of evaluation")
    func deterministic() throws {
        var names = company.names
        let texts = (0..<200).map { seed in
            var generator = ExpressionGenerator(UInt64(seed))
            return generator.expression(.decimal, 3)
        }
        let programs = try texts.map { try names.compile(Source($0)) }
        let forward = programs.map { company.outcome(of: $0) }
        let backward = Array(programs.reversed().map { company.outcome(of: $0) }.reversed())
        #expect(forward == backward)
    }
}

/// A syntax tree without its places.
func shape(_ syntax: Syntax) -> String {
    func all(_ parts: [Syntax]) -> String { parts.map(shape).joined(separator: " ") }
    return switch syntax.node {
    case .literal(let literal): "\(literal)"
    case .name(let name, let isRooted): isRooted ? "." + name : name
    case .select(let operand, let field): "(select \(shape(operand)) \(field))"
    case .has(let operand, let field): "(has \(shape(operand)) \(field))"
    case .index(let operand, let index): "(index \(shape(operand)) \(shape(index)))"
    case .call(let name, let arguments): "(call \(name) \(all(arguments)))"
    case .method(let operand, let name, let arguments, _): "(method \(shape(operand)) \(name) \(all(arguments)))"
    case .unary(let symbol, let operand): "(\(symbol.rawValue) \(shape(operand)))"
    case .binary(let symbol, let left, let right): "(\(symbol.rawValue) \(shape(left)) \(shape(right)))"
    case .conditional(let test, let first, let second): "(? \(all([test, first, second])))"
    case .list(let elements): "[\(all(elements))]"
    case .map(let entries): "{\(all(entries.flatMap { [$0.key, $0.value] }))}"
    case .comprehension(let macro): "(\(macro.macro) \(shape(macro.range)) \(macro.variable) \(all(macro.bodies)))"
    case .bad: "bad"
    }
}
