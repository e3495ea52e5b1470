package import Domain
import Plans
package import Records

/// One payee: what is agreed, the credits in canonical order, what was posted for each, what is closed.
///
/// What a line must have come to is a function of the set of credits, what is agreed, how far the books are closed, and
/// what closed periods have of it. Documents post the difference to what was posted so far. A credit at the end costs one
/// step of the evaluator; a late one the part of the sequence behind it, up to where the sums are again what they were.
/// A credit that cannot be calculated pays nothing and is told, until what it lacks has come. An event that cannot be done
/// throws, and leaves everything as it was.
package struct PayeeState {
    package let id: PayeeID
    /// What ingest said is agreed.
    package internal(set) var terms = WireContractsChanged()
    var books = Books()
    var agreements: [Agreement] = []
    var credits: [Held] = []
    /// What stands before the first credit that is here; `nil`: all of them are.
    var absent: Absent?
    /// Where the credits of a deal are in `credits`.
    var places: [DealID: Places] = [:]
    /// The credits of which the calendar alone will release something, by the day.
    var due: [CalendarDate: Set<CreditKey>] = [:]
    /// What stands before every so many credits, and behind the last one, which nearly always is where the next one comes.
    var checkpoints = Checkpoints()
    var reached: Reached?
    /// The rows of credits that are gone, for the store.
    var forgotten: [Int64] = []
    let room: Workroom

    package init(id: PayeeID, room: Workroom = Workroom()) { (self.id, self.room) = (id, room) }

    /// Credits of earlier days are in the store alone.
    struct Absent {
        let before: CalendarDate
        let start: Start
    }

    struct Reached {
        /// Of the credit that comes next.
        var place: Int
        let start: Start
    }

    /// A credit, or a marker for the end of a span that pays by itself.
    struct Held {
        var credit: Credit
        /// It pays nothing any more, and is kept for what closed periods have of it.
        var isWithdrawn = false
        var posted: [Posted] = []
        /// As it was when the books were closed, where it was changed since and closed periods have something of it.
        var closed: Closed?
        var due: CalendarDate?
        /// Why it cannot be calculated.
        var fault: String?
        /// Where a store keeps it.
        var row: Int64?

        var place: Place { credit.place }
    }

    /// Those of one deal, in order. Nearly all deals have one, which needs no array.
    struct Places {
        private(set) var first: Place?
        private var others: [Place] = []

        var isEmpty: Bool { first == nil }
        var count: Int { isEmpty ? 0 : 1 + others.count }
        var all: [Place] { first.map { [$0] + others } ?? [] }
        /// Not of markers, which are of no deal.
        var isOfSeveralDays: Bool { others.last.map { !$0.isMarker && $0.date != first?.date } ?? false }

        func place(of key: CreditKey) -> Place? {
            first?.key == key ? first : others.isEmpty ? nil : others.first { $0.key == key }
        }

        subscript(number: Int) -> Place {
            guard number == 0, let first else { return others[number - 1] }
            return first
        }

        mutating func insert(_ place: Place) {
            if first == nil { first = place } else { set(all + [place]) }
        }

        mutating func remove(_ place: Place) { set(all.filter { $0 != place }) }

        private mutating func set(_ all: [Place]) {
            let sorted = all.count > 1 ? all.sorted() : all
            (first, others) = (sorted.first, Array(sorted.dropFirst()))
        }
    }

    struct Closed {
        let through: CalendarDate
        let credit: Credit
    }

    /// Date, deal, line, role; a marker stands behind all credits of its day.
    struct Place: Hashable, Comparable {
        let date: CalendarDate
        let isMarker: Bool
        let key: CreditKey

        static func < (left: Self, right: Self) -> Bool {
            if left.date != right.date { return left.date < right.date }
            return left.isMarker == right.isMarker ? left.key < right.key : right.isMarker
        }
    }

    /// What documents of one period have come to for a line.
    struct Posted: Hashable {
        let component: String
        /// The period it was earned in.
        let earned: Period
        let period: Period
        let plan: String
        let planVersion: String
        let amount: Money
        /// The part of the amount that a cancellation or a deadline made.
        let clawed: Number
        let released: Number
        /// What a statement shows of it, as one number: when that changes, it is told anew, with a difference of zero.
        let shown: UInt64
        /// The sequence of the last document.
        var document: Int64 = 0
    }

    /// What is to be posted: differences, each with what the documents that post it have in common.
    struct Changes {
        private(set) var batches: [Batch] = []
        private(set) var earnings: [Earning] = []

        var count: Int { batches.count }

        mutating func append(_ earning: Earning, to batch: Batch) {
            batches.append(batch)
            earnings.append(earning)
        }

        mutating func append(_ others: Changes) {
            batches += others.batches
            earnings += others.earnings
        }

        /// Takes back all but the first so many.
        mutating func keep(first count: Int) {
            batches.removeSubrange(count...)
            earnings.removeSubrange(count...)
        }
    }

    /// One period, currency and plan.
    struct Batch: Hashable {
        let period: Period
        let currency: Currency
        let plan: String
        let planVersion: String
    }

    enum Undo {
        case inserted(Int)
        case removed(Int, Held)
        case replaced(Int, Held)
        case evaluated(Int, Outcome)
        case moved(Books.Movement, Number?)
    }

    /// What an evaluation leaves with a credit.
    struct Outcome {
        var posted: [Posted] = []
        var due: CalendarDate?
        var fault: String?
    }
}

// MARK: Events

extension PayeeState {
    package mutating func apply(_ event: PayeeEvent, cause: PayeeEvent.Cause) throws -> Effect {
        let (before, forgotten) = (before(event.kind), forgotten.count)
        defer { room.clear() }
        do {
            var effect = Effect()
            try take(event.kind, cause, &effect)
            for deal in effect.deals.count > 1 ? Set(effect.deals).sorted() : effect.deals {
                effect.commissions.append(Effect.DealCommission(deal: deal, components: try commission(of: deal)))
            }
            for key in room.changed { effect.add(key) }
            if !room.faulty.isEmpty { effect.uncalculated = uncalculated(at: Set(room.faulty)) }
            return effect
        } catch {
            while let last = room.undo.popLast() { revert(last) }
            before.restore(&self)
            self.forgotten.removeSubrange(forgotten...)
            (checkpoints, reached) = (Checkpoints(), nil)
            throw error
        }
    }

    /// What an event may change beside credits. Of a credit's event that is the end of the chain, and what it moves is undone:
    /// to hold on to all books would copy them with every credit.
    private enum Before {
        case chain(Int64, [UInt8])
        case all(Books, [Agreement], WireContractsChanged)

        func restore(_ state: inout PayeeState) {
            switch self {
            case .chain(let sequence, let head): (state.books.sequence, state.books.head) = (sequence, head)
            case .all(let books, let agreements, let terms):
                (state.books, state.agreements, state.terms) = (books, agreements, terms)
            }
        }
    }

    private mutating func before(_ event: PayeeEvent.Kind) -> Before {
        switch event {
        case .assigned, .withdrawn: .chain(books.sequence, books.head)
        default: .all(books, agreements, terms)
        }
    }

    private mutating func take(_ event: PayeeEvent.Kind, _ cause: PayeeEvent.Cause, _ effect: inout Effect) throws {
        switch event {
        case .assigned(let credit): try post(assign(credit), cause, &effect)
        case .withdrawn(let key): try post(withdraw(key), cause, &effect)
        case .agreed(let terms, let agreements):
            self.terms = terms
            try post(agree(agreements), cause, &effect)
        case .closed(let closed): try close(closed, cause, &effect)
        case .adjusted(let adjustment): try adjust(adjustment, cause, &effect)
        case .approved(let approved): try approve(approved, cause, &effect)
        }
        if case .assigned(let credit) = event { effect.add(credit.key) }
        if case .withdrawn(let key) = event { effect.add(key) }
    }

    mutating func agree(_ agreements: [Agreement]) throws(ArithmeticError) -> Changes {
        self.agreements = agreements
        placeMarkers()
        let changes = try evaluate(from: 0, atLeastTo: credits.count)
        removeForgotten()
        return changes
    }

    mutating func assign(_ credit: Credit) throws(ArithmeticError) -> Changes {
        guard let old = index(of: credit.key) else {
            let index = insert(Held(credit: credit))
            return try evaluate(from: index, atLeastTo: index)
        }
        var held = changing(old)
        // Told with its day, and where it comes from.
        if held.fault != nil, held.credit != credit { room.faulty.append(credit.place) }
        (held.credit, held.isWithdrawn) = (credit, false)
        if held.place == credits[old].place {
            let was = credits[old]
            replace(at: old, by: held)
            return try evaluate(from: old, atLeastTo: old, was: was)
        }
        remove(at: old)
        let new = insert(held)
        return try evaluate(from: min(old, new), atLeastTo: max(old, new))
    }

    /// Nothing happens when there is no such credit: its withdrawal was told twice.
    mutating func withdraw(_ key: CreditKey) throws(ArithmeticError) -> Changes {
        guard let index = index(of: key), !credits[index].isWithdrawn else { return Changes() }
        var held = changing(index)
        held.isWithdrawn = true
        replace(at: index, by: held)
        let changes = try evaluate(from: index, atLeastTo: index)
        if credits[index].posted.isEmpty { forget(at: index) }
        return changes
    }
}
