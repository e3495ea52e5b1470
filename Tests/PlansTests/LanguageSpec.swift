import Domain
import Plans
import TestSupport

/// A plan drawn at random, as data: what the file is written from, and what the naive evaluator reads.
struct Spec {
    var pays: PeriodKind
    var mode: Rounding
    var measures: [Measure] = []
    var components: [Component] = []
    /// A step on all that is paid.
    var total: Step?
    /// Where ramps begin.
    static let starts = CalendarDate(day: 20_440)
    /// What is said from outside, in hundredths.
    static let satisfaction = 83

    struct Measure {
        let window: String
        let roles: [String]
        let product: String?
        let quota: Int
        /// Hundredths of the quota in the first windows of the contract.
        var ramp: [Int] = []
    }

    struct Component {
        let measure: Int
        let window: String
        let rule: Rule
        let steps: [Step]
        /// A component of a period reads its measure's attainment; others pay for its credits.
        var isState = false
        var isPaid = true
    }

    enum Rule {
        case flat(Int)
        /// As the contract has it.
        case individual(Int)
        case lookup([(product: String?, rate: Int)])
        /// Tiers from hundredths of the quota, with rates in hundredths.
        case tiers(String, upper: Bool, [(from: Int, rate: Int)])
        /// Rates in hundredths by hundredths of the quota with the credit counted, and by the credit's amount.
        case matrix(rows: [Int], columns: [Int], [[Int]])
        /// Amounts from hundredths of the quota on.
        case milestones(each: Bool, upper: Bool, [(at: Int, amount: Int)])
        /// A target times attainment and satisfaction, of the weight in hundredths and of the rest.
        case scorecard(target: Int, weight: Int)
        /// A curve of attainment times a target.
        case curve(target: Int, [(x: Int, y: Int)])
        /// Hundredths of what a component above it has earned in the window.
        case share(of: Int, Int)
    }

    enum Step {
        case multiply(Int)
        case cap(Int, window: String)
        case floor(Int, window: String)
        case requires(Int)
    }

    static let products = ["Valve", "Sensor", "Probe"]
    static let methods = ["marginal", "retroactive", "overage", "by-deal(before)", "by-deal(after)"]

    init(_ random: inout SplitMix) {
        pays = random.pick([.month, .quarter, .week])
        mode = random.pick([.halfEven, .halfUp, .down])
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let window = random.pick(["month", "quarter", "year"])
            measures.append(
                Measure(
                    window: window, roles: random.pick([[], ["owner"]]),
                    product: random.chance(30) ? random.pick(Spec.products) : nil,
                    quota: Int.random(in: 1...50, using: &random) * 1000,
                    ramp: random.chance(25) ? [[25, 50, 75], [60]][random.chance(50) ? 0 : 1] : []))
        }
        for _ in 0..<Int.random(in: 1...4, using: &random) { components.append(Spec.component(measures, &random)) }
        if random.chance(30) { addShare(&random) }
        if random.chance(25) {
            let amount = Int.random(in: 1...4000, using: &random)
            let window = components.contains(where: \.isState) ? "year" : random.pick(["month", "quarter", "year"])
            total = random.chance(60) ? .cap(amount, window: window) : .floor(amount, window: window)
        }
    }

    /// A share of what another component earns, which may itself not be paid.
    private mutating func addShare(_ random: inout SplitMix) {
        let read = Int.random(in: 0..<components.count, using: &random)
        components[read].isPaid = random.chance(40)
        let window = components[read].isState ? components[read].window : random.pick(["month", "quarter", "year"])
        components.append(
            Component(
                measure: components[read].measure, window: window,
                rule: .share(of: read, Int.random(in: 1...20_000, using: &random)), steps: [], isState: true))
    }

    private static func component(_ measures: [Measure], _ random: inout SplitMix) -> Component {
        let measure = Int.random(in: 0..<measures.count, using: &random)
        let window = measures[measure].window
        if random.chance(25) {
            return Component(
                measure: measure, window: window, rule: stateRule(&random), steps: steps(window, &random), isState: true
            )
        }
        return Component(measure: measure, window: window, rule: rule(&random), steps: steps(window, &random))
    }

    private static func stateRule(_ random: inout SplitMix) -> Rule {
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
            var at = 0
            let steps = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                at += Int.random(in: 20...60, using: &random)
                return (at: at, amount: Int.random(in: 1...900, using: &random))
            }
            return .milestones(each: random.chance(50), upper: random.chance(30), steps)
        case 1:
            return .scorecard(
                target: Int.random(in: 1...90, using: &random) * 100, weight: Int.random(in: 1...99, using: &random))
        default:
            let points = (0..<Int.random(in: 2...4, using: &random)).map {
                (x: $0 * 40, y: Int.random(in: 0...200, using: &random))
            }
            return .curve(target: Int.random(in: 1...90, using: &random) * 100, points)
        }
    }

    private static func rule(_ random: inout SplitMix) -> Rule {
        switch Int.random(in: 0..<10, using: &random) {
        case 0:
            let rate = Int.random(in: 1...2000, using: &random)
            return random.chance(50) ? .flat(rate) : .individual(rate)
        case 1:
            let values = (0..<3).map { _ in (0..<2).map { _ in Int.random(in: 0...1500, using: &random) } }
            return .matrix(rows: [0, Int.random(in: 20...90, using: &random), 100], columns: [0, 5000], values)
        case 2:
            return .lookup([
                ("Valve", Int.random(in: 1...999, using: &random)), (nil, Int.random(in: 1...999, using: &random)),
            ])
        default:
            var from = 0
            let tiers = (0..<Int.random(in: 1...4, using: &random)).map { index in
                if index > 0 { from += Int.random(in: 1...90, using: &random) }
                return (from: from, rate: Int.random(in: 0...1500, using: &random))
            }
            return .tiers(random.pick(methods), upper: random.chance(30), tiers)
        }
    }

    /// A period's pay can only be held by windows that are as long.
    private static func steps(_ window: String, _ random: inout SplitMix) -> [Step] {
        var result: [Step] = []
        for _ in 0..<random.pick([0, 0, 1, 2]) {
            let longer =
                window == "month"
                ? ["month", "quarter", "year"] : window == "quarter" ? ["quarter", "year"] : ["year"]
            switch Int.random(in: 0..<4, using: &random) {
            case 0: result.append(.multiply(Int.random(in: 50...150, using: &random)))
            case 1: result.append(.cap(Int.random(in: 1...3000, using: &random), window: random.pick(longer)))
            case 2: result.append(.floor(Int.random(in: 1...300, using: &random), window: random.pick(longer)))
            default: result.append(.requires(Int.random(in: 0...120, using: &random)))
            }
        }
        return result
    }

    static func hundredths(_ value: Int) -> String {
        let digits = String(zeroPadded: abs(value), to: 3)
        return (value < 0 ? "-" : "") + digits.dropLast(2) + "." + digits.suffix(2)
    }
}

extension Spec {
    /// Whether a rule looks at the size of single credits: two halves then are not what the whole is.
    var looksAtSizes: Bool { components.contains { if case .matrix = $0.rule { true } else { false } } }

    private var individualRates: [Int] {
        Set(components.compactMap { if case .individual(let rate) = $0.rule { rate } else { nil } }).sorted()
    }

    /// Every other individual rate is what the plan says where the contract says nothing.
    private func isStandard(_ rate: Int) -> Bool { rate % 2 == 0 }

    func terms() throws -> Terms {
        Terms(
            quotas: measures.enumerated().map { Terms.Item("q\($0.offset)", nil, Number($0.element.quota)) },
            facts: [Terms.Item("csat", nil, try Number(Spec.satisfaction) / 100)],
            rates: try individualRates.filter { !isStandard($0) }.map {
                Terms.Item("r\($0)", nil, try Number($0) / 10_000)
            }, starts: Spec.starts)
    }

    var text: String {
        let names = [PeriodKind.month: "monthly", .quarter: "quarterly", .week: "weekly"]
        var lines = [
            "plan: drawn", "currency: USD", "pays: \(names[pays] ?? "")", "rounding: {mode: \(mode.rawValue)}",
        ]
        let individual = individualRates.map { rate in
            "rate.r\(rate): {standard: \(isStandard(rate) ? Spec.hundredths(rate) : "1")%, from: 0%, to: 20%}"
        }
        if !individual.isEmpty { lines.append("adjustable: {\(individual.joined(separator: ", "))}") }
        lines.append("measures:")
        for (index, measure) in measures.enumerated() {
            let ramp = measure.ramp.map { "\($0)%" }.joined(separator: ", ")
            let quota = "contract.quota.q\(index)"
            var parts = [
                "over: \(measure.window)", "quota: " + (ramp.isEmpty ? quota : "{amount: \(quota), ramp: [\(ramp)]}"),
            ]
            if !measure.roles.isEmpty { parts.append("roles: [\(measure.roles.joined(separator: ", "))]") }
            if let product = measure.product { parts.append("where: 'line.product == \"\(product)\"'") }
            lines.append("  m\(index): {\(parts.joined(separator: ", "))}")
        }
        lines.append("components:")
        for (index, component) in components.enumerated() { lines.append("  c\(index): {\(text(component))}") }
        if let total {
            let step = text([total], 0)[0].dropFirst("then: [{".count).dropLast("}]".count)
            lines.append("total: [{name: whole, \(step)}]")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func text(_ component: Component) -> String {
        let head = component.isState ? "each: \(component.window)" : "for: m\(component.measure)"
        return
            ([head, text(component.rule, component.measure)] + text(component.steps, component.measure)
            + (component.isPaid ? [] : ["paid: false"])).joined(separator: ", ")
    }

    private func text(_ rule: Rule, _ measure: Int) -> String {
        switch rule {
        case .flat(let rate): return "rate: \(Spec.hundredths(rate))%"
        case .individual(let rate): return "rate: contract.rate.r\(rate)"
        case .lookup(let rows):
            let rows = rows.map { "[\($0.product ?? "\"*\""), \(Spec.hundredths($0.rate))%]" }.joined(separator: ", ")
            return "rate: {lookup: [line.product], rows: [\(rows)]}"
        case .tiers(let method, let upper, let tiers):
            let tiers = tiers.map { "{from: \($0.from)%, rate: \(Spec.hundredths($0.rate))%}" }.joined(separator: ", ")
            return
                "rate: {by: attainment(m\(measure)), method: \(method), boundary: \(upper ? "upper" : "lower")-inclusive, tiers: [\(tiers)]}"
        case .matrix(let rows, let columns, let values):
            let rows = rows.map { "\($0)%" }.joined(separator: ", ")
            let columns = columns.map { "\($0)" }.joined(separator: ", ")
            let values = values.map { "[\($0.map { "\(Spec.hundredths($0))%" }.joined(separator: ", "))]" }
            return
                "rate: {boundary: lower-inclusive, matrix: {rows: {by: attainment(m\(measure)), from: [\(rows)]}, columns: {by: credit.amount, from: [\(columns)]}, values: [\(values.joined(separator: ", "))]}}"
        case .milestones(let each, let upper, let steps):
            let steps = steps.map { "{at: \($0.at)%, amount: \($0.amount)}" }.joined(separator: ", ")
            return
                "milestones: {by: attainment(m\(measure)), boundary: \(upper ? "upper" : "lower")-inclusive, pays: \(each ? "each" : "highest"), steps: [\(steps)]}"
        case .scorecard(let target, let weight):
            return
                "target: '\(target).0', goals: [{name: sales, weight: \(weight)%, score: attainment(m\(measure))}, {name: csat, weight: \(100 - weight)%, score: 'fact(\"csat\")'}]"
        case .curve(let target, let points):
            let points = points.map { "[\($0.x)%, \($0.y)%]" }.joined(separator: ", ")
            return "target: '\(target).0', curve: {by: attainment(m\(measure)), points: [\(points)], above: flat}"
        case .share(let component, let share): return "amount: 'earned(c\(component)) * \(Spec.hundredths(share))%'"
        }
    }

    private func text(_ steps: [Step], _ measure: Int) -> [String] {
        guard !steps.isEmpty else { return [] }
        let list = steps.map { step in
            switch step {
            case .multiply(let factor): "{multiply: \(factor)%}"
            case .cap(let amount, let window): "{cap: \(amount), per: \(window)}"
            case .floor(let amount, let window): "{floor: \(amount), per: \(window)}"
            case .requires(let share): "{requires: attainment(m\(measure)) >= \(share)%}"
            }
        }
        return ["then: [\(list.joined(separator: ", "))]"]
    }

    /// Credits of a year and a half, in canonical order; some deals have two lines.
    static func credits(_ random: inout SplitMix, most: Int = 14) -> [Credit] {
        var result: [Credit] = []
        for number in 0..<Int.random(in: 1...most, using: &random) {
            let date = CalendarDate(day: 20_454 + Int32(Int.random(in: 0..<540, using: &random)))
            let role = random.chance(15) ? "split" : "owner"
            for line in 0..<(random.chance(20) ? 2 : 1) {
                let cents =
                    random.chance(12)
                    ? -Int.random(in: 1...500_000, using: &random) : Int.random(in: 1...2_000_000, using: &random)
                result.append(credit("D\(number)", line == 0 ? "" : "2", role, date, cents, random.pick(products)))
            }
        }
        return result.sorted { $0.canonical < $1.canonical }
    }

    static func credit(
        _ deal: String, _ line: String, _ role: String, _ date: CalendarDate, _ cents: Int, _ product: String
    ) -> Credit {
        let money = Money(Number(Int128(cents), places: 2) ?? .zero, Currency("USD")!)
        return Credit(
            key: CreditKey(deal: DealID(deal), line: LineID(line), role: Role(role)), date: date, amount: money,
            original: money, share: .whole, product: product)
    }
}
