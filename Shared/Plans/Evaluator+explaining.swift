package import Domain

/// The same steps, kept in parts.
extension Evaluator {
    /// The tree behind a line: what the component pays for the credit, in parts that sum to it.
    package func explain(
        _ component: Int, _ credit: Credit, before sums: Sums, posted: Number
    ) throws(ArithmeticError) -> Explanation {
        var (after, scratch) = (sums, scratch)
        scratch.wanted = .one(component)
        try step(credit, &after, &scratch)
        return try explanation(of: component, credit, after: after, posted: posted, &scratch)
    }

    /// The same of a line that the last traced step has left.
    package func explanation(
        of component: Int, _ credit: Credit, after sums: Sums, posted: Number, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Explanation {
        let plain = try explanation(of: component, posted: posted, scratch)
        guard let reached = try attainment(plan.components[component], credit, sums, &scratch) else { return plain }
        return Explanation(
            total: plain.total, before: posted, steps: plain.steps, rounding: plain.rounding, attainment: reached)
    }

    /// The same of what a period pays by itself.
    package func explanation(
        of component: Int, posted: Number, _ scratch: Scratch
    ) throws(ArithmeticError) -> Explanation {
        let total = scratch.lines.first { $0.component == component }?.amount ?? .zero
        var rest = total
        var steps: [Explanation.Step] = []
        for part in scratch.parts where part.component == component {
            try rest -= part.amount
            steps.append(
                Explanation.Step(
                    base: part.base, rate: part.rate, amount: part.amount, tier: part.share, note: part.note))
        }
        return Explanation(total: total, before: posted, steps: steps, rounding: rest, attainment: nil)
    }

    /// The leaves of a component's pay for a credit, and their rounded sum.
    package func parts(
        _ component: Int, _ credit: Credit, before sums: Sums
    ) throws(ArithmeticError) -> (parts: [Part], total: Number) {
        var (after, scratch) = (sums, scratch)
        scratch.wanted = .one(component)
        try step(credit, &after, &scratch)
        return (scratch.parts, scratch.lines.first { $0.component == component }?.amount ?? .zero)
    }

    /// The same for what a period pays by itself on a day.
    package func parts(
        _ component: Int, on date: CalendarDate, before sums: Sums
    ) throws(ArithmeticError) -> (parts: [Part], total: Number) {
        var (after, scratch) = (sums, scratch)
        scratch.wanted = .one(component)
        try touch(date, &after, &scratch)
        return (scratch.parts, scratch.lines.first { $0.component == component }?.amount ?? .zero)
    }

    /// Sums in which a component has paid nothing yet, so that its parts tell the whole.
    package func cleared(_ component: Int, in sums: Sums) -> Sums {
        var sums = sums
        let (places, steps) = (code.components[component].places, code.components[component].steps)
        if places.out != Layout.Places.none { sums.cells[places.out] = .zero }
        if places.rounding != Layout.Places.none {
            for cell in places.rounding...places.rounding + 1 { sums.cells[cell] = .zero }
        }
        for cell in places.steps..<places.steps + steps.count * 2 { sums.cells[cell] = .zero }
        return sums
    }

    func part(of grid: Code.Grid, _ tier: Int, base: Number, _ amount: Number) -> Part {
        let from = code.tiers[tier].from
        let to = tier + 1 < grid.tiers.upperBound ? code.tiers[tier + 1].from : nil
        var part = Part(
            base: base, rate: Rate(code.tiers[tier].value), amount: amount, tier: tier - grid.tiers.lowerBound)
        if grid.isOfQuota {
            part.share = Explanation.Tier(from: Rate(from), to: to.map { Rate($0) })
        } else if grid.tiers.count > 1 {
            let places = plan.currency.minorPlaces
            let what = grid.measure.map { plan.measures[$0].name } ?? code.formulas[grid.by].text
            part.note =
                to.map { "\(what) from \(from.formatted(places: places)) to \($0.formatted(places: places))" }
                ?? "\(what) above \(from.formatted(places: places))"
        }
        return part
    }

    /// The credit at the rate reached, and what the rate makes of the credits before it.
    func traceAccumulated(
        _ grid: Code.Grid, _ tier: Int, _ base: Number, _ delta: Number, _ scratch: inout Scratch
    ) throws(ArithmeticError) {
        let rate = code.tiers[tier].value
        let own = try base * rate
        if !base.isZero { scratch.add(part(of: grid, tier, base: base, own)) }
        let rest = try delta - own
        guard !rest.isZero else { return }
        scratch.add(
            Part(
                base: rest, rate: .whole, amount: rest, tier: tier - grid.tiers.lowerBound,
                note: "earlier credits counted again at \(Rate(rate))"))
    }

    /// All that was counted up to the limit and beyond it, less what was paid before this credit.
    func traceOverage(
        _ grid: Code.Grid, _ tier: Int, _ all: Number, _ limit: Number, _ delta: Number, _ scratch: inout Scratch
    ) throws(ArithmeticError) {
        var rest = delta
        for (place, base) in [(grid.tiers.lowerBound, limit), (tier, try all - limit)] where !base.isZero {
            let amount = try base * code.tiers[place].value
            try rest -= amount
            scratch.add(part(of: grid, place, base: base, amount))
        }
        guard !rest.isZero else { return }
        scratch.add(Part(base: rest, rate: .whole, amount: rest, note: "less what was paid before"))
    }

    /// The parts say what is paid for the window by now; what was paid before is taken off.
    func traceState(
        _ rule: Plan.StateRule, _ pay: Number, _ delta: Number, from first: Int, _ scratch: inout Scratch
    ) throws(ArithmeticError) {
        if scratch.parts.count == first, !pay.isZero {
            scratch.add(Part(base: pay, rate: .whole, amount: pay, note: rule.words))
        }
        let before = try delta - pay
        guard !before.isZero else { return }
        scratch.add(Part(base: before, rate: .whole, amount: before, note: "less what this period had before"))
    }

    func trace(
        _ step: Plan.Adjustment, made moved: Number, of delta: Number, _ given: Number, _ result: Number,
        _ scratch: inout Scratch
    ) throws(ArithmeticError) {
        let change = try moved - delta
        guard !change.isZero else { return }
        let places = plan.currency.minorPlaces
        let note =
            "\(step.words): \(given.formatted(places: places)) per \(step.window.text) becomes "
            + result.formatted(places: places)
        scratch.add(Part(base: change, rate: .whole, amount: change, note: note))
    }

    private func attainment(
        _ component: Plan.Component, _ credit: Credit, _ after: Sums, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Explanation.Attainment? {
        guard case .table(_, let table, _) = component.rule, case .attainment(let by) = table.axis,
            case .period(let kind) = plan.measures[by].window
        else { return nil }
        guard let quota = try quota(by, credit.date, &scratch) else { return nil }
        let reached = after.cells[by]
        return Explanation.Attainment(
            measure: plan.measures[by].name, period: Period(kind, containing: credit.date), quota: quota,
            before: try reached - scratch.moves[by], after: reached)
    }
}

extension Plan.StateRule {
    /// What a payee reads behind an amount for a period.
    var words: String {
        switch self {
        case .amount(let amount): amount.text
        case .curve(_, let curve): "by the curve of \(curve.by.text)"
        case .table(_, let table, _): "by the tiers of \(table.by.text)"
        case .matrix(_, let matrix): "by \(matrix.rows.by.text) and \(matrix.columns.by.text)"
        case .scorecard: "by the scorecard"
        case .milestones(let milestones): "for the milestones of \(milestones.by.text)"
        case .award(let award, _): award
        case .total: "on the total"
        }
    }
}

extension Plan.Adjustment {
    var words: String {
        switch kind {
        case .multiply(let it): "times \(it.text)"
        case .multiplyBy(let table): "times the factor of \(table.by.text)"
        case .add(let it): "plus \(it.text)"
        case .cap(let it): "capped at \(it.text)"
        case .floor(let it): "at least \(it.text)"
        case .requires(let it): "only where \(it.text)"
        }
    }
}
