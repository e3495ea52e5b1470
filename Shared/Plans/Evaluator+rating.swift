import Domain

/// What credit components pay before their steps.
extension Evaluator {
    func rate(
        _ index: Int, _ credit: Credit, _ sums: inout Sums, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        let reading = Reading(date: credit.date, component: index)
        let isPaid = try isPaid(index, credit, sums, reading, &scratch)
        switch code.components[index].rule {
        case .flat(let of, let rate):
            return isPaid ? try at(rate, of, index, credit, sums, reading, &scratch) : .zero
        case .formula, .lookup, .bands, .matrix:
            return isPaid ? try rated(index, credit, sums, reading, &scratch) : .zero
        case .marginal(let of, let grid):
            guard isPaid else { return .zero }
            let base = try number(of, credit, sums, reading, &scratch)
            return try marginal(index, grid, base, credit.date, sums, &scratch)
        case .accumulated(let of, let grid, let isOverage):
            let base = isPaid ? try number(of, credit, sums, reading, &scratch) : .zero
            return try accumulated(index, grid, isOverage, base, credit.date, &sums, &scratch)
        case .byDeal(let of, let grid, let isBefore):
            let base = isPaid ? try number(of, credit, sums, reading, &scratch) : .zero
            return try byDeal(index, grid, isBefore, base, credit.date, &sums, &scratch)
        case .state: return .zero
        }
    }

    private func isPaid(
        _ index: Int, _ credit: Credit, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Bool {
        guard let measure = code.components[index].measure, scratch.counted[measure] else { return false }
        guard let filter = code.components[index].filter else { return true }
        return try condition(filter, credit, sums, reading, &scratch)
    }

    private func at(
        _ rate: Number, _ of: Code.Operand, _ index: Int, _ credit: Credit, _ sums: Sums, _ reading: Reading,
        _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        let base = try number(of, credit, sums, reading, &scratch)
        let amount = try base * rate
        scratch.record(tier: 0, base, amount) { Part(base: base, rate: Rate(rate), amount: amount) }
        return amount
    }

    /// At a rate that has to be found first.
    private func rated(
        _ index: Int, _ credit: Credit, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        switch code.components[index].rule {
        case .formula(let of, let formula):
            let rate = try number(code.formulas[formula], credit, sums, reading, &scratch)
            return try at(rate, of, index, credit, sums, reading, &scratch)
        case .lookup(let of, let finder):
            let rate = try find(finder, credit, sums, reading, &scratch)
            return try at(rate, of, index, credit, sums, reading, &scratch)
        case .bands(let of, let grid):
            let position = try position(on: grid, credit, sums, reading, &scratch)
            let rate = code.tiers[try tier(at: position, grid, scale(grid, credit.date, &scratch), &scratch)].value
            return try at(rate, of, index, credit, sums, reading, &scratch)
        case .matrix(let of):
            guard case .rate(_, .matrix(let matrix)) = plan.components[index].rule else { return .zero }
            let rate = try find(matrix) { axis throws(ArithmeticError) in
                try number(axis, credit, sums, reading, &scratch)
            }
            return try at(rate, of, index, credit, sums, reading, &scratch)
        default: return .zero
        }
    }

    private func position(
        on grid: Code.Grid, _ credit: Credit, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        if let measure = grid.measure { return sums.cells[measure] }
        return try number(code.formulas[grid.by], credit, sums, reading, &scratch)
    }

    // MARK: Marginal

    /// Each part of the way that the credit moves the axis, at its tier's rate.
    private func marginal(
        _ index: Int, _ grid: Code.Grid, _ base: Number, _ date: CalendarDate, _ sums: Sums, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        guard let measure = grid.measure else { return .zero }
        let found = try self.scale(grid, date, &scratch)
        let move = scratch.moves[measure]
        guard let scale = found, !move.isZero else {
            return try atOneRate(index, grid, base, found, sums.cells[measure], &scratch)
        }
        let end = sums.cells[measure]
        let start = try end - move
        try scratch.setLimits(grid, code.tiers, scale: scale)
        var total = Number.zero
        for tier in grid.tiers {
            let way = try scratch.overlap(grid, from: start, to: end, tier: tier)
            guard !way.isZero else { continue }
            let part = base == move ? way : try base.multiplied(by: way, dividedBy: move)
            let amount = try part * code.tiers[tier].value
            try total += amount
            scratch.record(tier: tier, part, amount) { self.part(of: grid, tier, base: part, amount) }
        }
        return total
    }

    /// A credit that does not move the axis is paid at the tier that the axis is in; without a quota, at the first.
    private func atOneRate(
        _ index: Int, _ grid: Code.Grid, _ base: Number, _ scale: Number?, _ position: Number,
        _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        let tier = try tier(at: position, grid, scale, &scratch)
        let amount = try base * code.tiers[tier].value
        guard !base.isZero else { return amount }
        scratch.record(tier: tier, base, amount) {
            var part = part(of: grid, tier, base: base, amount)
            if scale == nil { (part.share, part.note) = (nil, "") }
            return part
        }
        return amount
    }

    // MARK: Retroactive and overage

    private func accumulated(
        _ index: Int, _ grid: Code.Grid, _ isOverage: Bool, _ base: Number, _ date: CalendarDate,
        _ sums: inout Sums, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        let places = code.components[index].places
        let after = try sums.cells[places.base] + base
        sums.cells[places.base] = after
        let reading = Reading(date: date, window: plan.components[index].window, component: index)
        let tier = try reached(grid, sums, reading, &scratch)
        let rate = code.tiers[tier].value
        var pay = try after * rate
        var limit = Number.zero
        if isOverage, grid.tiers.count > 1, let scale = try self.scale(grid, date, &scratch) {
            let first = grid.tiers.lowerBound
            limit = min(max(after, .zero), try code.tiers[first + 1].from * scale)
            pay = try limit * code.tiers[first].value + (after - limit) * rate
        }
        let delta = try pay - sums.cells[places.out]
        sums.cells[places.out] = pay
        scratch.mix(UInt64(truncatingIfNeeded: tier))
        scratch.mix(base)
        scratch.mix(after)
        scratch.mix(delta)
        guard scratch.isTracing else { return delta }
        if isOverage {
            try traceOverage(grid, tier, after, limit, delta, &scratch)
        } else {
            try traceAccumulated(grid, tier, base, delta, &scratch)
        }
        return delta
    }

    // MARK: By deal

    private func byDeal(
        _ index: Int, _ grid: Code.Grid, _ isBefore: Bool, _ base: Number, _ date: CalendarDate,
        _ sums: inout Sums, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        guard let measure = grid.measure else { return .zero }
        let places = code.components[index].places
        if scratch.opened & Plan.Window.deal.bit != 0 {
            sums.cells[places.start] = try sums.cells[measure] - scratch.moves[measure]
        }
        let all = try sums.cells[places.base] + base
        sums.cells[places.base] = all
        let position = isBefore ? sums.cells[places.start] : sums.cells[measure]
        let tier = try tier(at: position, grid, scale(grid, date, &scratch), &scratch)
        let pay = try all * code.tiers[tier].value
        let delta = try pay - sums.cells[places.out]
        sums.cells[places.out] = pay
        scratch.mix(UInt64(truncatingIfNeeded: tier))
        scratch.mix(base)
        scratch.mix(delta)
        if scratch.isTracing { try traceAccumulated(grid, tier, base, delta, &scratch) }
        return delta
    }
}
