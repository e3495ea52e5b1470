import Domain

/// A period's sums of one payee, as the store keeps them.
struct PeriodBalance: Hashable, Sendable {
    let period: Period
    let account: Account
    let currency: Currency
    let amount: Number
}

/// A line before it is put in its place.
struct NetLine: Hashable, Sendable {
    let component: String
    let line: Statement.Line
}

extension Statement {
    /// From all balances of the payee up to the period, the lines of the period and what else was posted in it.
    init(
        payee: PayeeID, period: Period, balances: [PeriodBalance], lines: [NetLine], entries: [Entry] = []
    ) throws(ArithmeticError) {
        self.payee = payee
        self.period = period
        self.entries = Statement.ordered(entries)
        components = try Statement.components(lines, of: period)
        var currencies = Set(lines.map(\.line.credit.amount.currency)).union(entries.map(\.currency))
        let until = balances.filter { $0.period == period || $0.period.settles(before: period) }
        for balance in until { currencies.insert(balance.currency) }
        var all: [Balance] = []
        for currency in currencies.sorted() {
            var movements = try Statement.movements(
                lines.filter { $0.line.credit.amount.currency == currency }, in: period)
            for entry in entries where entry.currency == currency {
                try movements[entry.kind, default: .zero] += entry.amount
            }
            let sums = until.filter { $0.currency == currency }
            all.append(try Balance(currency, period, sums, movements))
        }
        self.balances = all.filter { !$0.isEmpty }
    }

    /// Also of currencies in which all comes to nothing: their lines and entries say how.
    var shownBalances: [Balance] {
        let silent = Set(components.map(\.currency) + entries.map(\.currency)).subtracting(balances.map(\.currency))
        let others = silent.map { currency in
            Balance(
                currency: currency, opening: .zero, movements: [Movement(kind: .earned, amount: .zero)], closing: .zero,
                held: .zero, draw: .zero)
        }
        return others.isEmpty ? balances : (balances + others).sorted { $0.currency < $1.currency }
    }

    private static func ordered(_ entries: [Entry]) -> [Entry] {
        let adjustments = entries.filter { $0.kind == .adjustments }.sorted {
            ($0.adjustment?.id ?? "").utf8.lexicographicallyPrecedes(($1.adjustment?.id ?? "").utf8)
        }
        return adjustments + entries.filter { $0.kind != .adjustments }.sorted { $0.document < $1.document }
    }

    private static func components(_ lines: [NetLine], of period: Period) throws(ArithmeticError) -> [Component] {
        let grouped: [Group: [NetLine]] = Dictionary(grouping: lines) { line in
            Group(
                section: line.line.section(in: period), name: line.component, currency: line.line.credit.amount.currency
            )
        }
        var components: [Component] = []
        for (group, members) in grouped {
            var subtotal = Number.zero
            for member in members { try subtotal += member.line.counted }
            let lines = members.map(\.line).sorted { (left: Line, right: Line) -> Bool in
                if left.earned != right.earned { return left.earned < right.earned }
                return left.credit.canonical < right.credit.canonical
            }
            components.append(
                Component(
                    section: group.section, name: group.name, currency: group.currency, subtotal: subtotal, lines: lines
                ))
        }
        return components.sorted { left, right in
            if left.section != right.section { return left.section.rawValue < right.section.rawValue }
            return left.name == right.name
                ? left.currency < right.currency : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        }
    }

    private struct Group: Hashable {
        let section: Section
        let name: String
        let currency: Currency
    }

    /// What the lines of one currency bring.
    private static func movements(
        _ lines: [NetLine], in period: Period
    ) throws(ArithmeticError) -> [Movement.Kind: Number] {
        var movements: [Movement.Kind: Number] = [:]
        for line in lines.map(\.line) {
            try movements[line.earned == period ? .earned : .corrections, default: .zero] += line.amount
            try movements[.held, default: .zero] -= line.held
            try movements[.released, default: .zero] += line.freed
        }
        return movements
    }
}

extension Statement.Line {
    fileprivate func section(in period: Period) -> Statement.Section {
        if amount.isZero { return .releases }
        return earned == period ? .earned : .corrections
    }
}

extension Statement.Balance {
    /// Closing comes from the balances, the movements from lines and documents: so the equation can fail.
    fileprivate init(
        _ currency: Currency, _ period: Period, _ sums: [PeriodBalance], _ movements: [Statement.Movement.Kind: Number]
    ) throws(ArithmeticError) {
        var (opening, closing, held, draw) = (Number.zero, Number.zero, Number.zero, Number.zero)
        for sum in sums {
            switch sum.account {
            case .payable:
                if sum.period != period { try opening += sum.amount }
                try closing += sum.amount
            case .held: try held += sum.amount
            case .draw: try draw += sum.amount
            case .expense, .paid: break
            }
        }
        (self.currency, self.opening, self.closing, self.held, self.draw) = (currency, opening, closing, held, draw)
        self.movements = Statement.Movement.Kind.allCases.compactMap { kind in
            let amount = movements[kind] ?? .zero
            return amount.isZero && kind != .earned ? nil : Statement.Movement(kind: kind, amount: amount)
        }
    }

    fileprivate var isEmpty: Bool {
        opening.isZero && earned.isZero && closing.isZero && movements.count == 1 && held.isZero && draw.isZero
    }
}
