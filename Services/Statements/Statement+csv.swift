import Domain
import Runtime

extension Statement {
    static let csvTitles = [
        "payee", "period", "entry", "component", "deal", "line", "role", "date", "account", "product", "kind",
        "original_amount", "original_currency", "share", "exchange_rate", "credit", "amount", "currency", "explanation",
    ]

    /// Opening, lines, transfers and closing as rows whose amounts sum: opening + lines + transfers = closing.
    var csv: String {
        var csv = CSVText()
        csv.row(Statement.csvTitles.map { .text($0) })
        for balance in balances {
            csv.row(entry("opening", balance.opening, balance.currency))
            for component in components where component.currency == balance.currency {
                for line in component.lines { csv.row(row(line, component)) }
            }
            for transfer in balance.transfers {
                csv.row(entry(transfer.account.rawValue, transfer.amount, balance.currency))
            }
            csv.row(entry("closing", balance.closing, balance.currency))
        }
        return csv.text
    }

    private func entry(_ name: String, _ amount: Number, _ currency: Currency) -> [CSVText.Cell] {
        [.text(payee.text), .text(period.label), .text(name)]
            + Array(repeating: .text(""), count: Statement.csvTitles.count - 6)
            + [.number(amount.plain(currency)), .text(currency.code), .text("")]
    }

    private func row(_ line: Line, _ component: Component) -> [CSVText.Cell] {
        let credit = line.credit
        return [
            .text(payee.text), .text(period.label), .text("line"), .text(component.name),
            .text(credit.key.deal.text), .text(credit.key.line.text), .text(credit.key.role.text),
            .text(credit.date.description), .text(credit.account), .text(credit.product), .text(credit.kind),
            .number(credit.original.amount.plain(credit.original.currency)), .text(credit.original.currency.code),
            .number(credit.share.value.description), .number(credit.exchangeRate?.description ?? ""),
            .number(credit.amount.amount.plain(component.currency)), .number(line.amount.plain(component.currency)),
            .text(component.currency.code), .text(Wording.sentences(for: line).joined(separator: " ")),
        ]
    }
}
