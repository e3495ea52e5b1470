import Domain
import Plans

/// A plan file of ours in the making, with the credits and terms that go with it: one payee of a published example.
struct Draft {
    let example: Published
    let rep: Members
    let id: String
    var measures: [String] = []
    var components: [String] = []
    var totals: [String] = []
    /// What becomes of pay after it is earned.
    var settlement: [String] = []
    /// What is released at once, and what in the periods behind.
    var pieces: [(name: String, share: String)] = []
    /// What befalls the payee after deals were made.
    var events: [Members] = []
    /// What is drawn is paid at the beginning of the period and settled at its end.
    var isAdvanced = false
    var fields: [String: String] = [:]
    var terms = Terms()
    var credits: [Credit] = []
    /// Components that are worked out and not part of the pay.
    var memos: Set<String> = []
    var months: [(label: String, period: Period)] = []
    let kind: PeriodKind
    let currency: Currency

    init(_ example: Published, rep: Members) throws {
        self.example = example
        self.rep = rep
        id = rep.text("id") ?? ""
        switch example.period.frequency {
        case "quarter": kind = .quarter
        case "year": kind = .year
        default: kind = .month
        }
        guard let currency = Currency(example.plan.currency) else {
            throw Inexpressible("currency \(example.plan.currency)")
        }
        self.currency = currency
    }

    var text: String {
        let pays =
            isAdvanced
            ? "semi-monthly"
            : !months.isEmpty ? "annual" : kind == .quarter ? "quarterly" : kind == .year ? "annual" : "monthly"
        var lines = ["plan: example", "currency: \(currency)", "pays: \(pays)"]
        let mode = example.plan.rounding?.text("mode") == "half_up" ? "half-up" : "half-even"
        lines.append("rounding: {mode: \(mode)\(isRoundedEachStep ? ", at: step" : "")}")
        if !fields.isEmpty {
            lines.append(
                "fields: {" + fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
                    + "}")
        }
        lines.append("measures:")
        lines += measures.isEmpty ? ["  none: {over: \(kind.rawValue)}"] : measures
        lines.append("components:")
        lines += components
        if !totals.isEmpty { lines += ["total:"] + totals }
        lines += settlement
        return lines.joined(separator: "\n") + "\n"
    }

    /// Whether it needs more than evaluation.
    var isSettled: Bool { !settlement.isEmpty || !events.isEmpty }

    var isRoundedEachStep = false

    // MARK: Periods

    func period(_ label: String?) -> Period {
        let index = label.flatMap { example.period.labels.firstIndex(of: $0) } ?? 0
        var period = Period(kind, containing: CalendarDate(day: 20_454))  // 2026-01-01
        for _ in 0..<index { period = period.next }
        return period
    }

    var periods: [Period] { example.period.labels.map { period($0) } }

    /// What is evaluated one after the other: the example's periods, or the months that a rule names.
    var spans: [(label: String, period: Period)] {
        months.isEmpty ? Array(zip(example.period.labels, periods)) : months
    }

    /// An expression that holds in the named periods only; `nil` for all.
    func condition(_ labels: Item?) -> String? {
        guard let labels = labels?.list?.compactMap(\.text) else { return nil }
        return labels.map { "period.start == date(\"\(period($0).start)\")" }.joined(separator: " || ")
    }

    // MARK: Values

    static func number(_ text: String?) throws -> Number {
        guard let text, let number = try? Number(text) else { throw Inexpressible("'\(text ?? "")' is no number") }
        return number
    }

    /// A value that may be one for all periods or one for each.
    func items(_ name: String, _ value: Item?) throws -> [Terms.Item] {
        if let text = value?.text { return [Terms.Item(name, nil, try Draft.number(text))] }
        return try (value?.members?.values ?? [:]).sorted { $0.key < $1.key }.map {
            Terms.Item(name, period($0.key), try Draft.number($0.value.text))
        }
    }

    mutating func fact(_ name: String, _ number: Number) { terms.facts.append(Terms.Item(name, nil, number)) }

    static func quoted(_ expression: String) -> String {
        "'" + expression.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}
