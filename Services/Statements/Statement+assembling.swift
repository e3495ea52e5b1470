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
    /// From all balances of the payee up to the period and the lines of the period.
    init(payee: PayeeID, period: Period, balances: [PeriodBalance], lines: [NetLine]) throws(ArithmeticError) {
        self.payee = payee
        self.period = period
        components = try Statement.components(lines)
        var currencies = Set(components.map(\.currency))
        for balance in balances where balance.period <= period { currencies.insert(balance.currency) }
        var all: [Balance] = []
        for currency in currencies.sorted() {
            all.append(
                try Statement.balance(
                    currency, period, balances.filter { $0.currency == currency },
                    components.filter { $0.currency == currency }))
        }
        self.balances = all.filter { !$0.isEmpty }
    }

    private static func components(_ lines: [NetLine]) throws(ArithmeticError) -> [Component] {
        let grouped = Dictionary(grouping: lines) {
            Group(name: $0.component, currency: $0.line.credit.amount.currency)
        }
        var components: [Component] = []
        for (group, members) in grouped {
            var subtotal = Number.zero
            for member in members { try subtotal += member.line.amount }
            components.append(
                Component(
                    name: group.name, currency: group.currency, subtotal: subtotal,
                    lines: members.map(\.line).sorted { $0.credit.canonical < $1.credit.canonical }))
        }
        return components.sorted {
            $0.name == $1.name
                ? $0.currency < $1.currency : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
    }

    private struct Group: Hashable {
        let name: String
        let currency: Currency
    }

    private static func balance(
        _ currency: Currency, _ period: Period, _ sums: [PeriodBalance], _ components: [Component]
    ) throws(ArithmeticError) -> Balance {
        var opening = Number.zero
        var change = Number.zero
        var moved: [Account: Number] = [:]
        for sum in sums {
            if sum.account == .payable, sum.period < period { try opening += sum.amount }
            guard sum.period == period else { continue }
            if sum.account == .payable { try change += sum.amount } else { moved[sum.account] = sum.amount }
        }
        var earned = Number.zero
        for component in components { try earned += component.subtotal }
        var transfers: [Transfer] = []
        for account in [Account.held, .draw, .paid] {
            guard let amount = moved[account], !amount.isZero else { continue }
            transfers.append(Transfer(account: account, amount: try -amount))
        }
        return Balance(
            currency: currency, opening: opening, earned: earned, transfers: transfers,
            closing: try opening + change)
    }
}

extension Statement.Balance {
    fileprivate var isEmpty: Bool { opening.isZero && earned.isZero && closing.isZero && transfers.isEmpty }
}
