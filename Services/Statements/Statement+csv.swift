import Domain
import Runtime

extension Statement {
    static let csvTitles = [
        "payee", "period", "entry", "component", "deal", "line", "role", "date", "account", "product", "kind",
        "original_amount", "original_currency", "share", "exchange_rate", "credit", "amount", "currency", "explanation",
        "earned_in",
    ]

    /// Rows whose amounts sum: closing is opening and all between the two. What stands behind closing is beside it.
    var csv: String {
        var csv = CSVText()
        csv.row(Statement.csvTitles.map { .text($0) })
        for balance in shownBalances {
            csv.row(entry("opening", balance.opening, balance.currency))
            for component in components where component.currency == balance.currency {
                for line in component.lines { for row in rows(line, component) { csv.row(row) } }
            }
            for entry in entries where entry.currency == balance.currency {
                csv.row(self.entry(entry.kind.rawValue, entry.amount, balance.currency, note: Wording.note(entry)))
            }
            csv.row(entry("closing", balance.closing, balance.currency))
            if !balance.held.isZero { csv.row(entry("held-balance", balance.held, balance.currency)) }
            if !balance.draw.isZero { csv.row(entry("draw-balance", balance.draw, balance.currency)) }
        }
        for payout in payouts {
            csv.row(entry("payout", payout.amount.amount, payout.amount.currency, note: Wording.payout(payout)))
        }
        return csv.text
    }

    private func entry(_ name: String, _ amount: Number, _ currency: Currency, note: String = "") -> [CSVText.Cell] {
        [.text(payee.text), .text(period.label), .text(name)]
            + Array(repeating: .text(""), count: Statement.csvTitles.count - 7)
            + [.number(amount.plain(currency)), .text(currency.code), .text(note), .text("")]
    }

    /// What was earned, what of it is held, and what is released.
    private func rows(_ line: Line, _ component: Component) -> [[CSVText.Cell]] {
        let parts = (try? (line.held, line.freed)) ?? (.zero, .zero)
        var rows: [[CSVText.Cell]] = []
        if !line.amount.isZero {
            rows.append(row(component.section == .corrections ? "correction" : "line", line.amount, line, component))
        }
        if !parts.0.isZero { rows.append(row("held", (try? -parts.0) ?? .zero, line, component)) }
        if !parts.1.isZero { rows.append(row("released", parts.1, line, component)) }
        return rows
    }

    private func row(
        _ name: String, _ amount: Number, _ line: Line, _ component: Component
    ) -> [CSVText.Cell] {
        let credit = line.credit
        return [
            .text(payee.text), .text(period.label), .text(name), .text(component.name),
            .text(credit.key.deal.text), .text(credit.key.line.text), .text(credit.key.role.text),
            .text(credit.date.description), .text(credit.account), .text(credit.product), .text(credit.kind),
            .number(credit.original.amount.plain(credit.original.currency)), .text(credit.original.currency.code),
            .number(credit.share.value.description), .number(credit.exchangeRate?.description ?? ""),
            .number(credit.amount.amount.plain(component.currency)), .number(amount.plain(component.currency)),
            .text(component.currency.code), .text(Wording.sentences(for: line).joined(separator: " ")),
            .text(line.earned.label),
        ]
    }
}
