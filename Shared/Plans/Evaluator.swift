package import Domain

/// The one semantic core: what a credit earns is the difference it makes, `F(after) − F(before)`, to each component.
///
/// `Sums` is the state between two credits. Full evaluation starts it at nothing, incremental evaluation at the sums
/// before the first credit that changed; both take the same steps.
package struct Evaluator: Sendable {
    package let plan: Plan
    private let quotas: [QuotaKey: Number]

    private struct QuotaKey: Hashable, Sendable {
        let measure: String
        let period: Period
    }

    package init(plan: Plan, quotas: [Quota]) {
        self.plan = plan
        self.quotas = Dictionary(
            quotas.map { (QuotaKey(measure: $0.measure, period: $0.period), $0.amount) }, uniquingKeysWith: { $1 })
    }

    /// What has been accumulated before a credit, in canonical order.
    package struct Sums: Hashable, Sendable {
        /// By measure, within the window of the last credit counted.
        var measures: [Number]
        /// By component, exact, within the pay period of the last credit.
        var components: [Number]
        var date: CalendarDate?
    }

    package var empty: Sums {
        Sums(
            measures: Array(repeating: .zero, count: plan.measures.count),
            components: Array(repeating: .zero, count: plan.components.count), date: nil)
    }

    /// Moves the sums past a credit; answers what each component pays for it, rounded so that the lines of a pay
    /// period sum to its rounded total. Components that pay nothing for it are left out.
    package func step(_ credit: Credit, sums: inout Sums) throws(ArithmeticError) -> [Line] {
        enter(credit.date, sums: &sums)
        let before = sums
        for (index, measure) in plan.measures.enumerated() where measure.counts(credit) {
            try sums.measures[index] += credit.amount.amount
        }
        var lines: [Line] = []
        for (index, component) in plan.components.enumerated() {
            guard plan.measures[component.measure].counts(credit) else { continue }
            let exact = try earned(component, credit, before: before, after: sums)
            try sums.components[index] += exact
            let amount = try rounded(sums.components[index]) - rounded(before.components[index])
            if !amount.isZero { lines.append(Line(component: index, amount: amount)) }
        }
        return lines
    }

    package struct Line: Hashable, Sendable {
        package let component: Int
        package let amount: Number
    }

    /// The tree behind a line: the same calculation, kept in parts.
    package func explain(
        _ component: Int, _ credit: Credit, before sums: Sums, posted: Number
    ) throws(ArithmeticError) -> Explanation {
        var before = sums
        enter(credit.date, sums: &before)
        let rule = plan.components[component]
        let steps = try steps(rule, credit, before: before)
        var exact = Number.zero
        for step in steps { try exact += step.amount }
        let total = try rounded(before.components[component] + exact) - rounded(before.components[component])
        return Explanation(
            total: total, before: posted, steps: steps, rounding: try total - exact,
            attainment: try attainment(rule, credit, before: before))
    }

    /// Windows end with their period: what was accumulated in the last one does not count in the next.
    private func enter(_ date: CalendarDate, sums: inout Sums) {
        if let last = sums.date, last != date {
            for (index, measure) in plan.measures.enumerated() where !Period(measure.over, containing: last).contains(date) {
                sums.measures[index] = .zero
            }
            if !Period(plan.pays, containing: last).contains(date) {
                for index in sums.components.indices { sums.components[index] = .zero }
            }
        }
        sums.date = date
    }

    private func rounded(_ number: Number) throws(ArithmeticError) -> Number {
        try number.rounded(to: plan.currency.minorPlaces, plan.rounding)
    }
}

// MARK: Rating

extension Evaluator {
    private func earned(
        _ component: Plan.Component, _ credit: Credit, before: Sums, after: Sums
    ) throws(ArithmeticError) -> Number {
        switch component.rate {
        case .flat(let rate): return try credit.amount.amount * rate.value
        case .marginal(let by, let tiers):
            guard let quota = quota(by, credit.date) else { return try credit.amount.amount * tiers[0].rate.value }
            return try Evaluator.marginal(after.measures[by], quota, tiers)
                - Evaluator.marginal(before.measures[by], quota, tiers)
        }
    }

    /// What the measure has earned from nothing up to `amount`: the integral of the tiers' rates.
    static func marginal(_ amount: Number, _ quota: Number, _ tiers: [Plan.Tier]) throws(ArithmeticError) -> Number {
        var total = Number.zero
        for index in tiers.indices {
            let part = try overlap(from: .zero, to: amount, tier: index, quota, tiers)
            if !part.isZero { try total += part * tiers[index].rate.value }
        }
        return total
    }

    /// How much of the way between two amounts lies in a tier; negative on the way down. Below zero the first tier goes on.
    private static func overlap(
        from start: Number, to end: Number, tier index: Int, _ quota: Number, _ tiers: [Plan.Tier]
    ) throws(ArithmeticError) -> Number {
        let low = index == 0 ? nil : try tiers[index].from.value * quota
        let high = index + 1 < tiers.count ? try tiers[index + 1].from.value * quota : nil
        func clamped(_ amount: Number) -> Number {
            if let low, amount < low { return low }
            if let high, amount > high { return high }
            return amount
        }
        return try clamped(end) - clamped(start)
    }

    private func steps(_ component: Plan.Component, _ credit: Credit, before: Sums) throws(ArithmeticError) -> [Explanation.Step] {
        let amount = credit.amount.amount
        switch component.rate {
        case .flat(let rate):
            return [Explanation.Step(base: amount, rate: rate, amount: try amount * rate.value, tier: nil)]
        case .marginal(let by, let tiers):
            guard let quota = quota(by, credit.date) else {
                let rate = tiers[0].rate
                return [Explanation.Step(base: amount, rate: rate, amount: try amount * rate.value, tier: nil)]
            }
            let start = before.measures[by]
            let end = plan.measures[by].counts(credit) ? try start + amount : start
            var steps: [Explanation.Step] = []
            for index in tiers.indices {
                let part = try Evaluator.overlap(from: start, to: end, tier: index, quota, tiers)
                guard !part.isZero else { continue }
                let tier = Explanation.Tier(
                    from: tiers[index].from, to: index + 1 < tiers.count ? tiers[index + 1].from : nil)
                steps.append(
                    Explanation.Step(
                        base: part, rate: tiers[index].rate, amount: try part * tiers[index].rate.value, tier: tier))
            }
            return steps
        }
    }

    private func attainment(
        _ component: Plan.Component, _ credit: Credit, before: Sums
    ) throws(ArithmeticError) -> Explanation.Attainment? {
        guard case .marginal(let by, _) = component.rate, let quota = quota(by, credit.date) else { return nil }
        let measure = plan.measures[by]
        let start = before.measures[by]
        return Explanation.Attainment(
            measure: measure.name, period: Period(measure.over, containing: credit.date), quota: quota, before: start,
            after: measure.counts(credit) ? try start + credit.amount.amount : start)
    }

    private func quota(_ measure: Int, _ date: CalendarDate) -> Number? {
        guard let name = plan.measures[measure].quota else { return nil }
        return quotas[QuotaKey(measure: name, period: Period(plan.measures[measure].over, containing: date))]
    }
}
