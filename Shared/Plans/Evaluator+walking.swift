package import Domain

/// The whole of a payee's pay at once: for examples, and for what a plan would have paid.
extension Evaluator {
    /// Takes credits in canonical order, and the pay periods from the first one's to the last one's as at their close: what
    /// is paid without a credit, a guarantee say, is told too. What cannot be calculated ends it, or is skipped as the
    /// calculator skips it: then it counts for nothing, and `skip` is told why.
    package func walk(
        _ credits: [Credit], alone day: CalendarDate? = nil, skip: ((_ reason: String) -> Void)? = nil,
        told tell: (_ line: Line, _ period: Period) throws(ArithmeticError) -> Void
    ) throws(ArithmeticError) {
        var sums = empty
        var scratch = scratch
        var open: Period?
        for credit in credits {
            let period = Period(plan.pays, containing: credit.date)
            while let ending = open, ending < period {
                try close(ending, &sums, &scratch, skip, tell)
                open = ending.next
            }
            open = period
            let before = sums
            do { try step(credit, &sums, &scratch) } catch {
                try missed("deal \(credit.key) of \(credit.date): \(error)", skip)
                sums = before
                continue
            }
            for line in scratch.lines { try tell(line, self.period(of: line.component, on: credit.date)) }
        }
        guard let last = open ?? day.map({ Period(plan.pays, containing: $0) }) else { return }
        try close(last, &sums, &scratch, skip, tell)
    }

    private func missed(_ reason: String, _ skip: ((String) -> Void)?) throws(ArithmeticError) {
        guard let skip else { throw .undefined(reason) }
        skip(reason)
    }

    private func close(
        _ period: Period, _ sums: inout Sums, _ scratch: inout Scratch, _ skip: ((String) -> Void)?,
        _ tell: (Line, Period) throws(ArithmeticError) -> Void
    ) throws(ArithmeticError) {
        let before = sums
        do { try touch(period.end, &sums, &scratch) } catch {
            try missed("at the close of \(period): \(error)", skip)
            sums = before
            return
        }
        for line in scratch.lines { try tell(line, self.period(of: line.component, on: period.end)) }
    }
}
