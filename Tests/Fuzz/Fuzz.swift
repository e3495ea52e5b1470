import Domain
import Expressions
import FuzzSupport
import Glibc
import Plans

/// `fuzz [inputs] [templates…]` gives that many inputs to the reader of expressions and as many to the reader of plans.
/// A trap ends it, shortly behind the seed that it noted last; it fails on an input that takes too long, and when memory grows.
@main
struct Fuzz {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        let count = arguments.first.flatMap { Int($0) } ?? 100_000
        let templates = try arguments.dropFirst().map { try contents(of: $0) }
        guard !templates.isEmpty else { fatalError("name the plan files to begin with: fuzz 1000 deploy/templates/*") }
        var isWell = true
        let expressions = ExpressionInputs()
        isWell = run("expressions", count) { expressions.take($0) } && isWell
        isWell = run("plans", count) { PlanInputs.take($0, templates) } && isWell
        exit(isWell ? 0 : 1)
    }

    private static func contents(of path: String) throws -> String {
        guard let file = fopen(path, "r") else { fatalError("\(path) cannot be read") }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 100_000)
        bytes.removeSubrange(fread(&bytes, 1, bytes.count, file)...)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What may be used in all, and for one input.
    private static let memoryLimit = 64 << 20
    private static let timeLimit = 5_000_000_000

    private static func run(_ name: String, _ count: Int, _ take: (UInt64) -> Bool) -> Bool {
        var (accepted, slowest, slowestSeed) = (0, 0, UInt64(0))
        let warm = max(1, count / 50)
        var memory = 0
        let interval = isTerminal ? 1000 : max(1000, count / 10)
        let begin = nanoseconds()
        for seed in 0..<UInt64(count) {
            if seed == warm { memory = peak() }
            if Int(seed) % interval == 0 { note("\(name): seed \(seed) of \(count)") }
            let start = nanoseconds()
            if take(seed) { accepted += 1 }
            let spent = nanoseconds() - start
            if spent > slowest { (slowest, slowestSeed) = (spent, seed) }
        }
        let (seconds, growth) = (Double(nanoseconds() - begin) / 1e9, peak() - memory)
        if isTerminal { note("") }
        print(
            "\(name): \(count) inputs, \(accepted) accepted, \(Int(seconds)) s (\(Int(Double(count) / seconds)) a second); "
                + "slowest \(slowest / 1_000_000) ms (seed \(slowestSeed)); memory grew by \(growth >> 20) MiB "
                + "to \(peak() >> 20) MiB")
        return slowest < timeLimit && growth < memoryLimit
    }

    private static let isTerminal = isatty(STDERR_FILENO) == 1

    /// On standard error: on a terminal over the last one, elsewhere a line. A trap leaves it there.
    private static func note(_ text: String) {
        let bytes = Array((isTerminal ? "\r\u{1b}[K\(text)" : "\(text)\n").utf8)
        write(STDERR_FILENO, bytes, bytes.count)
    }

    private static func nanoseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
    }

    /// The most memory that was ever resident, in bytes.
    private static func peak() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss << 10
    }
}

/// Expressions over a few names, compiled and evaluated.
struct ExpressionInputs {
    private var names = Declarations()
    private var frame: Frame
    private var limits = Limits()

    init() {
        let amount = names.variable("credit.amount", .decimal)
        let date = names.variable("credit.date", .date)
        let count = names.variable("credit.count", .int)
        let kind = names.variable("deal.kind", .string)
        for name in ["deal.region", "deal.custom", "anything"] { names.variable(name, .dyn) }
        let isNew = names.variable("isNew", .bool)
        names.lookup("attainment", of: "measure", in: ["bookings", "renewals"], .decimal)
        frame = Frame(names)
        frame[amount] = .decimal(1000)
        frame[date] = .date(CalendarDate(day: 20_635))
        frame[count] = .int(3)
        frame[kind] = .string("new")
        frame[isNew] = .bool(true)
    }

    /// One input a seed: well typed, spoiled, or pieces in any order.
    func take(_ seed: UInt64) -> Bool {
        var generator = ExpressionGenerator(seed)
        let kind = generator.random.pick(ExpressionGenerator.Kind.allCases)
        let text =
            switch generator.random.below(4) {
            case 0: generator.soup()
            case 1: generator.expression(kind, 4)
            default: generator.mutated(generator.expression(kind, 4))
            }
        var names = names
        guard let program = try? names.compile(Source(text), limits: limits) else { return false }
        _ = (try? program.evaluate(frame))?.json
        _ = program.syntax.description
        return true
    }
}

/// Plan files, read, tried with their examples, shown, formatted and evaluated.
enum PlanInputs {
    static func take(_ seed: UInt64, _ templates: [String]) -> Bool {
        var generator = PlanGenerator(seed: seed, templates: templates)
        let text = generator.text()
        guard let plan = try? Plan(parsing: text, file: "f.yaml") else { return false }
        _ = plan.failures(file: "f.yaml")
        _ = plan.words
        _ = try? PlanFormat.formatted(text, file: "f.yaml")
        let evaluator = Evaluator(plan: plan, terms: Terms(quotas: [Terms.Item("bookings", nil, 1000)]))
        var sums = evaluator.empty
        var scratch = evaluator.scratch
        for number in 0..<8 { try? evaluator.step(credit(number, plan.currency), &sums, &scratch) }
        return true
    }

    private static func credit(_ number: Int, _ currency: Currency) -> Credit {
        let money = Money(Number(number * 700 - 900), currency)
        return Credit(
            key: CreditKey(deal: DealID("D\(number / 2)"), line: LineID("\(number)"), role: .owner),
            date: CalendarDate(day: 20_454 + Int32(number * 20)), amount: money, original: money, share: .whole,
            product: number % 2 == 0 ? "Valve" : "GTX Pro", kind: "new",
            fields: ["margin": .number(2), "region": .text("EMEA"), "big": .flag(true)])
    }
}
