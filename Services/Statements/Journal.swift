import Runtime
import Domain
import Records

/// What the general ledger books for a period: balanced lines, by payee or summed over all.
struct Journal: Hashable, Sendable {
    struct Line: Hashable, Sendable {
        let period: Period
        /// `nil` in a summary.
        let payee: PayeeID?
        var name = ""
        let account: Account
        /// From the payee's side: positive is credit, negative debit.
        let amount: Money
    }

    var lines: [Line]

    init(lines: [Line]) { self.lines = lines }

    /// A line for each payee, account and currency; zeros are left out.
    init(_ balances: [(payee: PayeeID, balance: PeriodBalance)], names: Names) {
        lines = balances.map { payee, balance in
            Line(
                period: balance.period, payee: payee, name: names[payee] ?? "", account: balance.account,
                amount: Money(balance.amount, balance.currency))
        }.sorted(by: Journal.precedes)
    }

    /// The same without payees.
    var summary: Journal {
        get throws(ArithmeticError) {
            var sums: [Line: Number] = [:]
            for line in lines {
                let key = Line(
                    period: line.period, payee: nil, account: line.account, amount: .zero(line.amount.currency))
                try sums[key, default: .zero] += line.amount.amount
            }
            let lines = sums.filter { !$0.value.isZero }.map { key, sum in
                Line(
                    period: key.period, payee: nil, account: key.account, amount: Money(sum, key.amount.currency))
            }
            return Journal(lines: lines.sorted(by: Journal.precedes))
        }
    }

    private static func precedes(_ left: Line, _ right: Line) -> Bool {
        if left.period != right.period { return left.period < right.period }
        if left.payee != right.payee { return (left.payee ?? "") < (right.payee ?? "") }
        if left.amount.currency != right.amount.currency { return left.amount.currency < right.amount.currency }
        return left.account.place < right.account.place
    }

    static let titles = ["period", "payee", "name", "account", "title", "currency", "debit", "credit"]

    /// - Parameter codes: what the general ledger calls the accounts.
    func csv(codes: [Account: String] = [:]) -> String {
        var csv = CSVText()
        csv.row(Journal.titles.map { .text($0) })
        for line in lines {
            let amount = ((try? line.amount.amount.magnitude) ?? .zero).plain(line.amount.currency)
            let isDebit = line.amount.amount.isNegative
            csv.row([
                .text(line.period.label), .text(line.payee?.text ?? ""), .text(line.name),
                .text(codes[line.account] ?? line.account.rawValue), .text(line.account.title),
                .text(line.amount.currency.code), .number(isDebit ? amount : ""), .number(isDebit ? "" : amount),
            ])
        }
        return csv.text
    }

    /// Reads what `csv` wrote, also after somebody had it in a spreadsheet.
    init(reading text: String) throws(CSVFault) {
        lines = []
        let accounts = Dictionary(uniqueKeysWithValues: Account.allCases.map { ($0.title, $0) })
        for row in try CSVRows(text, columns: Journal.titles).rows {
            let debit = try? Number(row.text("debit"))
            let credit = try? Number(row.text("credit"))
            guard let period = Period(row.text("period")), let account = accounts[row.text("title")],
                let currency = Currency(row.text("currency")), let amount = try? (credit ?? .zero) - (debit ?? .zero),
                (debit == nil) != (credit == nil)
            else { throw CSVFault("line \(row.line) is no journal line") }
            let payee = row.text("payee")
            lines.append(
                Line(
                    period: period, payee: payee.isEmpty ? nil : PayeeID(payee), name: row.text("name"),
                    account: account, amount: Money(amount, currency)))
        }
    }
}

extension Account {
    /// As the general ledger reads it.
    var title: String {
        switch self {
        case .expense: "Commission expense"
        case .held: "Commissions accrued, not yet due"
        case .payable: "Commissions payable"
        case .draw: "Draws receivable"
        case .paid: "Commissions paid out"
        }
    }

    fileprivate var place: Int { Account.allCases.firstIndex(of: self) ?? 0 }
}
