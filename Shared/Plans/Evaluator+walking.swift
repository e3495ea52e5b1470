package import Domain

/// The whole of a payee's pay at once: for examples, and for what a plan would have paid.
extension Evaluator {
    /// Takes credits in canonical order, and the pay periods from the first one's to the last one's as at their close: what
    /// is paid without a credit, a guarantee say, is told too.
    package func walk(
        _ credits: [Credit], alone day: CalendarDate? = nil,
        told tell: (_ line: Line, _ period: Period) throws(ArithmeticError) -> Void
    ) throws(ArithmeticError) {
        var sums = empty
        var scratch = scratch
        var open: Period?
        for credit in credits {
            let period = Period(plan.pays, containing: credit.date)
            while let ending = open, ending < period {
                try close(ending, &sums, &scratch, tell)
                open = ending.next
            }
            open = period
            do { try step(credit, &sums, &scratch) } catch {
                throw .undefined("deal \(credit.key) of \(credit.date): \(error)")
            }
            for line in scratch.lines { try tell(line, self.period(of: line.component, on: credit.date)) }
        }
        guard let last = open ?? day.map({ Period(plan.pays, containing: $0) }) else { return }
        try close(last, &sums, &scratch, tell)
    }

    private func close(
        _ period: Period, _ sums: inout Sums, _ scratch: inout Scratch,
        _ tell: (Line, Period) throws(ArithmeticError) -> Void
    ) throws(ArithmeticError) {
        do { try touch(period.end, &sums, &scratch) } catch { throw .undefined("at the close of \(period): \(error)") }
        for line in scratch.lines { try tell(line, self.period(of: line.component, on: period.end)) }
    }
}
