import Domain

/// From the measures to the lines: rule, steps, rounding.
extension Evaluator {
    func pay(_ credit: Credit, _ sums: inout Sums, _ scratch: inout Scratch) throws(ArithmeticError) {
        for index in code.components.indices {
            scratch.beginTrace(index, isPaid: code.components[index].isPaid)
            let delta =
                code.components[index].measure == nil
                ? try state(index, credit.date, &sums, &scratch) : try rate(index, credit, &sums, &scratch)
            try finish(index, delta, credit.date, &sums, &scratch)
        }
    }

    /// What components pay on a day without a credit.
    func pay(_ date: CalendarDate, _ sums: inout Sums, _ scratch: inout Scratch) throws(ArithmeticError) {
        for index in code.components.indices {
            scratch.beginTrace(index, isPaid: code.components[index].isPaid)
            let delta = code.components[index].measure == nil ? try state(index, date, &sums, &scratch) : .zero
            try finish(index, delta, date, &sums, &scratch)
        }
    }

    private func finish(
        _ index: Int, _ rated: Number, _ date: CalendarDate, _ sums: inout Sums, _ scratch: inout Scratch
    ) throws(ArithmeticError) {
        var delta = plan.roundingPlace == .step ? try rounded(rated) : rated
        if !code.components[index].steps.isEmpty, !delta.isZero || code.components[index].isState {
            delta = try adjust(index, delta, date, &sums, &scratch)
        }
        if !delta.isZero { try book(index, delta, &sums, &scratch) }
    }

    /// Rounds what a component pays; tells the components that read it, and writes its line.
    private func book(
        _ index: Int, _ delta: Number, _ sums: inout Sums, _ scratch: inout Scratch
    ) throws(ArithmeticError) {
        let amount = try round(index, delta, &sums)
        guard !amount.isZero else { return }
        for place in code.components[index].readers { try sums.cells[code.readers[place]] += amount }
        guard code.components[index].isPaid else { return }
        scratch.mix(try amount - delta)
        scratch.lines.append(Line(component: index, amount: amount, trace: scratch.trace))
    }

    /// The rounded pay, so that lines sum to what the plan's place of rounding says. What is only there to be read is not
    /// rounded: that happens once, where it is paid.
    private func round(_ index: Int, _ delta: Number, _ sums: inout Sums) throws(ArithmeticError) -> Number {
        guard code.components[index].isPaid else { return delta }
        guard plan.roundingPlace == .total else { return try rounded(delta) }
        let cell = code.components[index].places.rounding
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
        let component = code.components[index]
        if component.isTotal { return delta }
        var delta = delta
        var cell = component.places.steps
        for place in component.steps {
            let before = sums.cells[cell + 1]
            let given = try sums.cells[cell] + delta
            sums.cells[cell] = given
            var result = try apply(code.steps[place], to: given, index, date, sums, &scratch)
            if plan.roundingPlace == .step { result = try rounded(result) }
            sums.cells[cell + 1] = result
            let moved = try result - before
            if moved != delta {
                scratch.mix(given)
                scratch.mix(result)
            }
            if scratch.isTracing {
                let step = plan.components[index].steps[place - component.steps.lowerBound]
                try trace(step, made: moved, of: delta, given, result, &scratch)
            }
            delta = moved
            cell += 2
        }
        return delta
    }

    /// What a step makes of all that came in during its window.
    func apply(
        _ step: Code.Step, to given: Number, _ index: Int, _ date: CalendarDate, _ sums: Sums,
        _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        let reading = Reading(date: date, window: step.window, component: index)
        if let when = step.when, try !condition(code.formulas[when], sums, reading, &scratch) { return given }
        switch step.action {
        case .multiply(let factor): return try given * number(factor, sums, reading, &scratch)
        case .multiplyBy(let grid):
            return try given * code.tiers[reached(grid, sums, reading, &scratch)].value
        case .add(let amount): return try given + number(amount, sums, reading, &scratch)
        case .cap(let limit): return min(given, try number(limit, sums, reading, &scratch))
        case .floor(let limit): return max(given, try number(limit, sums, reading, &scratch))
        case .requires(let wanted): return try condition(code.formulas[wanted], sums, reading, &scratch) ? given : .zero
        }
    }
}
