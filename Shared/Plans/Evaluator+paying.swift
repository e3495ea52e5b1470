import Domain

/// From the measures to the lines: rule, steps, rounding.
extension Evaluator {
    func pay(
        _ credit: Credit?, _ date: CalendarDate, _ sums: inout Sums, _ scratch: inout Scratch
    ) throws(ArithmeticError) {
        for index in plan.components.indices {
            var delta = Number.zero
            scratch.beginTrace()
            if plan.components[index].isPeriodic {
                delta = try state(index, date, &sums, &scratch)
            } else if let credit {
                delta = try rate(index, credit, &sums, &scratch)
            }
            if plan.roundingPlace == .step { delta = try rounded(delta) }
            let isMoved = !delta.isZero || codes[index].isState
            if isMoved, !plan.components[index].steps.isEmpty { delta = try adjust(index, delta, date, &sums, &scratch) }
            guard !delta.isZero else { continue }
            let amount = try round(index, delta, &sums)
            guard !amount.isZero else { continue }
            for cell in codes[index].readers { try sums.cells[cell] += amount }
            guard plan.components[index].isPaid else { continue }
            scratch.mix(try amount - delta)
            scratch.lines.append(Line(component: index, amount: amount, trace: scratch.trace))
        }
    }

    /// The rounded pay, so that lines sum to what the plan's place of rounding says.
    private func round(_ index: Int, _ delta: Number, _ sums: inout Sums) throws(ArithmeticError) -> Number {
        guard plan.roundingPlace == .total else { return try rounded(delta) }
        let cell = layout.components[index].rounding
        let before = sums.cells[cell + 1]
        let exact = try sums.cells[cell] + delta
        let after = try rounded(exact)
        sums.cells[cell] = exact
        sums.cells[cell + 1] = after
        return try after - before
    }

    func rounded(_ number: Number) throws(ArithmeticError) -> Number {
        try number.rounded(to: plan.currency.minorPlaces, plan.rounding)
    }

    // MARK: Steps

    private func adjust(
        _ index: Int, _ delta: Number, _ date: CalendarDate, _ sums: inout Sums, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        if case .state(.total) = plan.components[index].rule { return delta }
        var delta = delta
        for position in plan.components[index].steps.indices {
            let cell = layout.components[index].steps + position * 2
            let before = sums.cells[cell + 1]
            let given = try sums.cells[cell] + delta
            sums.cells[cell] = given
            let step = plan.components[index].steps[position]
            var result = try apply(step, to: given, index, date, sums, &scratch)
            if plan.roundingPlace == .step { result = try rounded(result) }
            sums.cells[cell + 1] = result
            let moved = try result - before
            if moved != delta {
                scratch.mix(given)
                scratch.mix(result)
            }
            if scratch.traced == index { try trace(step, made: moved, of: delta, given, result, &scratch) }
            delta = moved
        }
        return delta
    }

    /// What a step makes of all that came in during its window.
    func apply(
        _ step: Plan.Adjustment, to given: Number, _ index: Int, _ date: CalendarDate, _ sums: Sums,
        _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        let reading = Reading(date: date, window: step.window, component: index)
        if let when = step.when, try !condition(when, nil, sums, reading, &scratch) { return given }
        switch step.kind {
        case .multiply(let factor): return try given * number(factor, nil, sums, reading, &scratch)
        case .multiplyBy(let table):
            guard let tier = try reached(table, nil, sums, reading, &scratch) else { return given }
            return try given * table.tiers[tier].value
        case .add(let amount): return try given + number(amount, nil, sums, reading, &scratch)
        case .cap(let limit): return min(given, try number(limit, nil, sums, reading, &scratch))
        case .floor(let limit): return max(given, try number(limit, nil, sums, reading, &scratch))
        case .requires(let wanted): return try condition(wanted, nil, sums, reading, &scratch) ? given : .zero
        }
    }
}
