import Domain
import Plans

/// From the credits to what their lines must have come to.
extension PayeeState {
    func agreement(on date: CalendarDate) -> Int? {
        agreements.lastIndex { $0.contract.covers(date) }
    }

    /// How a credit counts under the agreement that covers it.
    private enum Standing {
        /// As if it were not there.
        case absent
        /// Nobody pays for it: no contract covers it, or one in another currency than it was valued in.
        case unpaid
        case paid(Int, Loss?)
    }

    private func standing(of held: Held) throws(ArithmeticError) -> Standing {
        guard !held.isWithdrawn else { return .absent }
        guard let agreement = agreement(on: held.credit.date) else { return .unpaid }
        guard agreements[agreement].currency == held.credit.amount.currency else { return .unpaid }
        guard held.credit.fulfilment?.cancellation != nil else { return .paid(agreement, nil) }
        let plan = agreements[agreement].plan
        guard plan.settlement.clawback != nil else { return .absent }
        return .paid(agreement, try plan.settlement.loss(of: held.credit))
    }

    /// Where a credit starts from: what the one before it left, or nothing when another agreement covers it.
    private func start(_ held: Held, _ standing: Standing, after previous: Start) -> Start {
        if case .absent = standing { return previous }
        let agreement = agreement(on: held.credit.date)
        guard agreement != previous.agreement else { return previous }
        return Start(agreement: agreement, sums: agreement.map { agreements[$0].evaluator.empty })
    }

    /// Where the credits of an agreement are worked out, kept from one to the next.
    struct Room {
        let agreement: Int
        var scratch: Scratch
    }

    /// Moves past a credit; what it pays is left in the room's scratch.
    private func step(
        _ held: Held, _ standing: Standing, from start: Start, _ room: inout Room?
    ) throws(ArithmeticError) -> Start {
        guard case .paid(let agreement, let loss) = standing, var sums = start.sums else { return start }
        if room?.agreement != agreement {
            room = Room(agreement: agreement, scratch: agreements[agreement].evaluator.scratch)
        }
        guard var scratch = room.take()?.scratch else { return start }
        if held.credit.isOfPeriod {
            try agreements[agreement].evaluator.touch(held.credit.date, &sums, &scratch)
        } else {
            try agreements[agreement].evaluator.step(held.credit, &sums, &scratch)
        }
        room = Room(agreement: agreement, scratch: scratch)
        if let loss, !loss.isCounted { return start }
        return Start(agreement: agreement, sums: sums)
    }

    /// What a credit that has been evaluated leaves; nothing before the first.
    private func start(after index: Int, _ room: inout Room?) throws(ArithmeticError) -> Start {
        guard index >= 0, let start = credits[index].start else { return Start() }
        return try step(credits[index], standing(of: credits[index]), from: start, &room)
    }

    /// Evaluates from a credit on, at least as far as `end`, and on until a credit starts from what it started from
    /// before. Keeps nothing of it before all of it is calculated.
    mutating func evaluate(from first: Int, atLeastTo end: Int) throws(ArithmeticError) -> [Change] {
        var changes: [Change] = []
        var outcomes: [Outcome] = []
        var room = self.room.take()
        var previous = try start(after: first - 1, &room)
        for index in first..<max(first, credits.count) {
            let standing = try standing(of: credits[index])
            let start = start(credits[index], standing, after: previous)
            if index > end, credits[index].start == start { break }
            let after = try step(credits[index], standing, from: start, &room)
            var outcome = Outcome(start: start, posted: [], due: nil)
            if case .paid(let agreement, let loss) = standing, start.sums != nil, var scratch = room.take()?.scratch {
                let place = Placed(held: credits[index], start: start, agreement: agreement, loss: loss)
                try replace(place, by: scratch.lines, &outcome, &changes, &scratch)
                room = Room(agreement: agreement, scratch: scratch)
            } else {
                var old = credits[index].posted
                try reverse(&old, of: credits[index], &outcome, &changes)
            }
            outcomes.append(outcome)
            previous = after
        }
        self.room = room
        keep(outcomes, from: first)
        return changes
    }

    /// Works out where each credit starts from, without posting anything: after a store gave back what was posted.
    mutating func findStarts() throws(ArithmeticError) {
        var previous = Start()
        var room: Room?
        for index in credits.indices {
            let standing = try standing(of: credits[index])
            let start = start(credits[index], standing, after: previous)
            previous = try step(credits[index], standing, from: start, &room)
            credits[index].start = start
            guard case .paid(let agreement, let loss) = standing, room?.scratch.lines.isEmpty == false else { continue }
            setDue(nextDay(of: credits[index].credit, agreement, loss), at: index)
        }
    }

    // MARK: Lines

    /// A credit where it stands.
    struct Placed {
        let held: Held
        let start: Start
        let agreement: Int
        let loss: Loss?

        var credit: Credit { held.credit }
    }

    func nextDay(of credit: Credit, _ agreement: Int, _ loss: Loss?) -> CalendarDate? {
        guard agreements[agreement].holds, loss == nil else { return nil }
        return agreements[agreement].plan.settlement.nextDay(of: credit, after: books.horizon)
    }

    private func replace(
        _ place: Placed, by lines: [Evaluator.Line], _ outcome: inout Outcome, _ changes: inout [Change],
        _ scratch: inout Scratch
    ) throws(ArithmeticError) {
        var old = place.held.posted
        let agreement = agreements[place.agreement]
        for line in lines {
            let period = agreement.evaluator.period(of: line.component, on: place.credit.date)
            let amount = Money(line.amount, agreement.currency)
            // Sums of millions of lines fit a number; of one that is no money they might not.
            guard amount.isWithinLimit else { throw .overflow }
            var known: [Posted] = []
            let name = agreement.components[line.component]
            old.removeAll { entry in
                guard entry.component == name, entry.earned == period, entry.amount.currency == amount.currency
                else { return false }
                known.append(entry)
                return true
            }
            let rated = Rated(place: place, line: line, agreement: agreement, earned: period)
            try settle(rated, known, &outcome, &changes, &scratch)
        }
        if !lines.isEmpty { outcome.due = nextDay(of: place.credit, place.agreement, place.loss) }
        try reverse(&old, of: place.held, &outcome, &changes)
    }

    /// Lines that the credit does not have any more.
    private func reverse(
        _ old: inout [Posted], of held: Held, _ outcome: inout Outcome, _ changes: inout [Change]
    ) throws(ArithmeticError) {
        while let first = old.first {
            let known = old.filter {
                $0.component == first.component && $0.earned == first.earned
                    && $0.amount.currency == first.amount.currency
            }
            old.removeAll { known.contains($0) }
            try takeBack(known, of: held, &outcome, &changes)
        }
    }
}
