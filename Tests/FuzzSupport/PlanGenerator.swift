/// Makes plan files from a seed: by the grammar of the language, out of pieces of it in any order, and by spoiling what
/// people have written.
package struct PlanGenerator {
    package var random: Seeded
    private let templates: [String]
    private static let measures = ["bookings", "renewals", "team"]

    /// The templates are whole plan files.
    package init(seed: UInt64, templates: [String]) {
        random = Seeded(seed)
        self.templates = templates
    }

    package mutating func text() -> String {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return soup()
        case 1, 2: return plan()
        case 3, 4: return mutated(plan())
        case 5: return spliced(random.pick(templates), random.pick(templates + [plan()]))
        default: return mutated(random.pick(templates))
        }
    }

    // MARK: Soup

    private static let pieces = [
        "plan", "currency", "USD", "pays", "measures", "components", "total", "rate", "by", "tiers", "from", "0%",
        "100%", "attainment(bookings)", "over", "year", "month", "for", "bookings", "each", "curve", "points", "[", "]",
        "{", "}", ",", ":", "\n", "\n  ", "\n    ", "\n      ", "- ", "\"", "'", "*", "&a", "*a", "|", ">", "#", "%",
        "?", "!", "1e99", "999999999999999999999999", "-1", "method", "marginal", "boundary", "lower-inclusive",
        "lookup", "rows", "when", "credit.amount > 1", "cap", "floor", "then", "goals", "weight", "score", "examples",
        "given", "expect", "adjustable", "rate.r", "standard", "date: deal.invoiced", "\u{0}", "é", "<<: *a", "---\n",
        "!!binary ", "\t",
    ]

    private mutating func soup() -> String {
        (0..<Int.random(in: 1...60, using: &random)).map { _ in
            random.pick(PlanGenerator.pieces) + (random.chance(60) ? ": " : "")
        }.joined()
    }

    // MARK: Spoiling

    private mutating func mutated(_ text: String) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let at = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(bytes.count, at + Int.random(in: 1...24, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.removeSubrange(at..<end)
            case 1:
                let place = Int.random(in: 0...bytes.count, using: &random)
                bytes.insert(contentsOf: Array(bytes[at..<end]), at: place)
            case 2: bytes.replaceSubrange(at..<end, with: Array(random.pick(PlanGenerator.pieces).utf8))
            default: bytes[at] = UInt8.random(in: 0...255, using: &random)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The beginning of one file and the end of another, line by line.
    private mutating func spliced(_ first: String, _ second: String) -> String {
        let (first, second) = (first.split(separator: "\n"), second.split(separator: "\n"))
        let head = first.prefix(Int.random(in: 0...first.count, using: &random))
        return (head + second.suffix(Int.random(in: 0...second.count, using: &random))).joined(separator: "\n")
    }

    // MARK: Grammar

    /// A file that has the shape of a plan; most are, but for names and sums that do not fit.
    private mutating func plan() -> String {
        var lines = ["plan: drawn", "currency: \(random.pick(["USD", "EUR", "JPY", "KWD"]))"]
        if random.chance(50) {
            lines.append("pays: \(random.pick(["weekly", "semi-monthly", "monthly", "quarterly"]))")
        }
        lines.append("fields: {margin: decimal, region: string, start: date, big: bool}")
        let date = random.chance(20) ? ", date: deal.\(random.pick(["closed", "invoiced", "start", "margin"]))" : ""
        lines.append("measures:")
        for name in PlanGenerator.measures { lines.append("  \(name): {\(measure())\(date)}") }
        lines.append("components:")
        for index in 0..<Int.random(in: 1...5, using: &random) { lines.append("  c\(index): {\(component(index))}") }
        if random.chance(25) { lines.append("total: [{name: all, \(step())}]") }
        if random.chance(25) {
            lines.append(
                "rounding: {mode: \(random.pick(["half-even", "up", "floor"])), at: \(random.pick(["total", "line", "step"]))}"
            )
        }
        let ranges = [
            ("rate.r", "{standard: 6%, from: \(share()), to: 100%}"), ("target.t", "{from: 1, to: \(share())}"),
        ]
        let read = ranges.filter { name, _ in lines.contains { $0.contains("contract.\(name)") } || random.chance(2) }
        if !read.isEmpty { lines.append("adjustable: {\(read.map { "\($0.0): \($0.1)" }.joined(separator: ", "))}") }
        return lines.joined(separator: "\n") + "\n"
    }

    private mutating func window() -> String {
        random.pick(["deal", "week", "semi-month", "month", "quarter", "half", "year", "plan"])
    }

    private mutating func measure() -> String {
        var parts = ["over: \(window())"]
        if random.chance(70) { parts.append("quota: contract.quota.bookings") }
        if random.chance(30) { parts.append("where: '\(condition())'") }
        if random.chance(30) { parts.append("of: '\(number())'") }
        if random.chance(30) { parts.append("roles: [owner, \(random.pick(["split", "manager-1", "owner"]))]") }
        return parts.joined(separator: ", ")
    }

    private mutating func component(_ index: Int) -> String {
        let measure = random.pick(PlanGenerator.measures)
        var parts = random.chance(65) ? ["for: \(measure)", "rate: \(rate(measure))"] : periodic(measure, index)
        if random.chance(20) { parts.append("when: '\(condition())'") }
        if random.chance(15) { parts.append("paid: false") }
        if random.chance(40) { parts.append("then: [{\(step())}, {\(step())}]") }
        return parts.joined(separator: ", ")
    }

    private mutating func rate(_ measure: String) -> String {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return share()
        case 1: return "'\(number())'"
        case 2:
            return
                "{lookup: [deal.region, line.product], rows: [[EMEA, Valve, \(share())], [\"*\", Valve, \(share())], [\"*\", \"*\", \(share())]]}"
        case 3: return "{by: deal.margin, \(tiers("rate"))}"
        default:
            let method = random.pick(["marginal", "retroactive", "overage", "by-deal(before)", "by-deal(after)"])
            return "{by: \(random.pick(["attainment", "total"]))(\(measure)), method: \(method), \(tiers("rate"))}"
        }
    }

    private mutating func periodic(_ measure: String, _ index: Int) -> [String] {
        let head = "each: \(window())"
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return [head, "amount: '\(number())'"]
        case 1:
            return [
                head, "target: '\(number())'",
                "curve: {by: attainment(\(measure)), points: [[50%, 0%], [100%, \(share())], [150%, \(share())]], above: \(random.pick(["flat", "extend", "zero"]))}",
            ]
        case 2:
            return [
                head, "target: '\(number())'",
                "rate: {by: attainment(\(measure)), method: marginal, \(tiers("factor"))}",
            ]
        case 3:
            return [
                head, "target: 1000",
                "goals: [{name: a, weight: 60%, score: 'attainment(\(measure))'}, {name: b, weight: 40%, score: 'fact(\"csat\")'}]",
            ]
        case 4:
            return [
                head,
                "milestones: {by: total(\(measure)), boundary: lower-inclusive, pays: each, steps: [{at: 10, amount: 5}, {at: 20, amount: 7}]}",
            ]
        default: return [head, "amount: 'earned(c\(max(0, index - 1))) * 10%'"]
        }
    }

    private mutating func tiers(_ value: String) -> String {
        var from = 0
        let tiers = (0..<Int.random(in: 1...5, using: &random)).map { index in
            if index > 0 { from += Int.random(in: 0...80, using: &random) }
            return "{from: \(from)%, \(value): \(share())}"
        }
        return "boundary: \(random.pick(["lower", "upper"]))-inclusive, tiers: [\(tiers.joined(separator: ", "))]"
    }

    private mutating func step() -> String {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: "multiply: \(share())"
        case 1: "add: '\(number())'"
        case 2: "cap: \(Int.random(in: 0...5000, using: &random)), per: \(window())"
        case 3: "floor: \(Int.random(in: 0...500, using: &random)), per: \(window())"
        default: "requires: '\(condition())'"
        }
    }

    private mutating func share() -> String {
        random.pick(["0%", "6%", "7.5%", "100%", "-3%", "1e3%", "0.000000000001", "99999999999999%", "12"])
    }

    private mutating func number() -> String {
        let leaf = random.pick([
            "credit.amount", "deal.margin", "line.quantity", "total(bookings)", "attainment(team)", "quota(bookings)",
            "earned(c0)", "fact(\"x\")", "contract.target.t", "contract.rate.r", "period.days", "1", "2.5", "6%",
            "1e20", "0.0",
        ])
        guard random.chance(60) else { return leaf }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return "(\(number()) \(random.pick(["+", "-", "*", "/"])) \(leaf))"
        case 1: return "(\(condition()) ? \(number()) : \(leaf))"
        case 2: return "\(random.pick(["min", "max"]))(\(number()), \(leaf))"
        default: return "-(\(number()))"
        }
    }

    private mutating func condition() -> String {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: "deal.kind in [\"new\", \"renewal\"]"
        case 1: "credit.date < date(\"2026-07-01\")"
        case 2: "line.product == \"Valve\" && deal.big"
        case 3: "\(number()) >= \(random.pick(["1", "50%", "total(team)"]))"
        default: "has(deal.region) || deal.region.startsWith(\"E\")"
        }
    }
}
