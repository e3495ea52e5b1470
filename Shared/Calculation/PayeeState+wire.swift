package import Domain
package import Records

/// What a store keeps of a payee, and gives back exactly.
extension PayeeState {
    package var sequence: Int64 { books.sequence }
    /// SHA-256 of the last document; empty before the first.
    package var head: [UInt8] { books.head }

    /// How far the books are closed.
    package var closedThrough: CalendarDate? { books.through }

    /// Has a store write credits, each once, in the row where it is or in a new one; not those that are gone.
    package mutating func save(
        _ keys: [CreditKey], _ write: (_ row: Int64?, _ date: CalendarDate, _ state: [UInt8]) throws -> Int64
    ) rethrows {
        var last: Int?
        for index in indexes(of: keys) where index != last {
            room.writer.removeAll()
            room.writer.state(of: credits[index])
            credits[index].row = try write(credits[index].row, credits[index].credit.date, room.writer.bytes)
            last = index
        }
    }

    /// In order. Nearly all credits of a batch are the last ones, one behind the other.
    private func indexes(of keys: [CreditKey]) -> [Int] {
        var next = max(0, credits.count - keys.count)
        var indexes: [Int] = []
        indexes.reserveCapacity(keys.count)
        for key in keys {
            let isNext = next < credits.count && credits[next].credit.isOf(key)
            guard let index = isNext ? next : index(of: key) else { continue }
            indexes.append(index)
            next = index + 1
        }
        indexes.sort()
        return indexes
    }

    /// The rows of credits that are gone, told once.
    package mutating func takeForgotten() -> [Int64] {
        defer { forgotten.removeAll() }
        return forgotten
    }

    /// Nobody yet of whom anything is known but how far the books of another are closed.
    package init(id: PayeeID, closedLike other: PayeeState) {
        self.init(id: id)
        (books.opened, books.through) = (other.books.opened, other.books.through)
    }

    package func storedBooks() throws(WireError) -> [UInt8] {
        var writer = WireWriter(capacity: 64 + books.movements.count * 40)
        try writer.books(books)
        return writer.bytes
    }

    /// From what a store held. `credits` answers those of a day and of later ones; they are asked for from where the `start`
    /// is kept, if there is one.
    package init(
        id: PayeeID, sequence: Int64, head: [UInt8], terms: [UInt8], books: [UInt8], start: KeptStart? = nil,
        credits: (_ first: CalendarDate) throws -> [(row: Int64, state: [UInt8])], room: Workroom = Workroom()
    ) throws {
        self.init(id: id, room: room)
        self.books = try WirePayeeBooks(decoding: books).domain()
        (self.books.sequence, self.books.head) = (sequence, head)
        self.terms = try WireContractsChanged(decoding: terms)
        if self.terms.evaluation != 0 { agreements = try Agreement.all(in: self.terms, of: id) }
        absent = try start.flatMap { try absent($0) }
        let stored = try credits(absent?.before ?? .first)
        var held: [Held] = []
        held.reserveCapacity(stored.count)
        for (row, state) in stored {
            held.append(try WireCreditState(decoding: state).held())
            held[held.count - 1].row = row
        }
        held.sort { $0.place < $1.place }
        places.reserveCapacity(held.count)
        for credit in held { insert(credit) }
        // A marker that pays nothing was never kept.
        placeMarkers()
        room.clear()
        findStarts()
    }
}

/// As `WireCreditState`: written for every credit that changes, so without one in between.
extension WireWriter {
    fileprivate mutating func state(of held: PayeeState.Held) {
        message(1) { $0.credit(held.credit) }
        for line in held.posted { message(2) { $0.posted(line) } }
        if held.isWithdrawn { flag(3, true) }
        if let closed = held.closed {
            message(4) { $0.credit(closed.credit) }
            date(5, closed.through)
        }
        if let fault = held.fault { text(6, fault) }
    }

    private mutating func posted(_ line: PayeeState.Posted) {
        text(1, line.component)
        text(2, line.plan)
        text(3, line.planVersion)
        text(4, line.period.label)
        text(5, line.amount.currency.code)
        number(6, line.amount.amount)
        fixed(7, line.shown)
        if line.earned != line.period { text(8, line.earned.label) }
        if !line.clawed.isZero { number(9, line.clawed) }
        if line.released != line.amount.amount { number(10, line.released) }
        integer(11, line.document)
    }
}

extension WireCreditState {

    fileprivate func held() throws -> PayeeState.Held {
        var held = PayeeState.Held(
            credit: try credit.domain(), isWithdrawn: withdrawn, posted: try posted.map { try $0.domain() })
        if let through = CalendarDate(closedThrough) {
            held.closed = PayeeState.Closed(through: through, credit: try closed.domain())
        }
        if !fault.isEmpty { held.fault = fault }
        return held
    }
}

extension WireCreditState.Posted {
    fileprivate func domain() throws -> PayeeState.Posted {
        guard let period = Period(period), let currency = Currency(currency),
            let earned = earned.isEmpty ? period : Period(earned)
        else { throw WireError("a posted line of the store has period '\(period)' and currency '\(currency)'") }
        let amount = try Number(amount)
        return PayeeState.Posted(
            component: component, earned: earned, period: period, plan: plan, planVersion: planVersion,
            amount: Money(amount, currency), clawed: clawed.isEmpty ? .zero : try Number(clawed),
            released: released.isEmpty ? amount : try Number(released), shown: shown, document: document)
    }
}

/// As `WirePayeeBooks`: written with every batch for every payee in it.
extension WireWriter {
    fileprivate mutating func books(_ books: Books) throws(WireError) {
        if let through = books.through { date(1, through) }
        if let opened = books.opened { date(2, opened) }
        for currency in Set(books.carried.keys).union(books.advanced.keys).sorted() {
            message(3) {
                $0.text(1, currency.code)
                $0.number(2, books.carried[currency] ?? .zero)
                $0.number(3, books.advanced[currency] ?? .zero)
            }
        }
        for (place, amount) in books.movements.sorted(by: { $0.key < $1.key }) {
            message(4) {
                $0.text(1, place.period.label)
                $0.text(2, place.currency.code)
                $0.number(3, amount)
            }
        }
        for adjustment in books.adjustments.sorted() { member(5, adjustment) }
        for period in books.approved.sorted() { member(6, period.label) }
        for payout in books.payouts { message(7, try WirePayout(payout, to: "").encoded()) }
    }
}

extension WirePayeeBooks {
    fileprivate func domain() throws -> Books {
        var books = Books()
        books.through = CalendarDate(through)
        books.opened = CalendarDate(opened)
        for balance in balances {
            guard let currency = Currency(balance.currency) else { throw damaged(balance.currency) }
            let (carried, advanced) = (try Number(balance.carried), try Number(balance.advanced))
            if !carried.isZero { books.carried[currency] = carried }
            if !advanced.isZero { books.advanced[currency] = advanced }
        }
        for movement in movements {
            guard let period = Period(movement.period), let currency = Currency(movement.currency) else {
                throw damaged(movement.period)
            }
            books.movements[Books.Movement(period: period, currency: currency)] = try Number(movement.payable)
        }
        books.adjustments = Set(adjustments)
        for label in approved {
            guard let period = Period(label) else { throw damaged(label) }
            books.approved.insert(period)
        }
        for payout in payouts { books.payouts.append(try payout.domain()) }
        return books
    }

    private func damaged(_ text: String) -> WireError { WireError("the books in the store have '\(text)'") }
}
