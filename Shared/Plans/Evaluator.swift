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
            var exact = Number.zero
            var trace = Trace()
            try eachPart(of: component, credit, before: before) { tier, part, rate throws(ArithmeticError) in
                try exact += part * rate.value
                trace.add(tier, part)
            }
            try sums.components[index] += exact
            let amount = try rounded(sums.components[index]) - rounded(before.components[index])
            trace.add(-1, try amount - exact)
            if !amount.isZero { lines.append(Line(component: index, amount: amount, trace: trace.hash)) }
        }
        return lines
    }

    package struct Line: Hashable, Sendable {
        package let component: Int
        package let amount: Number
        /// Differs when the explanation's steps or its rounding would: cheaper to compare than to explain.
        package let trace: UInt64
    }

    /// FNV-1a over words; the same on every machine.
    private struct Trace {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325

        mutating func add(_ tier: Int, _ number: Number) {
            for word in [UInt64(truncatingIfNeeded: tier), UInt64(truncatingIfNeeded: number.units), UInt64(truncatingIfNeeded: number.units >> 64)] {
                hash = (hash ^ word) &* 0x0000_0100_0000_01b3
            }
        }
    }

    /// The tree behind a line: the same calculation, kept in parts.
    package func explain(
        _ component: Int, _ credit: Credit, before sums: Sums, posted: Number
    ) throws(ArithmeticError) -> Explanation {
        var before = sums
        enter(credit.date, sums: &before)
        let rule = plan.components[component]
        let steps = try steps(of: rule, credit, before: before)
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
    /// Hands over each part of the credit that is paid at one rate: the whole of it for a flat rate, else what lies in
    /// each tier. Without a quota nothing is above the first tier.
    private func eachPart(
        of component: Plan.Component, _ credit: Credit, before: Sums,
        _ body: (_ tier: Int, _ part: Number, _ rate: Rate) throws(ArithmeticError) -> Void
    ) throws(ArithmeticError) {
        let amount = credit.amount.amount
        switch component.rate {
        case .flat(let rate): try body(0, amount, rate)
        case .marginal(let by, let tiers):
            guard let quota = quota(by, credit.date) else { return try body(0, amount, tiers[0].rate) }
            let start = before.measures[by]
            let end = plan.measures[by].counts(credit) ? try start + amount : start
            for index in tiers.indices {
                let part = try Evaluator.overlap(from: start, to: end, tier: index, quota, tiers)
                if !part.isZero { try body(index, part, tiers[index].rate) }
            }
        }
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

    private func steps(
        of component: Plan.Component, _ credit: Credit, before: Sums
    ) throws(ArithmeticError) -> [Explanation.Step] {
        var steps: [Explanation.Step] = []
        try eachPart(of: component, credit, before: before) { index, part, rate throws(ArithmeticError) in
            let step = Explanation.Step(
                base: part, rate: rate, amount: try part * rate.value, tier: tier(index, of: component, credit))
            steps.append(step)
        }
        return steps
    }

    private func tier(_ index: Int, of component: Plan.Component, _ credit: Credit) -> Explanation.Tier? {
        guard case .marginal(let by, let tiers) = component.rate, quota(by, credit.date) != nil else { return nil }
        return Explanation.Tier(from: tiers[index].from, to: index + 1 < tiers.count ? tiers[index + 1].from : nil)
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
