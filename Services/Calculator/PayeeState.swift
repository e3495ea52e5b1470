import Domain
import Plans

/// One payee: what is agreed, the credits in canonical order, what was posted for each.
///
/// A credit at the end costs one step of the evaluator; a late one costs the part of the sequence behind it, and stops
/// where the sums are again what they were (a new window, say). An event that cannot be calculated throws, and leaves
/// everything as it was.
struct PayeeState {
    let id: PayeeID
    /// Documents so far.
    var sequence: Int64 = 0
    /// SHA-256 of the last document.
    var head: [UInt8] = []
    private(set) var agreements: [Agreement] = []
    private(set) var credits: [Held] = []
    /// Where the credits of a deal are in `credits`.
    private var places: [DealID: [CanonicalOrder]] = [:]

    struct Held {
        var credit: Credit
        var posted: [Posted]
        /// Where the evaluation of this credit starts from; `nil` until it has been evaluated.
        var start: Start?
    }

    /// Which agreement covers a credit, and its sums before it; neither where none does.
    struct Start: Hashable {
        var agreement: Int?
        var sums: Evaluator.Sums?
    }

    struct Posted: Hashable {
        let component: String
        let plan: String
        let planVersion: String
        let period: Period
        let amount: Money
        /// What a statement shows of it, as one number: when that changes, it is told anew, with a difference of zero.
        let shown: UInt64
    }

    /// A posted line that is to be another from now on.
    struct Change: Hashable {
        let plan: String
        let planVersion: String
        let period: Period
        let currency: Currency
        let earning: Earning
    }

    init(id: PayeeID) { self.id = id }

    // MARK: Events

    mutating func agree(_ agreements: [Agreement]) throws(ArithmeticError) -> [Change] {
        let known = self.agreements
        self.agreements = agreements
        do { return try evaluate(from: 0, atLeastTo: credits.count) } catch {
            self.agreements = known
            throw error
        }
    }

    mutating func assign(_ credit: Credit) throws(ArithmeticError) -> [Change] {
        let old = index(of: credit.key)
        let replaced = old.map { remove(at: $0) }
        let new = insert(Held(credit: credit, posted: replaced?.posted ?? [], start: nil))
        let (first, last) = (min(old ?? new, new), max(old ?? new, new))
        do { return try evaluate(from: first, atLeastTo: last) } catch {
            remove(at: new)
            if let replaced { insert(replaced) }
            throw error
        }
    }

    /// Nothing happens when there is no such credit: its withdrawal was told twice.
    mutating func withdraw(_ key: CreditKey) throws(ArithmeticError) -> [Change] {
        guard let index = index(of: key) else { return [] }
        let held = remove(at: index)
        do {
            var changes: [Change] = []
            for line in held.posted { changes.append(try reversal(of: line, held.credit)) }
            return changes + (try evaluate(from: index, atLeastTo: index))
        } catch {
            insert(held)
            throw error
        }
    }

    /// Puts back what a store held; `evaluate` has to follow.
    mutating func restore(_ agreements: [Agreement], _ held: [(credit: Credit, posted: [Posted])]) throws(ArithmeticError) {
        self.agreements = agreements
        for (credit, posted) in held.sorted(by: { $0.credit.canonical < $1.credit.canonical }) {
            insert(Held(credit: credit, posted: posted, start: nil))
        }
        _ = try evaluate(from: 0, atLeastTo: credits.count)
    }

    /// All the payee has from a deal now, by component.
    func commission(of deal: DealID) throws(ArithmeticError) -> [(component: String, amount: Money)] {
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
        return result.sorted { ($0.component, $0.amount.currency) < ($1.component, $1.amount.currency) }
    }
}

// MARK: Order

extension PayeeState {
    func held(_ key: CreditKey) -> Held? { index(of: key).map { credits[$0] } }

    private func index(of key: CreditKey) -> Int? {
        guard let place = places[key.deal]?.first(where: { $0.key == key }) else { return nil }
        let index = credits.partitioningIndex { $0.credit.canonical >= place }
        return index < credits.count && credits[index].credit.key == key ? index : nil
    }

    @discardableResult
    private mutating func insert(_ held: Held) -> Int {
        let place = held.credit.canonical
        places[place.key.deal, default: []].append(place)
        places[place.key.deal]?.sort()
        guard let last = credits.last, last.credit.canonical > place else {
            credits.append(held)
            return credits.count - 1
        }
        let index = credits.partitioningIndex { $0.credit.canonical > place }
        credits.insert(held, at: index)
        return index
    }

    @discardableResult
    private mutating func remove(at index: Int) -> Held {
        let held = credits.remove(at: index)
        let place = held.credit.canonical
        places[place.key.deal]?.removeAll { $0 == place }
        if places[place.key.deal]?.isEmpty == true { places[place.key.deal] = nil }
        return held
    }
}

// MARK: Evaluation

extension PayeeState {
    private func agreement(on date: CalendarDate) -> Int? {
        agreements.lastIndex { $0.contract.covers(date) }
    }

    /// Evaluates from a credit on, at least as far as `end`, and on until a credit starts from what it started from
    /// before. Keeps nothing of it before all of it is calculated.
    private mutating func evaluate(from first: Int, atLeastTo end: Int) throws(ArithmeticError) -> [Change] {
        var changes: [Change] = []
        var results: [(start: Start, posted: [Posted])] = []
        var start = try start(after: first - 1)
        var scratch: Scratch?
        for index in first..<max(first, credits.count) {
            let credit = credits[index].credit
            let agreement = agreement(on: credit.date)
            if agreement != start.agreement {
                start = Start(agreement: agreement, sums: agreement.map { agreements[$0].evaluator.empty })
                scratch = nil
            }
            if index > end, credits[index].start == start { break }
            var (posted, after) = ([Posted](), start)
            changes += try replace(credits[index], from: start, posted: &posted, after: &after, &scratch)
            results.append((start, posted))
            start = after
        }
        for (offset, result) in results.enumerated() {
            (credits[first + offset].start, credits[first + offset].posted) = (result.start, result.posted)
        }
        return changes
    }

    /// The sums behind a credit that has been evaluated; nothing before the first.
    private func start(after index: Int) throws(ArithmeticError) -> Start {
        guard index >= 0, var start = credits[index].start else { return Start() }
        if let evaluator = evaluator(for: credits[index].credit, start), var sums = start.sums {
            _ = try evaluator.step(credits[index].credit, sums: &sums)
            start.sums = sums
        }
        return start
    }

    /// `nil` where no contract covers the credit, or one in another currency than it was valued in: nobody pays for it.
    private func evaluator(for credit: Credit, _ start: Start) -> Evaluator? {
        guard let agreement = start.agreement, agreements[agreement].evaluator.plan.currency == credit.amount.currency
        else { return nil }
        return agreements[agreement].evaluator
    }

    /// The difference between what a credit pays now and what was posted for it.
    private func replace(
        _ held: Held, from start: Start, posted: inout [Posted], after: inout Start, _ scratch: inout Scratch?
    ) throws(ArithmeticError) -> [Change] {
        var open = held.posted
        var changes: [Change] = []
        if let agreement = start.agreement, let before = start.sums, var sums = start.sums,
            let evaluator = evaluator(for: held.credit, start)
        {
            var room = scratch.take() ?? evaluator.scratch
            try evaluator.step(held.credit, &sums, &room)
            after.sums = sums
            for line in room.lines {
                let new = try posting(of: line, held.credit, by: agreements[agreement], before: before, &open)
                posted.append(new.posted)
                if let change = new.change { changes.append(change) }
            }
            scratch = room
        }
        for line in open { changes.append(try reversal(of: line, held.credit)) }
        return changes
    }

    /// A line as it is posted from now on; takes what it replaces out of `open`. No change where that says the same.
    private func posting(
        of line: Evaluator.Line, _ credit: Credit, by agreement: Agreement, before: Evaluator.Sums, _ open: inout [Posted]
    ) throws(ArithmeticError) -> (posted: Posted, change: Change?) {
        let plan = agreement.evaluator.plan
        let name = plan.components[line.component].name
        let period = agreement.evaluator.period(of: line.component, on: credit.date)
        let amount = Money(line.amount, plan.currency)
        // Sums of millions of lines fit a number; of one that is no money they might not.
        guard amount.isWithinLimit else { throw .overflow }
        let known = open.firstIndex {
            $0.component == name && $0.period == period && $0.amount.currency == plan.currency
        }
        let old = known.map { open.remove(at: $0) }
        let posted = Posted(
            component: name, plan: plan.name, planVersion: agreement.version, period: period, amount: amount,
            shown: Shown.number(of: line, credit, agreement))
        guard posted.amount != old?.amount || posted.shown != old?.shown else { return (posted, nil) }
        let explanation = try agreement.evaluator.explain(
            line.component, credit, before: before, posted: old?.amount.amount ?? .zero)
        let earning = Earning(
            component: name, credit: credit, amount: try line.amount - explanation.before, explanation: explanation)
        return (
            posted,
            Change(
                plan: plan.name, planVersion: agreement.version, period: period, currency: plan.currency,
                earning: earning)
        )
    }

    private func reversal(of line: Posted, _ credit: Credit) throws(ArithmeticError) -> Change {
        let explanation = Explanation(
            total: .zero, before: line.amount.amount, steps: [], rounding: .zero, attainment: nil)
        let earning = Earning(
            component: line.component, credit: credit, amount: try -line.amount.amount, explanation: explanation)
        return Change(
            plan: line.plan, planVersion: line.planVersion, period: line.period, currency: line.amount.currency,
            earning: earning)
    }
}
