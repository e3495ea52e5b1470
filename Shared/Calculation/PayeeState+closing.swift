import Domain
import Plans
import Records

/// Closing the books: one pay period after the other, each with what falls due in it.
extension PayeeState {
    /// Told twice, or about days that are closed already, does nothing.
    mutating func close(_ closed: PeriodClosed, _ cause: PayeeEvent.Cause, _ effect: inout Effect) throws {
        if let through = books.through, closed.through <= through { return }
        let periods = try periods(through: closed.through)
        for (position, period) in periods.enumerated() {
            if books.opened == nil { books.opened = period.start }
            if books.closing != period.end {
                books.closing = period.end
                try post(fallDue(), cause, &effect)
            }
            try settle(period, closed, cause, &effect)
            let isLast = position + 1 == periods.count || periods[position + 1].end != period.end
            if isLast {
                for rest in rests(endingOn: period.end) { try settle(rest, closed, cause, &effect, isRest: true) }
                try advance(to: period.end, cause, &effect)
            }
        }
        books.closing = closed.through
        try post(fallDue(), cause, &effect)
        books.closing = nil
        try advance(to: closed.through, cause, &effect)
    }

    /// What belongs to closed periods is posted to the first open one. That may become another before it is closed, where a
    /// plan that pays by other periods follows: what is there moves on, or it would depend on what touches it next.
    private mutating func advance(
        to day: CalendarDate, _ cause: PayeeEvent.Cause, _ effect: inout Effect
    ) throws {
        let before = books.through
        let home = before.map { payPeriod(on: $0.adding(days: 1)) }
        books.through = day
        guard terms.evaluation >= Meaning.movedCorrections, let home, !books.isClosed(home),
            home != payPeriod(on: day.adding(days: 1))
        else { return }
        var changes = Changes()
        for index in credits.indices where credits[index].posted.contains(where: { $0.period == home }) {
            if let closed = credits[index].closed, closed.through == before {
                // What is taken back of it is told of the credit as it was told before.
                var held = credits[index]
                held.closed = Closed(through: day, credit: closed.credit)
                replace(at: index, by: held)
            }
            changes.append(try evaluate(from: index, atLeastTo: index, was: credits[index]))
        }
        try post(changes, cause, &effect)
    }

    /// The periods that end with a settled one, that nobody is paid by any more, and that have something all the same.
    private func rests(endingOn day: CalendarDate) -> [Period] {
        guard terms.evaluation >= Meaning.settledRests else { return [] }
        return Set(books.movements.keys.map(\.period)).filter { $0.end == day }.sorted(by: Period.settlesBefore)
    }

    // MARK: Periods

    /// More than a century of weeks is not closed by accident.
    private static let periodsLimit = 6_000

    /// The pay periods that end after the last close and by the given day, in the order in which they are settled.
    private func periods(through last: CalendarDate) throws -> [Period] {
        let posted = books.through == nil ? firstPosted(by: last) : nil
        let first = books.through.map { $0.adding(days: 1) } ?? posted ?? Period(.year, containing: last).start
        var periods: Set<Period> = []
        for kind in Set(agreements.map(\.plan.pays) + [payPeriod(on: last).kind]) {
            var period = Period(kind, containing: first)
            while period.end <= last {
                guard periods.count < PayeeState.periodsLimit else {
                    throw EventRefused(
                        "closing through \(last) would settle more than \(PayeeState.periodsLimit) periods; close earlier ones first"
                    )
                }
                if isPaid(period) { periods.insert(period) }
                period = period.next
            }
        }
        let sorted = periods.sorted(by: Period.settlesBefore)
        guard books.through == nil, posted == nil else { return sorted }
        return sorted.filter { $0.end == sorted.last?.end }
    }

    /// The first close begins where something is posted first; where nothing is, with the period that it closes. What came
    /// and went leaves no trace.
    private func firstPosted(by last: CalendarDate) -> CalendarDate? {
        let lines = credits.flatMap(\.posted).filter { !$0.amount.amount.isZero || !$0.released.isZero }
        let days = lines.map(\.period.start) + books.movements.keys.map(\.period.start)
        return days.filter { $0 <= last }.min()
    }

    /// Whether anybody is paid by this period: a plan of its kind in it, or behind the last one.
    private func isPaid(_ period: Period) -> Bool {
        let meeting = agreements.filter {
            $0.contract.from <= period.end && period.start <= ($0.contract.to ?? period.start)
        }
        return meeting.isEmpty
            ? payPeriod(on: period.end).kind == period.kind : meeting.contains { $0.plan.pays == period.kind }
    }

    // MARK: What falls due

    /// Markers for spans that have ended, and releases that the calendar makes due.
    private mutating func fallDue() throws(ArithmeticError) -> Changes {
        var changes = Changes()
        guard let horizon = books.horizon else { return changes }
        let markers = placeMarkers()
        if let first = markers.first, let last = markers.last {
            changes.append(try evaluate(from: first, atLeastTo: last))
            removeForgotten()
        }
        let keys = due.filter { $0.key <= horizon }.flatMap(\.value)
        for index in keys.compactMap({ index(of: $0) }).sorted() {
            changes.append(try evaluate(from: index, atLeastTo: index, was: credits[index]))
        }
        return changes
    }

    /// Puts a marker at the end of every span that pays by itself and has ended, and withdraws those that are not wanted
    /// any more. Answers where, in order; they are to be evaluated.
    @discardableResult
    mutating func placeMarkers() -> [Int] {
        let wanted = wantedMarkers()
        let keys = Set(wanted.map(\.key))
        var changed: [CreditKey] = []
        for place in places[Credit.noDeal]?.all ?? [] where !keys.contains(place.key) {
            guard let index = index(of: place.key), !credits[index].isWithdrawn else { continue }
            var held = changing(index)
            held.isWithdrawn = true
            replace(at: index, by: held)
            changed.append(place.key)
        }
        for marker in wanted {
            guard let index = index(of: marker.key) else {
                insert(Held(credit: marker))
                changed.append(marker.key)
                continue
            }
            var held = changing(index)
            guard held.isWithdrawn || held.credit != marker else { continue }
            (held.isWithdrawn, held.credit) = (false, marker)
            replace(at: index, by: held)
            changed.append(marker.key)
        }
        return changed.compactMap { index(of: $0) }.sorted()
    }

    private func wantedMarkers() -> [Credit] {
        guard let opened = books.opened, let horizon = books.horizon else { return [] }
        var days: [CalendarDate: Currency] = [:]
        for (number, agreement) in agreements.enumerated() {
            let contract = agreement.contract
            let (first, last) = (max(opened, contract.from), min(horizon, contract.to ?? horizon))
            guard first <= last else { continue }
            for window in agreement.evaluator.touchedWindows {
                for day in ends(of: window, from: first, to: last, contract) where self.agreement(on: day) == number {
                    days[day] = agreement.plan.currency
                }
            }
        }
        let first = absent?.before ?? .first
        return days.filter { $0.key >= first }.sorted { $0.key < $1.key }
            .map { Credit(endOn: $0.key, in: $0.value) }
    }

    /// The days on which a window ends, the last of the contract among them.
    private func ends(
        of window: Plan.Window, from first: CalendarDate, to last: CalendarDate, _ contract: Contract
    ) -> [CalendarDate] {
        let isOver = contract.to.map { $0 <= last } == true
        guard case .period(let kind) = window else {
            return window == .plan && isOver ? [last] : []
        }
        var days: [CalendarDate] = []
        var period = Period(kind, containing: first)
        while period.end <= last {
            days.append(period.end)
            period = period.next
        }
        return isOver && days.last != last ? days + [last] : days
    }

    /// Markers that are not wanted and of which closed periods have nothing.
    mutating func removeForgotten() {
        for place in places[Credit.noDeal]?.all ?? [] {
            guard let index = index(of: place.key), credits[index].isWithdrawn, credits[index].posted.isEmpty
            else { continue }
            forget(at: index)
        }
    }
}

extension Credit {
    static let noDeal = DealID("")

    /// Stands for the end of a span that pays by itself.
    fileprivate init(endOn day: CalendarDate, in currency: Currency) {
        self.init(
            key: CreditKey(deal: Credit.noDeal, line: LineID(day.description), role: "period"), date: day,
            amount: .zero(currency), original: .zero(currency), share: .whole)
    }
}
