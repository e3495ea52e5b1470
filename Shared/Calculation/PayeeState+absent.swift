package import Domain
import Plans
import Records

/// Credits that only the store has. Of a payee with a million credits the last ones are here; earlier ones are read again
/// when something happens to one of them, or one comes that is late by more.
extension PayeeState {
    /// Where the evaluation can begin: what stands before the first credit of a day.
    package struct KeptStart: Sendable {
        package let date: CalendarDate
        package let state: [UInt8]

        package init(date: CalendarDate, state: [UInt8]) { (self.date, self.state) = (date, state) }
    }

    /// How many credits are here. Mutating, as `lacks` is, though nothing changes: asked of a state that an object holds, it
    /// would be asked of a copy of all there is.
    package var count: Int { mutating get { credits.count } }

    /// Whether the event may need a credit that is not here.
    package mutating func lacks(_ event: PayeeEvent) -> Bool { absent.map { event.firstDay < $0.before } ?? false }

    /// Forgets all credits but the last so many, and some more where the evaluation can begin only before them; all must be in
    /// the store as they are. Answers what to keep so that they can be read from a day on: the day where it ends, and days
    /// before that with at least so many credits from one to the next.
    package mutating func putAway(keeping count: Int) throws -> [KeptStart] {
        let days = beginnings()
        var cut = max(0, credits.count - max(1, count))
        while cut > 0, days[cut] == nil { cut -= 1 }
        guard cut > 0 else { return [] }
        let last = start(before: cut)
        var (starts, place) = ([KeptStart](), 0)
        for known in checkpoints.all(upTo: cut) where known.place - place >= count && cut - known.place >= count {
            guard let day = days[known.place] else { continue }
            starts.append(try KeptStart(date: day, start: known.start))
            place = known.place
        }
        let day = credits[cut].credit.date
        absent = Absent(before: day, start: last)
        starts.append(try KeptStart(date: day, start: last))
        removeFirst(cut)
        return starts
    }

    /// The day of each credit before which others can be left out: all before it are of earlier days, and of other deals than
    /// those behind it, since what a deal pays in all is told when any of its credits pays otherwise.
    private func beginnings() -> [CalendarDate?] {
        var days = [CalendarDate?](repeating: nil, count: credits.count)
        var earliest = CalendarDate.last
        // Hardly a payee has credits of a deal on different days: nobody else's are looked up.
        let hasSpans = places.values.contains(where: \.isOfSeveralDays)
        for index in credits.indices.reversed() {
            let date = credits[index].credit.date
            if hasSpans, !credits[index].credit.isOfPeriod {
                earliest = min(earliest, places[credits[index].credit.key.deal]?.first?.date ?? date)
            }
            if earliest >= date, index == 0 || credits[index - 1].credit.date < date { days[index] = date }
        }
        return days
    }

    private mutating func removeFirst(_ count: Int) {
        credits.removeSubrange(..<count)
        checkpoints.removeFirst(count)
        reached?.place -= count
        (places, due) = (Dictionary(minimumCapacity: credits.count), [:])
        for held in credits {
            places[held.place.key.deal, default: Places()].insert(held.place)
            if let day = held.due { due[day, default: []].insert(held.place.key) }
        }
    }

    /// What a store kept; `nil` where it was meant otherwise than this version reads it.
    func absent(_ kept: KeptStart) throws -> Absent? {
        let wire = try WirePayeeStart(decoding: kept.state)
        guard wire.layout == Evaluator.Sums.layout else { return nil }
        guard wire.agreement > 0 else { return Absent(before: kept.date, start: Start()) }
        let index = Int(wire.agreement) - 1
        let date = CalendarDate(wire.date)
        guard index < agreements.count, wire.cells.count == agreements[index].evaluator.empty.cells.count,
            wire.hasDate == (date != nil)
        else { return nil }
        let sums = Evaluator.Sums(
            cells: try wire.cells.map { try Number($0) }, date: date, deal: wire.hasDeal ? DealID(wire.deal) : nil)
        return Absent(before: kept.date, start: Start(contract: index, sums: sums))
    }
}

extension PayeeState.KeptStart {
    fileprivate init(date: CalendarDate, start: Start) throws {
        var wire = WirePayeeStart()
        wire.layout = Evaluator.Sums.layout
        wire.agreement = Int32(start.contract.map { $0 + 1 } ?? 0)
        if let date = start.sums?.date { wire.date = date.description }
        if let deal = start.sums?.deal { wire.deal = deal.text }
        wire.cells = start.sums?.cells.map(\.description) ?? []
        self.init(date: date, state: try wire.encoded())
    }
}
