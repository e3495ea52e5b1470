package import Domain
import Plans
package import Records

/// One payee: what is agreed, the credits in canonical order, what was posted for each, what is closed.
///
/// What a line must have come to is a function of the set of credits, what is agreed, how far the books are closed, and
/// what closed periods have of it. Documents post the difference to what was posted so far. A credit at the end costs one
/// step of the evaluator; a late one the part of the sequence behind it, up to where the sums are again what they were.
/// An event that cannot be done throws, and leaves everything as it was.
package struct PayeeState {
    package let id: PayeeID
    /// What ingest said is agreed.
    package internal(set) var terms = WireContractsChanged()
    var books = Books()
    var agreements: [Agreement] = []
    var credits: [Held] = []
    /// Where the credits of a deal are in `credits`.
    var places: [DealID: [Place]] = [:]
    /// The credits of which the calendar alone will release something, by the day.
    var due: [CalendarDate: Set<CreditKey>] = [:]
    /// Working room that holds nothing a result depends on.
    var room: Room?
    /// What has been done since the event began.
    var undo: [Undo] = []

    package init(id: PayeeID) { self.id = id }

    /// A credit, or a marker for the end of a span that pays by itself.
    struct Held {
        var credit: Credit
        /// It pays nothing any more, and is kept for what closed periods have of it.
        var isWithdrawn = false
        var posted: [Posted] = []
        /// As it was when the books were closed, where it was changed since and closed periods have something of it.
        var closed: Closed?
        /// Where the evaluation of this credit starts from; `nil` until it has been evaluated.
        var start: Start?
        var due: CalendarDate?

        var place: Place { Place(date: credit.date, isMarker: credit.isOfPeriod, key: credit.key) }

        /// As its place does; the date decides nearly always.
        func stands(before other: Place) -> Bool {
            let date = credit.date
            return date == other.date ? place < other : date < other.date
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

    /// Which agreement covers a credit, and its sums before it; neither where none does.
    struct Start: Hashable {
        var agreement: Int?
        var sums: Evaluator.Sums?
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

    /// A posted line that is to be another from now on.
    struct Change: Hashable {
        let plan: String
        let planVersion: String
        let period: Period
        let currency: Currency
        let earning: Earning

        var earned: Period { earning.period ?? period }
    }

    enum Undo {
        case inserted(Int)
        case removed(Int, Held)
        case replaced(Int, Held)
        case evaluated(Int, [Outcome])
    }

    /// What an evaluation leaves with a credit.
    struct Outcome {
        var start: Start?
        var posted: [Posted]
        var due: CalendarDate?
    }
}

// MARK: Events

/// What an event led to.
package struct Effect {
    /// The documents' bytes as they go to the log, in order.
    package var documents: [[UInt8]] = []
    /// The deals whose commission may be another.
    package var deals: Set<DealID> = []
    /// The credits that are kept otherwise than before.
    package var credits: Set<CreditKey> = []
}

extension PayeeState {
    /// How many credits it holds.
    package var weight: Int { credits.count }

    package mutating func apply(_ event: PayeeEvent, cause: PayeeEvent.Cause) throws -> Effect {
        let (books, agreements, terms) = (books, agreements, terms)
        undo = []
        defer { undo = [] }
        do {
            var effect = Effect()
            try take(event.kind, cause, &effect)
            return effect
        } catch {
            while let last = undo.popLast() { revert(last) }
            (self.books, self.agreements, self.terms, room) = (books, agreements, terms, nil)
            throw error
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
        if case .assigned(let credit) = event { effect.credits.insert(credit.key) }
        if case .withdrawn(let key) = event { effect.credits.insert(key) }
    }

    mutating func agree(_ agreements: [Agreement]) throws(ArithmeticError) -> [Change] {
        self.agreements = agreements
        room = nil
        placeMarkers()
        let changes = try evaluate(from: 0, atLeastTo: credits.count)
        removeForgotten()
        return changes
    }

    mutating func assign(_ credit: Credit) throws(ArithmeticError) -> [Change] {
        guard let old = index(of: credit.key) else {
            let index = insert(Held(credit: credit))
            return try evaluate(from: index, atLeastTo: index)
        }
        var held = changing(old)
        (held.credit, held.isWithdrawn) = (credit, false)
        if held.place == credits[old].place {
            replace(at: old, by: held)
            return try evaluate(from: old, atLeastTo: old)
        }
        remove(at: old)
        let new = insert(held)
        return try evaluate(from: min(old, new), atLeastTo: max(old, new))
    }

    /// Nothing happens when there is no such credit: its withdrawal was told twice.
    mutating func withdraw(_ key: CreditKey) throws(ArithmeticError) -> [Change] {
        guard let index = index(of: key), !credits[index].isWithdrawn else { return [] }
        var held = changing(index)
        held.isWithdrawn = true
        replace(at: index, by: held)
        let changes = try evaluate(from: index, atLeastTo: index)
        if credits[index].posted.isEmpty { remove(at: index) }
        return changes
    }

    /// All the payee has from a deal now, by component.
    package func commission(of deal: DealID) throws(ArithmeticError) -> [(component: String, amount: Money)] {
        var result: [(component: String, amount: Money)] = []
        for place in places[deal] ?? [] {
            guard let index = index(of: place.key) else { continue }
            for line in credits[index].posted {
                if let known = result.firstIndex(where: {
                    $0.component == line.component && $0.amount.currency == line.amount.currency
                }) {
                    result[known].amount = try result[known].amount + line.amount
                } else {
                    result.append((line.component, line.amount))
                }
            }
        }
        return result.filter { !$0.amount.amount.isZero }
            .sorted { ($0.component, $0.amount.currency) < ($1.component, $1.amount.currency) }
    }
}
