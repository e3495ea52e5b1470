import Domain
import Plans

/// From the credits to what their lines must have come to.
extension PayeeState {
    func agreement(on date: CalendarDate) -> Int? {
        var index = agreements.count - 1
        while index >= 0, !agreements[index].covers(date) { index -= 1 }
        return index < 0 ? nil : index
    }

    /// How a credit counts under the agreement that covers it.
    private enum Standing {
        /// As if it were not there.
        case absent
        /// Nobody pays for it: no contract covers it, or one in another currency than it was valued in.
        case unpaid(Int?)
        case paid(Int, Loss?)
    }

    private func standing(of credit: Credit, isWithdrawn: Bool) throws(ArithmeticError) -> Standing {
        guard !isWithdrawn else { return .absent }
        guard let agreement = agreement(on: credit.date) else { return .unpaid(nil) }
        guard agreements[agreement].currency == credit.amount.currency else { return .unpaid(agreement) }
        guard credit.isCancelled else { return .paid(agreement, nil) }
        let settlement = agreements[agreement].plan.settlement
        guard settlement.clawback != nil else { return .absent }
        return .paid(agreement, try settlement.loss(of: credit))
    }

    // MARK: Steps

    /// Sums begin anew where another agreement covers a credit.
    private func enter(_ agreement: Int?, _ start: inout Start) {
        guard agreement != start.contract else { return }
        start = Start(contract: agreement, sums: agreement.map { agreements[$0].evaluator.empty })
    }

    /// Moves sums past a credit; what it pays is left on the bench.
    private func step(
        _ credit: Credit, _ evaluator: Evaluator, _ bench: Int, _ wanted: Scratch.Wanted, _ sums: inout Evaluator.Sums
    ) throws(ArithmeticError) {
        room.benches[bench].wanted = wanted
        if credit.isOfPeriod {
            try evaluator.touch(credit.date, &sums, &room.benches[bench])
        } else {
            try evaluator.step(credit, &sums, &room.benches[bench])
        }
    }

    /// Moves past a credit without a look at what it pays, beyond whether it pays anything.
    /// Mutating, though it changes nothing: a mutating function gives any other a copy of all there is.
    @discardableResult
    private mutating func pass(_ held: Held, _ start: inout Start) -> (agreement: Int, loss: Loss?)? {
        guard let standing = try? standing(of: held.credit, isWithdrawn: held.isWithdrawn) else { return nil }
        switch standing {
        case .absent: return nil
        case .unpaid(let agreement):
            enter(agreement, &start)
            return nil
        case .paid(let agreement, let loss):
            enter(agreement, &start)
            guard var sums = start.sums.take() else { return nil }
            room.keep(sums)
            let bench = room.benches.place(of: agreements[agreement].evaluator)
            do { try step(held.credit, agreements[agreement].evaluator, bench, .none, &sums) } catch {
                start.sums = room.before
                return nil
            }
            start.sums = loss.map(\.isCounted) == false ? room.before : sums
            return held.fault != nil || room.benches.lines(at: bench).isEmpty ? nil : (agreement, loss)
        }
    }

    /// What the credits before a place leave. What was reached is taken, so that sums are moved on where they lie.
    mutating func start(before place: Int) -> Start {
        if let known = reached, known.place == place {
            reached = nil
            return known.start
        }
        let nearest = checkpoints.nearest(to: place)
        var start = nearest?.start ?? absent?.start ?? Start()
        for index in (nearest?.place ?? 0)..<place {
            if checkpoints.isDue(index) { checkpoints.keep(start, before: index) }
            pass(credits[index], &start)
        }
        return start
    }

    /// Evaluates from a credit on, at least as far as `end`, and on to where what is kept from before holds still: with what
    /// the first one `was` in the same place, that is at once where it leaves the same sums.
    mutating func evaluate(
        from first: Int, atLeastTo end: Int, was old: Held? = nil
    ) throws(ArithmeticError) -> Changes {
        var changes = Changes()
        let known = checkpoints.removeAll(behind: first)
        var start = start(before: first)
        var next = 0
        for index in first..<max(first, credits.count) {
            while next < known.count, known[next].place < index { next += 1 }
            if index > end, next < known.count, known[next].place == index, known[next].start == start {
                checkpoints.append(known[next...])
                return changes
            }
            if checkpoints.isDue(index) { checkpoints.keep(start, before: index) }
            let before = index == first && old != nil ? start : Start()
            try evaluate(index, &start, isNew: index <= end, &changes)
            if index == first, let old, leaves(start, from: before, old) {
                checkpoints.append(known[...])
                return changes
            }
        }
        reached = Reached(place: credits.count, start: start)
        return changes
    }

    private mutating func leaves(_ after: Start, from before: Start, _ held: Held) -> Bool {
        var start = before
        pass(held, &start)
        return start == after
    }

    /// Works out what stands behind the credits, without posting anything: after a store gave back what was posted.
    mutating func findStarts() {
        var start = absent?.start ?? Start()
        for index in credits.indices {
            if checkpoints.isDue(index) { checkpoints.keep(start, before: index) }
            guard let (agreement, loss) = pass(credits[index], &start) else { continue }
            setDue(nextDay(of: credits[index].credit, agreement, loss), at: index)
        }
        reached = Reached(place: credits.count, start: start)
    }

    // MARK: Lines

    /// A credit where it stands.
    struct Placed {
        let credit: Credit
        let agreement: Int
        let loss: Loss?
        let bench: Int
        /// The sums behind it.
        let after: Evaluator.Sums
    }

    /// Of a credit that cannot be calculated nothing is paid. It counts for those behind it only where it can be counted.
    private mutating func evaluate(
        _ index: Int, _ start: inout Start, isNew: Bool, _ changes: inout Changes
    ) throws(ArithmeticError) {
        let known = changes.count
        do { try calculate(index, &start, isNew: isNew, &changes) } catch {
            changes.keep(first: known)
            try takeBack(at: index, because: error.description, &changes)
        }
    }

    private mutating func calculate(
        _ index: Int, _ start: inout Start, isNew: Bool, _ changes: inout Changes
    ) throws(ArithmeticError) {
        // Not the whole of what is held: a copy of it would count each of its parts.
        let credit = credits[index].credit
        switch try standing(of: credit, isWithdrawn: credits[index].isWithdrawn) {
        case .absent: try takeBack(at: index, &changes)
        case .unpaid(let agreement):
            enter(agreement, &start)
            try takeBack(at: index, &changes)
        case .paid(let agreement, let loss):
            enter(agreement, &start)
            guard var sums = start.sums.take() else { return }
            room.keep(sums)
            let evaluator = agreements[agreement].evaluator
            let bench = room.benches.place(of: evaluator)
            do { try step(credit, evaluator, bench, isNew ? .allPaid : .none, &sums) } catch {
                // It counts where it counts without an explanation, as for whoever only passes it.
                start.sums = room.before
                pass(credits[index], &start)
                throw error
            }
            start.sums = loss.map(\.isCounted) == false ? room.before : sums
            guard !isPosted(at: index, agreement, loss, bench) else { return }
            if !isNew, var again = room.before { try step(credit, evaluator, bench, .allPaid, &again) }
            let place = Placed(credit: credit, agreement: agreement, loss: loss, bench: bench, after: sums)
            try replace(place, at: index, &changes)
        }
    }

    /// Whether all that the lines say is posted, as it nearly always is for a credit behind a late one.
    private func isPosted(at index: Int, _ agreement: Int, _ loss: Loss?, _ bench: Int) -> Bool {
        let (agreement, lines) = (agreements[agreement], room.benches.lines(at: bench))
        guard !agreement.holds, loss == nil, credits[index].due == nil, credits[index].fault == nil,
            lines.count == credits[index].posted.count
        else { return false }
        let (credit, posted) = (credits[index].credit, credits[index].posted)
        for (line, entry) in zip(lines, posted) {
            guard entry.amount == Money(line.amount, agreement.currency), entry.released == line.amount,
                entry.clawed.isZero, entry.component == agreement.components[line.component],
                entry.planVersion == agreement.version, entry.plan == agreement.name, entry.earned == entry.period,
                entry.earned == agreement.evaluator.period(of: line.component, on: credit.date),
                entry.shown == Shown.number(of: line, credit, agreement)
            else { return false }
        }
        return true
    }

    func nextDay(of credit: Credit, _ agreement: Int, _ loss: Loss?) -> CalendarDate? {
        guard agreements[agreement].holds, loss == nil else { return nil }
        return agreements[agreement].plan.settlement.nextDay(of: credit, after: books.horizon)
    }

    private mutating func replace(_ place: Placed, at index: Int, _ changes: inout Changes) throws(ArithmeticError) {
        var (old, outcome) = (credits[index].posted, Outcome())
        let (agreement, lines) = (agreements[place.agreement], room.benches.lines(at: place.bench))
        for line in lines {
            // Sums of millions of lines fit a number; of one that is no money they might not.
            let name = agreement.components[line.component]
            let money = Money(line.amount, agreement.currency)
            guard money.isWithinLimit else { throw .undefined("\(name) comes to \(money), beyond \(Money.limit)") }
            let period = agreement.evaluator.period(of: line.component, on: place.credit.date)
            let known = old.isEmpty ? [] : old.filter { $0.isOf(name, period, agreement.currency) }
            if !known.isEmpty { old.removeAll { $0.isOf(name, period, agreement.currency) } }
            let rated = Rated(place: place, line: line, agreement: agreement, earned: period)
            try settle(rated, known, &outcome, &changes)
        }
        if !lines.isEmpty { outcome.due = nextDay(of: place.credit, place.agreement, place.loss) }
        try reverse(&old, at: index, &outcome, &changes)
        keep(outcome, at: index)
    }

    /// All its lines, if it has any.
    private mutating func takeBack(
        at index: Int, because fault: String? = nil, _ changes: inout Changes
    ) throws(ArithmeticError) {
        guard !credits[index].posted.isEmpty || credits[index].due != nil || credits[index].fault != fault else {
            return
        }
        var (old, outcome) = (credits[index].posted, Outcome(fault: fault))
        try reverse(&old, at: index, &outcome, &changes)
        keep(outcome, at: index)
    }

    /// Lines that the credit does not have any more.
    private func reverse(
        _ old: inout [Posted], at index: Int, _ outcome: inout Outcome, _ changes: inout Changes
    ) throws(ArithmeticError) {
        while let first = old.first {
            let known = old.filter { $0.isOf(first.component, first.earned, first.amount.currency) }
            old.removeAll { $0.isOf(first.component, first.earned, first.amount.currency) }
            try takeBack(known, of: credits[index], &outcome, &changes)
        }
    }
}

extension Workroom {
    /// Where those of the last credit were: a copy of its own would be an allocation a credit.
    fileprivate func keep(_ sums: Evaluator.Sums) {
        if before == nil { before = sums } else { before?.take(sums) }
    }
}

extension PayeeState.Posted {
    fileprivate func isOf(_ component: String, _ earned: Period, _ currency: Currency) -> Bool {
        self.component == component && self.earned == earned && amount.currency == currency
    }
}
