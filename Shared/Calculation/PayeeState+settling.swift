import Domain
import Plans

/// What becomes of a period's pay at its close: guarantee, draw, balance, payout, each a document of its own.
extension PayeeState {
    mutating func settle(
        _ period: Period, _ closed: PeriodClosed, _ cause: PayeeEvent.Cause, _ effect: inout Effect,
        isRest: Bool = false
    ) throws {
        var currencies = Set(books.carried.keys).union(books.advanced.keys)
        for place in books.movements.keys where !Period.settlesBefore(period, place.period) {
            currencies.insert(place.currency)
        }
        for agreement in agreements
        where agreement.plan.settlement.guarantee != nil || agreement.plan.settlement.draw != nil {
            currencies.insert(agreement.plan.currency)
        }
        for currency in currencies.sorted() {
            var settling = Settling(
                period: period, currency: currency, rules: rules(for: period, currency), closed: closed, cause: cause,
                isRest: isRest)
            settling.earned = try takeMovements(settling)
            try guarantee(&settling, &effect)
            try draw(&settling, &effect)
            try payOut(&settling, &effect)
        }
    }

    /// The settlement of one period and currency on its way.
    struct Settling {
        let period: Period
        let currency: Currency
        /// The plan that settles: the last one in the period, else before it.
        let rules: Agreement?
        let closed: PeriodClosed
        let cause: PayeeEvent.Cause
        /// Nobody is paid by the period any more: what is owed is not written off, but set against what is paid next.
        let isRest: Bool
        /// What became payable by earnings and adjustments, and what was put on top.
        var earned = Number.zero

        func money(_ amount: Number) throws(ArithmeticError) -> Number {
            guard let rules else { return try amount.rounded(to: currency.minorPlaces, .halfEven) }
            return try rules.evaluator.money(amount)
        }
    }

    private func rules(for period: Period, _ currency: Currency) -> Agreement? {
        let own = agreements.filter { $0.plan.currency == currency }
        return own.last { $0.contract.from <= period.end && period.start <= ($0.contract.to ?? period.start) }
            ?? own.last { $0.contract.from <= period.end } ?? own.first
    }

    private mutating func takeMovements(_ settling: Settling) throws(ArithmeticError) -> Number {
        var sum = Number.zero
        for (place, amount) in books.movements
        where place.currency == settling.currency && !Period.settlesBefore(settling.period, place.period) {
            try sum += amount
            books.movements[place] = nil
        }
        return sum
    }

    // MARK: Guarantee and draw

    /// What each plan of the period promises: its amount for the days that its contract covers.
    private func promises(
        _ settling: Settling, _ draw: (Plan.Settlement) -> Plan.Settlement.Draw?
    ) throws(ArithmeticError) -> [(agreement: Agreement, draw: Plan.Settlement.Draw, amount: Number)] {
        var result: [(agreement: Agreement, draw: Plan.Settlement.Draw, amount: Number)] = []
        for agreement in agreements
        where agreement.plan.currency == settling.currency && agreement.plan.pays == settling.period.kind {
            guard let draw = draw(agreement.plan.settlement) else { continue }
            let amount = try draw.amount(for: settling.period, agreement)
            if amount > .zero { result.append((agreement, draw, amount)) }
        }
        return result
    }

    /// Pays the rest to what is promised, for good.
    private mutating func guarantee(_ settling: inout Settling, _ effect: inout Effect) throws {
        for isDraw in [false, true] {
            let promised = try promises(settling) { settlement in
                isDraw ? settlement.draw.flatMap { $0.isRecoverable ? nil : $0 } : settlement.guarantee
            }
            let parts = try shortfalls(promised, settling)
            for part in parts {
                let what = isDraw ? "draw" : "guarantee"
                let note =
                    "Paid on top to the \(what) of \(settling.text(part.promised)): "
                    + "\(settling.text(settling.earned)) were earned. It is not recovered."
                try post(part.amount, from: .expense, by: part.agreement, note, settling, &effect)
            }
            for part in parts { try settling.earned += part.amount }
        }
    }

    /// Advances the rest to the draw, or takes back what was advanced out of what is earned beyond it.
    private mutating func draw(_ settling: inout Settling, _ effect: inout Effect) throws {
        let promised = try promises(settling) { settlement in
            settlement.draw.flatMap { $0.isRecoverable ? $0 : nil }
        }
        let parts = try shortfalls(promised, settling)
        for part in parts {
            let note =
                "Advanced to the draw of \(settling.text(part.promised)): \(settling.text(settling.earned)) were earned."
            try post(part.amount, from: .draw, by: part.agreement, note, settling, &effect)
            try books.advanced[settling.currency, default: .zero] += part.amount
        }
        let balance = books.advanced[settling.currency] ?? .zero
        if parts.isEmpty, balance > .zero { try recover(balance, promised.map(\.amount), &settling, &effect) }
        for part in parts { try settling.earned += part.amount }
    }

    private mutating func recover(
        _ balance: Number, _ promised: [Number], _ settling: inout Settling, _ effect: inout Effect
    ) throws {
        var beyond = settling.earned
        for amount in promised { try beyond -= amount }
        guard beyond > .zero else { return }
        let share = settling.rules?.plan.settlement.draw?.recover ?? .whole
        let amount = min(balance, try settling.money(beyond * share.value))
        guard amount > .zero else { return }
        let note = "Recovered of \(settling.text(balance)) that were advanced."
        try post(-amount, from: .draw, by: settling.rules, note, settling, &effect)
        try settling.earned -= amount
        let rest = try balance - amount
        books.advanced[settling.currency] = rest.isZero ? nil : rest
    }

    /// What is missing to the sum of what is promised, plan by plan.
    private func shortfalls(
        _ promised: [(agreement: Agreement, draw: Plan.Settlement.Draw, amount: Number)], _ settling: Settling
    ) throws(ArithmeticError) -> [(agreement: Agreement, promised: Number, amount: Number)] {
        var sum = Number.zero
        for part in promised { try sum += part.amount }
        let missing = try sum - max(settling.earned, .zero)
        guard missing > .zero else { return [] }
        let parts = try Money(missing, settling.currency).allocated(by: promised.map(\.amount), remainder: .largest)
        return zip(promised, parts).map { ($0.agreement, $0.amount, $1.amount) }.filter { !$0.amount.isZero }
    }

    // MARK: Payout

    private mutating func payOut(_ settling: inout Settling, _ effect: inout Effect) throws {
        let currency = settling.currency
        var balance = try (books.carried[currency] ?? .zero) + settling.earned
        let settlement = settling.rules?.plan.settlement
        if balance.isNegative, settlement?.balance == .floor, !settling.isRest {
            let note = "Written off: \(settling.text(balance)) at the end of the period."
            try post(-balance, from: .expense, by: settling.rules, note, settling, &effect, kind: .writeOff)
            balance = .zero
        }
        let isOver = !agreements.contains { ($0.contract.to ?? settling.period.next.start) > settling.period.end }
        let isEnough = isOver || balance >= settlement?.minimumPayout ?? .zero
        guard balance > .zero, isEnough, let payout = try payout(of: balance, settling) else {
            books.carried[currency] = balance.isZero ? nil : balance
            return
        }
        books.carried[currency] = nil
        books.payouts.append(payout)
        let way = payout.channel == .payroll ? "payroll" : "accounts payable"
        effect.documents.append(
            try document(
                settling.period, .settlement, by: settling.rules, in: currency, settling.cause,
                postings: [
                    Posting(account: .payable, amount: try -balance),
                    Posting(account: .paid, amount: balance),
                ], note: "Paid through \(way).", payout: payout, person: settling.closed.by))
    }

    /// `nil` when it comes to nothing in the payout currency.
    private func payout(of balance: Number, _ settling: Settling) throws -> Payout? {
        let (currency, target) = (settling.currency, settling.closed.payoutCurrency)
        guard Money(balance, currency).isWithinLimit else { throw ArithmeticError.overflow }
        var rate: Number?
        if currency != target {
            rate = settling.closed.rates.last { $0.from == currency && $0.to == target }?.rate
            guard rate != nil else {
                throw EventRefused(
                    "there is no rate from \(currency) to \(target) for the payout of \(settling.period); add one and close again"
                )
            }
        }
        let mode = settling.rules?.plan.rounding ?? .halfEven
        let amount = try Money(balance * (rate ?? 1), target).rounded(mode)
        guard amount.isWithinLimit else { throw ArithmeticError.overflow }
        guard amount.amount > .zero else { return nil }
        return Payout(
            period: settling.period, channel: settling.closed.channel, amount: amount,
            settled: Money(balance, currency), exchangeRate: rate, document: books.sequence + 1)
    }

    /// Moves an amount between payable and another account.
    private mutating func post(
        _ amount: Number, from account: Account, by rules: Agreement?, _ note: String, _ settling: Settling,
        _ effect: inout Effect, kind: LedgerDocument.Kind = .draw
    ) throws {
        effect.documents.append(
            try document(
                settling.period, kind, by: rules, in: settling.currency, settling.cause,
                postings: [
                    Posting(account: account, amount: try -amount),
                    Posting(account: .payable, amount: amount),
                ], note: note, person: settling.closed.by))
    }
}

extension PayeeState.Settling {
    fileprivate func text(_ amount: Number) -> String { Money(amount, currency).description }
}

extension Plan.Settlement.Draw {
    /// What it comes to in a pay period: its share by days of each span that it is meant for.
    fileprivate func amount(for period: Period, _ agreement: Agreement) throws(ArithmeticError) -> Number {
        let contract = agreement.contract
        var last = min(contract.to ?? period.end, until ?? period.end)
        if let lasts { last = min(last, lasts.after(contract.from).adding(days: -1)) }
        var sum = Number.zero
        var span = Period(per, containing: period.start)
        while span.start <= period.end {
            // By what has accumulated to the end and to the beginning, so that parts of a span sum to its amount.
            func accumulated(to day: CalendarDate) throws(ArithmeticError) -> Number {
                let covered = Int(min(day, last, span.end).day) - Int(max(contract.from, span.start).day) + 1
                let all = Number(Int(span.end.day - span.start.day) + 1)
                return try agreement.evaluator.money(
                    amount.multiplied(by: Number(max(0, covered)), dividedBy: all))
            }
            try sum += accumulated(to: period.end) - accumulated(to: period.start.adding(days: -1))
            span = span.next
        }
        return sum
    }
}
