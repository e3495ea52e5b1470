import Domain
import Plans

/// What the documents of a line must sum to, period by period, and what is to be posted for that.
extension PayeeState {
    /// A line with all that it comes from.
    struct Rated {
        let place: Placed
        let line: Evaluator.Line
        let agreement: Agreement
        let earned: Period

        var credit: Credit { place.credit }
        var plan: Plan { agreement.plan }
        var settlement: Plan.Settlement { agreement.plan.settlement }
    }

    /// What a line must have come to in a period.
    private struct Target {
        let period: Period
        var amount = Number.zero
        var clawed = Number.zero
        var released = Number.zero
        /// What all documents of the line sum to.
        var total: Number
        /// The last day that counts for it.
        var day: CalendarDate

        var isNothing: Bool { amount.isZero && released.isZero && clawed.isZero }
    }

    /// What closed periods have of a line: it stays.
    struct Booked {
        var amount = Number.zero
        var clawed = Number.zero
        var released = Number.zero
        var document: Int64 = 0

        var isNothing: Bool { amount.isZero && clawed.isZero }

        mutating func add(_ entry: Posted) throws(ArithmeticError) {
            try amount += entry.amount.amount
            try clawed += entry.clawed
            try released += entry.released
            document = max(document, entry.document)
        }
    }

    /// A line while it is being settled: what closed periods have of it, and what of the open ones is not yet spoken for.
    struct Line {
        let credit: Credit
        var booked = Booked()
        var open: [Posted] = []
    }

    // MARK: Periods

    /// The pay period of a day: that of the plan that covers it, else of the last one before it.
    func payPeriod(on day: CalendarDate) -> Period {
        let agreement =
            agreement(on: day) ?? agreements.lastIndex { $0.contract.from <= day } ?? agreements.indices.first
        return Period(agreement.map { agreements[$0].plan.pays } ?? .month, containing: day)
    }

    /// The period itself, or where what belongs to a closed one is posted: the first that is not closed.
    func open(_ period: Period) -> Period {
        guard let through = books.through, books.isClosed(period) else { return period }
        return payPeriod(on: through.adding(days: 1))
    }

    /// Keeps what closed periods have.
    private func line(
        _ known: [Posted], of credit: Credit, _ outcome: inout Outcome
    ) throws(ArithmeticError) -> Line {
        var line = Line(credit: credit)
        for entry in known {
            if books.isClosed(entry.period) {
                try line.booked.add(entry)
                outcome.posted.append(entry)
            } else {
                line.open.append(entry)
            }
        }
        return line
    }

    // MARK: Lines

    func settle(
        _ rated: Rated, _ known: [Posted], _ outcome: inout Outcome, _ changes: inout Changes
    ) throws(ArithmeticError) {
        var line = try line(known, of: rated.credit, &outcome)
        let shown = Shown.number(of: rated.line, rated.credit, rated.agreement)
        let booked = line.booked
        for target in try targets(rated, booked) {
            let isPlain = !rated.agreement.holds && rated.place.loss == nil && target.period == rated.earned
            let entry = Posted(
                component: rated.agreement.components[rated.line.component], earned: rated.earned,
                period: target.period, plan: rated.agreement.name, planVersion: rated.agreement.version,
                amount: Money(target.amount, rated.agreement.currency), clawed: target.clawed,
                released: target.released,
                shown: isPlain
                    ? shown
                    : Shown.number(shown, [target.amount, target.total, target.released], try words(rated, target)))
            guard let (amount, released) = try keep(entry, of: &line, &outcome) else { continue }
            let explanation = try explain(rated, target, before: target.total - amount, booked)
            append(entry, by: amount, released, line, explanation, &changes)
        }
        try reverseOpen(line, &changes)
    }

    /// A line that the credit does not have any more: what closed periods have of it is taken back in the open one, and
    /// what open ones have where it is. It is told of the credit as they have it: what it has become since came in an
    /// order of its own.
    func takeBack(
        _ known: [Posted], of held: Held, _ outcome: inout Outcome, _ changes: inout Changes
    ) throws(ArithmeticError) {
        let closed = held.closed.flatMap { $0.through == books.through ? $0.credit : nil }
        var line = try line(known, of: closed ?? held.credit, &outcome)
        let booked = line.booked
        if let last = known.last, !booked.amount.isZero || !booked.released.isZero || !booked.clawed.isZero {
            let entry = Posted(
                component: last.component, earned: last.earned, period: open(last.earned), plan: last.plan,
                planVersion: last.planVersion, amount: Money(try -booked.amount, last.amount.currency),
                clawed: try -booked.clawed, released: try -booked.released, shown: 0)
            if let (amount, released) = try keep(entry, of: &line, &outcome) {
                append(entry, by: amount, released, line, try Explanation.nothing(amount), &changes)
            }
        }
        try reverseOpen(line, &changes)
    }

    private func reverseOpen(_ line: Line, _ changes: inout Changes) throws(ArithmeticError) {
        for old in line.open where !old.amount.amount.isZero || !old.released.isZero {
            let amount = try -old.amount.amount
            append(old, by: amount, try -old.released, line, try Explanation.nothing(amount), &changes)
        }
    }

    /// Keeps an entry; answers what it differs by from what its period has, where that is to be posted.
    private func keep(
        _ entry: Posted, of line: inout Line, _ outcome: inout Outcome
    ) throws(ArithmeticError) -> (amount: Number, released: Number)? {
        let old = line.open.firstIndex { $0.period == entry.period }.map { line.open.remove(at: $0) }
        let amount = try entry.amount.amount - (old?.amount.amount ?? .zero)
        let released = try entry.released - (old?.released ?? .zero)
        outcome.posted.append(entry)
        outcome.posted[outcome.posted.count - 1].document = old?.document ?? 0
        let isShown = !entry.amount.amount.isZero || !entry.released.isZero
        return !amount.isZero || !released.isZero || (isShown && entry.shown != old?.shown) ? (amount, released) : nil
    }

    private func append(
        _ entry: Posted, by amount: Number, _ released: Number, _ line: Line, _ explanation: Explanation,
        _ changes: inout Changes
    ) {
        let earning = Earning(
            component: entry.component, credit: line.credit.counted(in: entry.amount.currency), amount: amount,
            explanation: explanation, released: released, period: entry.earned == entry.period ? nil : entry.earned,
            corrects: line.booked.document == 0 ? nil : line.booked.document)
        let batch = Batch(
            period: entry.period, currency: entry.amount.currency, plan: entry.plan, planVersion: entry.planVersion)
        changes.append(earning, to: batch)
    }

    // MARK: Targets

    private func targets(_ rated: Rated, _ booked: Booked) throws(ArithmeticError) -> [Target] {
        let home = open(rated.earned)
        if let loss = rated.place.loss { return [try lost(rated, loss, booked, home)].filter { !$0.isNothing } }
        let total = rated.line.amount
        var result = [
            Target(
                period: home, amount: try total - booked.amount, clawed: try -booked.clawed, released: .zero,
                total: total, day: rated.credit.date)
        ]
        guard rated.agreement.holds else {
            result[0].released = try total - booked.released
            return result[0].isNothing ? [] : result
        }
        var (rest, released) = (total, booked.released)
        for day in rated.settlement.days(of: rated.credit, calendar: books.horizon) {
            let own = payPeriod(on: day)
            let period = open(Period.settlesBefore(rated.earned, own) ? own : rated.earned)
            let payable = try payable(total, rated, by: day, calendar: books.horizon)
            let index = result.firstIndex { $0.period == period } ?? result.count
            if index == result.count { result.append(Target(period: period, total: total, day: day)) }
            let kept = try rated.agreement.evaluator.money(
                rated.settlement.unlapsed(of: total, rated.credit, by: day))
            try result[index].released += payable - released
            try result[index].amount += kept - rest
            try result[index].clawed += kept - rest
            (result[index].total, result[index].day) = (kept, day)
            (rest, released) = (kept, payable)
        }
        return result.filter { !$0.isNothing }
    }

    /// What a cancellation leaves: a share of what was posted, and no more than was payable by then.
    private func lost(
        _ rated: Rated, _ loss: Loss, _ booked: Booked, _ home: Period
    ) throws(ArithmeticError) -> Target {
        let base = try booked.base(rated)
        let share = try rated.agreement.evaluator.money(loss.kept.of(base))
        let payable = try payable(base, rated, by: loss.day, calendar: loss.day)
        let kept = base.isNegative ? max(share, payable) : min(share, payable)
        return Target(
            period: home, amount: try kept - booked.amount,
            clawed: try kept - (booked.isNothing ? base : booked.amount), released: try kept - booked.released,
            total: kept, day: loss.day)
    }

    private func payable(
        _ total: Number, _ rated: Rated, by day: CalendarDate, calendar: CalendarDate?
    ) throws(ArithmeticError) -> Number {
        guard rated.agreement.holds else { return total }
        return try rated.agreement.evaluator.money(
            rated.settlement.payable(of: total, rated.credit, by: day, calendar: calendar))
    }

    // MARK: Explanations

    private func words(_ rated: Rated, _ target: Target) throws(ArithmeticError) -> String {
        if let loss = rated.place.loss { return loss.words }
        guard rated.agreement.holds else { return "" }
        return try rated.settlement.words(of: rated.credit, by: target.day, calendar: books.horizon)
    }

    private func explain(
        _ rated: Rated, _ target: Target, before: Number, _ booked: Booked
    ) throws(ArithmeticError) -> Explanation {
        let plain = try explain(rated, before: before)
        guard let loss = rated.place.loss else {
            guard rated.agreement.holds || target.total != rated.line.amount else { return plain }
            let late = Explanation.steps([(try target.total - rated.line.amount, "paid for too late")])
            return Explanation(
                total: target.total, before: before, steps: plain.steps + late, rounding: plain.rounding,
                attainment: plain.attainment, release: try words(rated, target))
        }
        let base = try booked.base(rated)
        let share = try rated.agreement.evaluator.money(loss.kept.of(base))
        let parts = [
            (try base - rated.line.amount, "as it was posted"), (try share - base, loss.words),
            (try target.total - share, "not payable by then"),
        ]
        return Explanation(
            total: target.total, before: before, steps: plain.steps + Explanation.steps(parts),
            rounding: plain.rounding, attainment: plain.attainment)
    }

    private func explain(_ rated: Rated, before: Number) throws(ArithmeticError) -> Explanation {
        let (evaluator, place) = (rated.agreement.evaluator, rated.place)
        guard !rated.credit.isOfPeriod else {
            return try evaluator.explanation(of: rated.line.component, posted: before, room.benches[place.bench])
        }
        return try evaluator.explanation(
            of: rated.line.component, rated.credit, after: place.after, posted: before, &room.benches[place.bench])
    }
}

extension Credit {
    /// Of what is taken back because the credit is valued in another currency now: in the old one it counts nothing.
    fileprivate func counted(in currency: Currency) -> Credit {
        guard amount.currency != currency else { return self }
        return Credit(
            key: key, date: date, amount: .zero(currency), original: original, share: share, product: product,
            kind: kind,
            account: account, source: source, provenance: provenance, fields: fields, fulfilment: fulfilment)
    }
}

extension PayeeState.Booked {
    /// What a clawback takes its share of: what was posted, or what the credit pays where nothing was.
    fileprivate func base(_ rated: PayeeState.Rated) throws(ArithmeticError) -> Number {
        isNothing ? rated.line.amount : try amount - clawed
    }
}

extension Explanation {
    /// What is added to a line or taken from it as a whole, with why.
    fileprivate static func steps(_ parts: [(amount: Number, note: String)]) -> [Step] {
        parts.filter { !$0.amount.isZero }.map { amount, note in
            Step(base: amount, rate: .whole, amount: amount, tier: nil, note: note)
        }
    }

    /// Of what is no longer paid.
    fileprivate static func nothing(_ difference: Number) throws(ArithmeticError) -> Explanation {
        Explanation(total: .zero, before: try -difference, steps: [], rounding: .zero, attainment: nil)
    }
}
