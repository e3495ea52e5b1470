import Domain

/// Compares what the statements of a period say with the payout file, the journal and the published payouts: for every
/// payee and currency, to the last unit.
struct Reconciling {
    let statements: [ShownStatement]
    let payouts: PayoutFile
    let journal: Journal
    /// What stands on the topic `payouts`; `nil` to leave it aside.
    let published: PayoutFile?

    struct Report: Hashable, Sendable {
        /// Payees and currencies that were compared.
        var count = 0
        var settled: [Currency: Number] = [:]
        var differences: [Difference] = []
    }

    struct Difference: Hashable, Sendable {
        /// `nil` where only sums can be compared.
        let payee: PayeeID?
        let currency: Currency
        let what: String
        let statement: Number
        let other: Number
    }

    fileprivate struct Key: Hashable {
        let payee: PayeeID?
        let currency: Currency

        var order: (PayeeID, Currency) { (payee ?? "", currency) }
    }

    private struct AccountKey: Hashable {
        let key: Key
        let account: Account
    }

    func report() throws(ArithmeticError) -> Report {
        var report = Report()
        var expected: [Key: Number] = [:]
        var approved: [Key: Number] = [:]
        var moved: [AccountKey: Number] = [:]
        let isSummary = !journal.lines.isEmpty && journal.lines.allSatisfy { $0.payee == nil }
        for shown in statements {
            for balance in shown.statement.balances {
                report.count += 1
                let settled = try -balance.amount(.settled)
                try report.settled[balance.currency, default: .zero] += settled
                let key = Key(payee: shown.statement.payee, currency: balance.currency)
                try expected[key, default: .zero] += settled
                if shown.standing.status == .approved { try approved[key, default: .zero] += settled }
                for (account, amount) in try balance.movementByAccount {
                    let key = Key(payee: isSummary ? nil : key.payee, currency: key.currency)
                    try moved[AccountKey(key: key, account: account), default: .zero] += amount
                }
            }
        }
        let own = PayoutFile(statements, names: Names()).rows
        report.compare("payout file", expected, try sums(payouts))
        try report.compare("payout file", own, payouts.rows)
        if let published {
            report.compare("published payouts", approved, try sums(published))
            try report.compare("published payouts", own.filter { $0.standing.status == .approved }, published.rows)
        }
        var booked: [AccountKey: Number] = [:]
        for line in journal.lines {
            let key = Key(payee: line.payee, currency: line.amount.currency)
            try booked[AccountKey(key: key, account: line.account), default: .zero] += line.amount.amount
        }
        for account in Account.allCases {
            report.compare(
                "journal, \(account.rawValue)", Reconciling.only(account, moved), Reconciling.only(account, booked))
        }
        return report
    }

    private func sums(_ file: PayoutFile) throws(ArithmeticError) -> [Key: Number] {
        var sums: [Key: Number] = [:]
        for row in file.rows {
            let settled = row.payout.settled
            try sums[Key(payee: row.payee, currency: settled.currency), default: .zero] += settled.amount
        }
        return sums
    }

    private static func only(_ account: Account, _ sums: [AccountKey: Number]) -> [Key: Number] {
        Dictionary(uniqueKeysWithValues: sums.filter { $0.key.account == account }.map { ($0.key.key, $0.value) })
    }
}

extension Reconciling.Report {
    fileprivate mutating func compare(
        _ what: String, _ statement: [Reconciling.Key: Number], _ other: [Reconciling.Key: Number]
    ) {
        for key in Set(statement.keys).union(other.keys).sorted(by: { $0.order < $1.order }) {
            let (left, right) = (statement[key] ?? .zero, other[key] ?? .zero)
            guard left != right else { continue }
            differences.append(
                Reconciling.Difference(
                    payee: key.payee, currency: key.currency, what: what, statement: left, other: right))
        }
    }

    /// What is paid, in the currency that it is paid in, by period and channel.
    fileprivate mutating func compare(
        _ what: String, _ statement: [PayoutFile.Row], _ other: [PayoutFile.Row]
    ) throws(ArithmeticError) {
        let (left, right) = (try Self.paid(statement), try Self.paid(other))
        for group in Set(left.keys).union(right.keys).sorted() {
            compare("\(what), \(group)", left[group] ?? [:], right[group] ?? [:])
        }
    }

    private static func paid(_ rows: [PayoutFile.Row]) throws(ArithmeticError) -> [String: [Reconciling.Key: Number]] {
        var paid: [String: [Reconciling.Key: Number]] = [:]
        for row in rows {
            let (group, amount) = ("\(row.payout.period) by \(row.payout.channel.rawValue)", row.payout.amount)
            let key = Reconciling.Key(payee: row.payee, currency: amount.currency)
            try paid[group, default: [:]][key, default: .zero] += amount.amount
        }
        return paid
    }
}

extension Statement.Balance {
    /// What the statement says has moved on each account, from the payee's side: what is not due comes from the others.
    var movementByAccount: [Account: Number] {
        get throws(ArithmeticError) {
            var expense = Number.zero
            for kind in [Statement.Movement.Kind.earned, .corrections, .adjustments, .guarantee, .writtenOff] {
                try expense -= amount(kind)
            }
            return [
                .expense: expense, .held: try Number.zero - amount(.held) - amount(.released),
                .payable: try closing - opening,
                .draw: try -amount(.draw), .paid: try -amount(.settled),
            ]
        }
    }
}
