import Domain
import Expressions

/// What credit components pay before their steps.
extension Evaluator {
    func rate(
        _ index: Int, _ credit: Credit, _ sums: inout Sums, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        guard let measure = plan.components[index].measure else { return .zero }
        let reading = Reading(date: credit.date, component: index)
        var isPaid = try counts(plan.measures[measure], credit, sums, &scratch)
        if isPaid, let filter = plan.components[index].filter {
            isPaid = try condition(filter, credit, sums, reading, &scratch)
        }
        switch plan.components[index].rule {
        case .rate(let of, let rating):
            guard isPaid else { return .zero }
            let base = try base(of, measure, credit, sums, reading, &scratch)
            let rate = try rate(rating, index, credit, sums, reading, &scratch)
            let amount = try base * rate
            scratch.record(index, tier: 0, base, amount) { Part(base: base, rate: Rate(rate), amount: amount) }
            return amount
        case .table(let of, let table, let method):
            let base = isPaid ? try base(of, measure, credit, sums, reading, &scratch) : .zero
            switch method {
            case .marginal:
                guard isPaid else { return .zero }
                return try marginal(index, table, base, credit.date, sums, &scratch)
            case .retroactive, .overage: return try accumulated(index, table, method, base, credit.date, &sums, &scratch)
            case .byDealBefore, .byDealAfter: return try byDeal(index, table, method, base, credit.date, &sums, &scratch)
            }
        case .state: return .zero
        }
    }

    private func base(
        _ of: Formula?, _ measure: Int, _ credit: Credit, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        guard let of else { return scratch.moves[measure] }
        return try number(of, credit, sums, reading, &scratch)
    }

    private func rate(
        _ rating: Plan.Rating, _ index: Int, _ credit: Credit, _ sums: Sums, _ reading: Reading,
        _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        switch rating {
        case .flat(let rate): return rate.value
        case .formula(let formula): return try number(formula, credit, sums, reading, &scratch)
        case .lookup(let lookup): return try find(lookup, credit, sums, reading, &scratch)
        case .matrix(let matrix): return try find(matrix, credit, sums, reading, &scratch)
        case .bands(let table):
            return try reached(table, credit, sums, reading, &scratch).map { table.tiers[$0].value } ?? .zero
        }
    }

    // MARK: Marginal

    /// Each part of the way that the credit moves the axis, at its tier's rate.
    private func marginal(
        _ index: Int, _ table: Plan.Table, _ base: Number, _ date: CalendarDate, _ sums: Sums, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        guard let measure = table.measure else { return .zero }
        let found = try self.scale(table, date, &scratch)
        let move = scratch.moves[measure]
        guard let scale = found, !move.isZero else { return try atOneRate(index, table, base, found, sums.cells[measure], &scratch) }
        let end = sums.cells[measure]
        let start = try end - move
        try scratch.setLimits(index, table, scale: scale)
        var total = Number.zero
        for tier in table.tiers.indices {
            let way = try scratch.overlap(index, from: start, to: end, tier: tier)
            guard !way.isZero else { continue }
            let part = base == move ? way : try base.multiplied(by: way, dividedBy: move)
            let amount = try part * table.tiers[tier].value
            try total += amount
            scratch.record(index, tier: tier, part, amount) { self.part(of: table, tier, base: part, amount) }
        }
        return total
    }

    /// A credit that does not move the axis is paid at the tier that the axis is in; without a quota, at the first.
    private func atOneRate(
        _ index: Int, _ table: Plan.Table, _ base: Number, _ scale: Number?, _ position: Number,
        _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        let tier = try scale.map { limit throws(ArithmeticError) in try table.tier(at: position, scale: limit) } ?? 0
        let amount = try base * table.tiers[tier].value
        guard !base.isZero else { return amount }
        scratch.record(index, tier: tier, base, amount) {
            var part = part(of: table, tier, base: base, amount)
            if scale == nil { (part.share, part.note) = (nil, "") }
            return part
        }
        return amount
    }

    // MARK: Retroactive and overage

    private func accumulated(
        _ index: Int, _ table: Plan.Table, _ method: Plan.Method, _ base: Number, _ date: CalendarDate,
        _ sums: inout Sums, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        let places = layout.components[index]
        let before = sums.cells[places.base]
        let after = try before + base
        sums.cells[places.base] = after
        let reading = Reading(date: date, window: plan.components[index].window, component: index)
        let tier = try reached(table, nil, sums, reading, &scratch) ?? 0
        var pay = try after * table.tiers[tier].value
        var limit = Number.zero
        if method == .overage, table.tiers.count > 1, let scale = try self.scale(table, date, &scratch) {
            limit = min(max(after, .zero), try table.tiers[1].from * scale)
            pay = try limit * table.tiers[0].value + (after - limit) * table.tiers[tier].value
        }
        let delta = try pay - sums.cells[places.out]
        sums.cells[places.out] = pay
        scratch.mix(UInt64(truncatingIfNeeded: tier))
        scratch.mix(base)
        scratch.mix(after)
        scratch.mix(delta)
        guard scratch.traced == index else { return delta }
        if method == .overage {
            try traceOverage(table, tier, after, limit, delta, &scratch)
        } else {
            try traceAccumulated(table, tier, base, delta, &scratch)
        }
        return delta
    }

    // MARK: By deal

    private func byDeal(
        _ index: Int, _ table: Plan.Table, _ method: Plan.Method, _ base: Number, _ date: CalendarDate,
        _ sums: inout Sums, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        guard let measure = table.measure else { return .zero }
        let places = layout.components[index]
        if scratch.opened & (1 << UInt8(Plan.Window.deal.code)) != 0 {
            sums.cells[places.start] = try sums.cells[measure] - scratch.moves[measure]
        }
        let all = try sums.cells[places.base] + base
        sums.cells[places.base] = all
        let position = method == .byDealBefore ? sums.cells[places.start] : sums.cells[measure]
        let scale = try self.scale(table, date, &scratch)
        let tier = try scale.map { limit throws(ArithmeticError) in try table.tier(at: position, scale: limit) } ?? 0
        let pay = try all * table.tiers[tier].value
        let delta = try pay - sums.cells[places.out]
        sums.cells[places.out] = pay
        scratch.mix(UInt64(truncatingIfNeeded: tier))
        scratch.mix(base)
        scratch.mix(delta)
        if scratch.traced == index { try traceAccumulated(table, tier, base, delta, &scratch) }
        return delta
    }
}
