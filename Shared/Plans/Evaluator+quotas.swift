package import Domain

/// Quotas as the contract has them: exact, summed up from shorter periods, ramped, prorated.
extension Evaluator {
    /// The quota of a measure in the window of a day; `nil` when the contract has none.
    package func quota(_ measure: Int, on date: CalendarDate) throws(ArithmeticError) -> Number? {
        var scratch = scratch
        return try quota(measure, date, &scratch)
    }

    func quota(_ measure: Int, _ date: CalendarDate, _ scratch: inout Scratch) throws(ArithmeticError) -> Number? {
        let cached = scratch.quotas[measure]
        if cached.start <= date.day, date.day <= cached.end { return cached.value }
        var span = (start: date, end: date)
        if case .period(let kind) = plan.measures[measure].window {
            let period = Period(kind, containing: date)
            span = (period.start, period.end)
        }
        // One for the whole window, as of its first day: which credit asks first must make no difference.
        let goal = try goal(measure, span.start, &scratch)
        // Nothing can be measured against nothing: a quota of zero is none.
        let value = goal?.isZero == true ? nil : goal
        scratch.quotas[measure] = Scratch.CachedQuota(start: span.start.day, end: span.end.day, value: value)
        return value
    }

    private func goal(_ measure: Int, _ date: CalendarDate, _ scratch: inout Scratch) throws(ArithmeticError) -> Number?
    {
        guard let goal = plan.measures[measure].goal else { return nil }
        var kind: PeriodKind?
        if case .period(let own) = plan.measures[measure].window { kind = own }
        var amount: Number?
        var isWhole = true
        if let name = goal.name {
            if goal.isProrated, let sum = try proratedParts(name, kind, date) {
                (amount, isWhole) = (sum, false)
            } else {
                amount = terms.amount(terms.quotas, name, kind, date)
            }
        } else if let formula = goal.amount {
            amount = try number(
                formula, empty, Reading(date: date, window: plan.measures[measure].window), &scratch)
        }
        guard var amount, let kind else { return amount }
        if let starts = terms.starts, !goal.ramp.isEmpty {
            var period = Period(kind, containing: starts)
            let wanted = Period(kind, containing: date)
            for share in goal.ramp {
                if period == wanted { try amount = amount * share.value }
                period = period.next
            }
        }
        guard goal.isProrated, isWhole else { return amount }
        return try prorated(amount, Period(kind, containing: date))
    }

    /// What parts of the window sum to, each by the days of its own; `nil` where the contract has it as a whole.
    private func proratedParts(
        _ name: String, _ kind: PeriodKind?, _ date: CalendarDate
    ) throws(ArithmeticError) -> Number? {
        guard terms.proratesParts, let kind else { return nil }
        var sum: Number?
        for part in terms.items(terms.quotas, name, kind, date) {
            guard let period = part.period, period.kind != kind else { return nil }
            sum = try (sum ?? .zero) + prorated(part.value, period)
        }
        return sum
    }

    /// The quota's share of the days that the contract covers.
    private func prorated(_ amount: Number, _ period: Period) throws(ArithmeticError) -> Number {
        let first = max(period.start, terms.starts ?? period.start)
        let last = min(period.end, terms.ends ?? period.end)
        let days = max(0, Int(last.day - first.day) + 1)
        return try amount.multiplied(by: Number(days), dividedBy: Number(Int(period.end.day - period.start.day) + 1))
    }
}

extension Terms {
    /// What `items` come to.
    func amount(_ items: [Item], _ name: String, _ kind: PeriodKind?, _ date: CalendarDate) -> Number? {
        let parts = self.items(items, name, kind, date)
        guard let first = parts.first else { return nil }
        return parts.dropFirst().reduce(first.value) { (try? $0 + $1.value) ?? $0 }
    }

    /// The exact period's, else the longest shorter periods within it, which sum to it, else the one for all periods.
    func items(_ items: [Item], _ name: String, _ kind: PeriodKind?, _ date: CalendarDate) -> [Item] {
        let named = items.filter { $0.name == name }
        func one(_ item: Item?) -> [Item] { item.map { [$0] } ?? [] }
        guard let kind else { return one(named.last { $0.period != nil } ?? named.first) }
        let wanted = Period(kind, containing: date)
        if let exact = named.last(where: { $0.period == wanted }) { return [exact] }
        for shorter in PeriodKind.inCodeOrder.reversed() where shorter.code < kind.code && shorter != .week {
            let parts = named.filter { item in
                guard let period = item.period, period.kind == shorter else { return false }
                return wanted.start <= period.start && period.end <= wanted.end
            }
            if !parts.isEmpty { return parts }
        }
        return one(named.last { $0.period == nil })
    }

    /// The exact period's, else that of the shortest period around the day, else the one for all periods.
    func nearest(_ items: [Item], _ name: String, _ kind: PeriodKind?, _ date: CalendarDate) -> Number? {
        let named = items.filter { $0.name == name }
        if let kind, let exact = named.last(where: { $0.period == Period(kind, containing: date) }) {
            return exact.value
        }
        for kind in PeriodKind.inCodeOrder {
            if let around = named.last(where: { $0.period == Period(kind, containing: date) }) { return around.value }
        }
        return named.last { $0.period == nil }?.value
    }
}
