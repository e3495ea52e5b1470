import Domain

/// The credits in their order, and the way back.
extension PayeeState {
    func index(of key: CreditKey) -> Int? {
        guard let place = places[key.deal]?.first(where: { $0.key == key }) else { return nil }
        if let last = credits.last, last.credit.key == key { return credits.count - 1 }
        return firstIndex(notBefore: place)
    }

    /// Written out: through a closure every credit that is looked at would be copied.
    private func firstIndex(notBefore place: Place) -> Int {
        var (low, high) = (0, credits.count)
        while low < high {
            let middle = (low + high) / 2
            if credits[middle].stands(before: place) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// A credit that is to be another from now on.
    func changing(_ index: Int) -> Held {
        var held = credits[index]
        guard let through = books.through, held.closed?.through != through else { return held }
        let isBooked = held.posted.contains { books.isClosed($0.period) }
        held.closed = isBooked ? Closed(through: through, credit: held.credit) : nil
        return held
    }

    @discardableResult
    mutating func insert(_ held: Held) -> Int {
        let place = held.place
        places[place.key.deal, default: []].append(place)
        places[place.key.deal]?.sort()
        var index = credits.count
        if let last = credits.last, !last.stands(before: place) {
            index = firstIndex(notBefore: place)
        }
        credits.insert(held, at: index)
        if let day = held.due { due[day, default: []].insert(place.key) }
        undo.append(.inserted(index))
        return index
    }

    @discardableResult
    mutating func remove(at index: Int) -> Held {
        let held = credits[index]
        setDue(nil, at: index)
        credits.remove(at: index)
        let place = held.place
        places[place.key.deal]?.removeAll { $0 == place }
        if places[place.key.deal]?.isEmpty == true { places[place.key.deal] = nil }
        undo.append(.removed(index, held))
        return held
    }

    /// By one that has the same place.
    mutating func replace(at index: Int, by held: Held) {
        undo.append(.replaced(index, credits[index]))
        credits[index] = held
    }

    mutating func keep(_ outcomes: [Outcome], from first: Int) {
        var before: [Outcome] = []
        before.reserveCapacity(outcomes.count)
        for (offset, outcome) in outcomes.enumerated() {
            let index = first + offset
            before.append(
                Outcome(start: credits[index].start, posted: credits[index].posted, due: credits[index].due))
            (credits[index].start, credits[index].posted) = (outcome.start, outcome.posted)
            setDue(outcome.due, at: index)
        }
        undo.append(.evaluated(first, before))
    }

    mutating func setDue(_ day: CalendarDate?, at index: Int) {
        let known = credits[index].due
        guard known != day else { return }
        let key = credits[index].credit.key
        if let known {
            due[known]?.remove(key)
            if due[known]?.isEmpty == true { due[known] = nil }
        }
        if let day { due[day, default: []].insert(key) }
        credits[index].due = day
    }

    /// Takes back what was done last.
    mutating func revert(_ step: Undo) {
        let count = undo.count
        switch step {
        case .inserted(let index): remove(at: index)
        case .removed(_, let held): insert(held)
        case .replaced(let index, let held): credits[index] = held
        case .evaluated(let first, let outcomes): keep(outcomes, from: first)
        }
        // What reverting does is not itself to be reverted.
        undo.removeLast(undo.count - count)
    }
}
