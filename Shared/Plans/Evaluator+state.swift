package import Domain

/// What a component pays for a window, as a function of all that was accumulated.
extension Evaluator {
    func state(
        _ index: Int, _ date: CalendarDate, _ sums: inout Sums, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        guard case .state(let rule) = plan.components[index].rule else { return .zero }
        let reading = Reading(date: date, window: plan.components[index].window, component: index)
        let first = scratch.parts.count
        let pay = try pay(rule, reading, index, sums, &scratch)
        let place = code.components[index].places.out
        let delta = try pay - sums.cells[place]
        sums.cells[place] = pay
        scratch.mix(pay)
        scratch.mix(delta)
        if scratch.isTracing { try traceState(rule, pay, delta, from: first, &scratch) }
        return delta
    }

    private func pay(
        _ rule: Plan.StateRule, _ reading: Reading, _ index: Int, _ sums: Sums, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        switch rule {
        case .amount(let amount): return try number(amount, sums, reading, &scratch)
        case .curve(let target, let curve):
            let value = try curve.value(at: number(curve.by, sums, reading, &scratch))
            return try base(target, sums, reading, &scratch) * value
        case .table(let base, _, let method):
            guard case .state(let grid?) = code.components[index].rule else { return .zero }
            return try pay(grid, method, try self.base(base, sums, reading, &scratch), index, sums, reading, &scratch)
        case .matrix(let base, let matrix):
            let value = try find(matrix) { axis throws(ArithmeticError) in try number(axis, sums, reading, &scratch) }
            return try self.base(base, sums, reading, &scratch) * value
        case .scorecard(let target, let goals): return try scorecard(target, goals, index, sums, reading, &scratch)
        case .milestones(let milestones): return try pay(milestones, sums, reading, &scratch)
        case .award: return .zero
        case .total(let inputs):
            var sum = Number.zero
            for place in inputs.indices { try sum += sums.cells[code.components[index].places.inputs + place] }
            let step = code.steps[code.components[index].steps.lowerBound]
            return try apply(step, to: sum, index, reading.date, sums, &scratch) - sum
        }
    }

    private func base(
        _ formula: Formula?, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        guard let formula else { return 1 }
        return try number(formula, sums, reading, &scratch)
    }

    private func pay(
        _ grid: Code.Grid, _ method: Plan.Method, _ base: Number, _ index: Int, _ sums: Sums, _ reading: Reading,
        _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        let position = try number(code.formulas[grid.by], sums, reading, &scratch)
        try scratch.setLimits(grid, code.tiers, scale: 1)
        switch method {
        case .marginal:
            var total = Number.zero
            for tier in grid.tiers {
                let way = try scratch.overlap(grid, from: .zero, to: position, tier: tier)
                guard !way.isZero else { continue }
                let part = try base * way
                let amount = try part * code.tiers[tier].value
                try total += amount
                scratch.record(tier: tier, part, amount) { self.part(of: grid, tier, base: part, amount) }
            }
            return total
        case .overage where grid.tiers.count > 1 && position > code.tiers[grid.tiers.lowerBound + 1].from:
            let (first, second) = (code.tiers[grid.tiers.lowerBound], code.tiers[grid.tiers.lowerBound + 1])
            let over = try position - second.from
            let reached = code.tiers[scratch.tier(at: position, grid)]
            return try base * (second.from * first.value + over * reached.value)
        case .overage:
            let tier = grid.tiers.lowerBound
            let part = try base * position
            let amount = try part * code.tiers[tier].value
            scratch.record(tier: tier, part, amount) { self.part(of: grid, tier, base: part, amount) }
            return amount
        default:
            let tier = scratch.tier(at: position, grid)
            let amount = try base * code.tiers[tier].value
            scratch.record(tier: tier, base, amount) { part(of: grid, tier, base: base, amount) }
            return amount
        }
    }

    private func scorecard(
        _ target: Formula, _ goals: [Plan.ScoredGoal], _ index: Int, _ sums: Sums, _ reading: Reading,
        _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        let target = try number(target, sums, reading, &scratch)
        var total = Number.zero
        for goal in goals {
            var score = try number(goal.score, sums, reading, &scratch)
            if let curve = goal.curve { score = try curve.value(at: score) }
            let weighted = try goal.weight.value * score
            let amount = try target * weighted
            try total += amount
            scratch.record(tier: 0, target, amount) {
                Part(
                    base: target, rate: Rate(weighted), amount: amount,
                    note: "\(goal.name): \(goal.weight) × \(Rate(score))")
            }
        }
        return total
    }

    private func pay(
        _ milestones: Plan.Milestones, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        let position = try number(milestones.by, sums, reading, &scratch)
        var total = Number.zero
        for step in milestones.steps
        where position > step.from || (position == step.from && milestones.boundary == .lower) {
            total = milestones.paysEach ? try total + step.value : step.value
        }
        return total
    }

    /// What is won beside money, as of the sums: the awards whose condition holds on that day.
    package func awards(_ sums: Sums, on date: CalendarDate) throws(ArithmeticError) -> [(
        component: Int, award: String
    )] {
        var scratch = scratch
        var result: [(component: Int, award: String)] = []
        for (index, component) in plan.components.enumerated() {
            guard case .state(.award(let award, let condition)) = component.rule else { continue }
            let reading = Reading(date: date, window: component.window, component: index)
            if let condition, try !self.condition(condition, sums, reading, &scratch) { continue }
            result.append((index, award))
        }
        return result
    }
}

extension Plan.Curve {
    func value(at x: Number) throws(ArithmeticError) -> Number {
        if x <= points[0].x {
            if x < points[0].x, below == .zero { return .zero }
            return x == points[0].x || below == .flat ? points[0].y : try line(from: 0, at: x)
        }
        let last = points.count - 1
        if x > points[last].x {
            switch above {
            case .flat: return points[last].y
            case .zero: return .zero
            case .extend: return try line(from: last - 1, at: x)
            }
        }
        let segment = points.lastIndex { $0.x < x } ?? 0
        return try line(from: segment, at: x)
    }

    private func line(from index: Int, at x: Number) throws(ArithmeticError) -> Number {
        let (low, high) = (points[index], points[index + 1])
        return try low.y + (high.y - low.y).multiplied(by: x - low.x, dividedBy: high.x - low.x)
    }
}
