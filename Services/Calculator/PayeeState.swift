import Domain
import Plans

/// One payee: what is agreed, the credits in canonical order, what was posted for each.
///
/// A credit at the end costs one step of the evaluator; a late one costs the part of the sequence behind it, and stops
/// where the sums are again what they were (a new window, say).
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
        /// The sums before this credit, as last evaluated; `nil` when it has to be evaluated anew.
        var before: Evaluator.Sums?
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
        self.agreements = agreements
        for index in credits.indices { credits[index].before = nil }
        return try evaluate(from: 0, atLeastTo: credits.count)
    }

    mutating func assign(_ credit: Credit) throws(ArithmeticError) -> [Change] {
        var posted: [Posted] = []
        var start = credits.count
        if let index = index(of: credit.key) {
            posted = credits[index].posted
            remove(at: index)
            start = index
        }
        let index = insert(Held(credit: credit, posted: posted, before: nil))
        return try evaluate(from: min(start, index), atLeastTo: max(start, index))
    }

    /// Nothing happens when there is no such credit: its withdrawal was told twice.
    mutating func withdraw(_ key: CreditKey) throws(ArithmeticError) -> [Change] {
        guard let index = index(of: key) else { return [] }
        let held = remove(at: index)
        var changes: [Change] = []
        for line in held.posted { changes.append(try reversal(of: line, held.credit)) }
        return changes + (try evaluate(from: index, atLeastTo: index))
    }

    /// Puts back what a store held; `evaluate` has to follow.
    mutating func restore(_ agreements: [Agreement], _ held: [(credit: Credit, posted: [Posted])]) throws(ArithmeticError) {
        self.agreements = agreements
        for (credit, posted) in held.sorted(by: { $0.credit.canonical < $1.credit.canonical }) {
            insert(Held(credit: credit, posted: posted, before: nil))
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

    /// Evaluates from a credit on, at least as far as `end`, and on until the sums are what they were before.
    private mutating func evaluate(from start: Int, atLeastTo end: Int) throws(ArithmeticError) -> [Change] {
        var changes: [Change] = []
        guard start < credits.count else { return changes }
        var (current, sums) = try sums(before: start)
        var scratch = current.map { agreements[$0].evaluator.scratch }
        for index in start..<credits.count {
            let credit = credits[index].credit
            let agreement = agreement(on: credit.date)
            if agreement != current {
                (current, sums) = (agreement, agreement.map { agreements[$0].evaluator.empty })
                scratch = agreement.map { agreements[$0].evaluator.scratch }
            }
            guard let agreement, let before = sums, agreements[agreement].evaluator.plan.currency == credit.amount.currency
            else {
                // No contract covers it, so nobody pays for it; crediting lists such deals.
                changes += try replacePosted(at: index, with: [], by: nil, before: nil)
                continue
            }
            if index > end, credits[index].before == before { break }
            credits[index].before = before
            var after = before
            var room = scratch.take() ?? agreements[agreement].evaluator.scratch
            try agreements[agreement].evaluator.step(credit, &after, &room)
            changes += try replacePosted(at: index, with: room.lines, by: agreements[agreement], before: before)
            sums = after
            scratch = room
        }
        return changes
    }

    /// The sums that the credit at `index` starts from.
    private func sums(before index: Int) throws(ArithmeticError) -> (agreement: Int?, sums: Evaluator.Sums?) {
        guard let last = credits[..<index].last(where: { $0.before != nil }), var sums = last.before,
            let agreement = agreement(on: last.credit.date)
        else { return (nil, nil) }
        _ = try agreements[agreement].evaluator.step(last.credit, sums: &sums)
        return (agreement, sums)
    }

    /// Posts the difference between what a credit pays now and what was posted for it.
    private mutating func replacePosted(
        at index: Int, with lines: [Evaluator.Line], by agreement: Agreement?, before: Evaluator.Sums?
    ) throws(ArithmeticError) -> [Change] {
        let credit = credits[index].credit
        var open = credits[index].posted
        var posted: [Posted] = []
        var changes: [Change] = []
        if let agreement, let before {
            let plan = agreement.evaluator.plan
            for line in lines {
                let period = agreement.evaluator.period(of: line.component, on: credit.date)
                let name = plan.components[line.component].name
                let known = open.firstIndex {
                    $0.component == name && $0.period == period && $0.amount.currency == plan.currency
                }
                let old = known.map { open.remove(at: $0) }
                let shown = Shown.number(of: line, credit, agreement)
                posted.append(
                    Posted(
                        component: name, plan: plan.name, planVersion: agreement.version, period: period,
                        amount: Money(line.amount, plan.currency), shown: shown))
                guard line.amount != old?.amount.amount || shown != old?.shown else { continue }
                let explanation = try agreement.evaluator.explain(
                    line.component, credit, before: before, posted: old?.amount.amount ?? .zero)
                let earning = Earning(
                    component: name, credit: credit, amount: try line.amount - explanation.before,
                    explanation: explanation)
                changes.append(
                    Change(
                        plan: plan.name, planVersion: agreement.version, period: period, currency: plan.currency,
                        earning: earning))
            }
        }
        for line in open { changes.append(try reversal(of: line, credit)) }
        credits[index].posted = posted
        return changes
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
