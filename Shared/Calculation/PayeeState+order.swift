import Domain
import Plans

/// The credits in their order, and the way back.
extension Credit {
    var place: PayeeState.Place { PayeeState.Place(date: date, isMarker: isOfPeriod, key: key) }

    /// As places are in order, without one of its own.
    fileprivate func precedes(_ place: PayeeState.Place) -> Bool {
        if date != place.date { return date < place.date }
        return isOfPeriod == place.isMarker ? precedes(place.key) : place.isMarker
    }
}

extension PayeeState {
    /// An event asks for the same credit again and again.
    func index(of key: CreditKey) -> Int? {
        if room.lastIndex < credits.count, credits[room.lastIndex].credit.isOf(key) { return room.lastIndex }
        guard let index = places[key.deal]?.place(of: key).map({ firstIndex(notBefore: $0) }) else { return nil }
        room.lastIndex = index
        return index
    }

    /// Of one that is there.
    func index(at place: Place) -> Int {
        let isLast = room.lastIndex < credits.count && credits[room.lastIndex].credit.isOf(place.key)
        return isLast ? room.lastIndex : firstIndex(notBefore: place)
    }

    /// By pointer: a credit that is only looked at is not counted as one more reference. From the end, where nearly all that is
    /// asked for lies, in memory that was in use a moment ago.
    func firstIndex(notBefore place: Place) -> Int {
        credits.withUnsafeBufferPointer { credits in
            guard let first = credits.baseAddress else { return 0 }
            var (low, high) = (credits.count, credits.count)
            var stride = 1
            while low > 0 {
                let index = max(0, low - stride)
                if first[index].credit.precedes(place) {
                    low = index + 1
                    break
                }
                (low, high, stride) = (index, index, 2 * stride)
            }
            while low < high {
                let middle = (low + high) / 2
                if first[middle].credit.precedes(place) { low = middle + 1 } else { high = middle }
            }
            return low
        }
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
        places[place.key.deal, default: Places()].insert(place)
        let index = firstIndex(notBefore: place)
        credits.insert(held, at: index)
        room.lastIndex = index
        if let day = held.due { due[day, default: []].insert(place.key) }
        moveStarts(behind: index, by: 1)
        room.undo.append(.inserted(index))
        return index
    }

    @discardableResult
    mutating func remove(at index: Int) -> Held {
        // What stands before it would come to stand before the next one, which started from what stands behind it.
        if !credits[index].isWithdrawn {
            checkpoints.remove(at: index + 1)
            checkpoints.remove(at: index)
            if reached?.place == index + 1 { reached = nil }
        }
        let held = credits[index]
        setDue(nil, at: index)
        credits.remove(at: index)
        moveStarts(behind: index, by: -1)
        let place = held.place
        places[place.key.deal]?.remove(place)
        if places[place.key.deal]?.isEmpty == true { places[place.key.deal] = nil }
        room.undo.append(.removed(index, held))
        return held
    }

    /// For good.
    mutating func forget(at index: Int) {
        if let row = remove(at: index).row { forgotten.append(row) }
    }

    /// What stands behind a place stands there still once it is evaluated anew, or where the credit did not count.
    private mutating func moveStarts(behind index: Int, by places: Int) {
        checkpoints.move(behind: index, by: places)
        if let place = reached?.place, place > index { reached?.place = place + places }
    }

    /// By one that has the same place.
    mutating func replace(at index: Int, by held: Held) {
        room.undo.append(.replaced(index, credits[index]))
        credits[index] = held
    }

    mutating func keep(_ outcome: Outcome, at index: Int) {
        // What is posted may change with nothing to post: the store must have it all the same.
        let (posted, fault) = (credits[index].posted, credits[index].fault)
        if outcome.posted != posted || outcome.fault != fault { room.changed.append(credits[index].credit.key) }
        if outcome.fault != fault { room.faulty.append(credits[index].place) }
        room.undo.append(.evaluated(index, Outcome(posted: posted, due: credits[index].due, fault: fault)))
        credits[index].posted = outcome.posted
        credits[index].fault = outcome.fault
        setDue(outcome.due, at: index)
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
        let count = room.undo.count
        switch step {
        case .inserted(let index): remove(at: index)
        case .removed(_, let held): insert(held)
        case .replaced(let index, let held): credits[index] = held
        case .evaluated(let index, let outcome): keep(outcome, at: index)
        case .moved(let place, let amount): books.movements[place] = amount
        }
        // What reverting does is not itself to be reverted.
        room.undo.removeLast(room.undo.count - count)
    }
}
