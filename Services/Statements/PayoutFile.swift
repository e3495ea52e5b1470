import Runtime
import Domain
import Records

/// Who is paid what for a period: a row for each settlement, as payroll or accounts payable takes it.
struct PayoutFile: Hashable, Sendable {
    struct Row: Hashable, Sendable {
        let payee: PayeeID
        var name = ""
        let payout: Payout
        var standing = Standing.draft
    }

    var rows: [Row]

    init(_ statements: [ShownStatement], names: Names) {
        rows = statements.flatMap { shown in
            shown.statement.payouts.map { payout in
                Row(
                    payee: shown.statement.payee, name: names[shown.statement.payee] ?? "", payout: payout,
                    standing: shown.standing)
            }
        }
    }

    static let titles = [
        "payee", "name", "period", "channel", "amount", "currency", "settled", "settled_currency", "exchange_rate",
        "document", "status", "approved_by",
    ]

    var csv: String {
        var csv = CSVText()
        csv.row(PayoutFile.titles.map { .text($0) })
        for row in rows {
            let payout = row.payout
            csv.row([
                .text(row.payee.text), .text(row.name), .text(payout.period.label), .text(payout.channel.rawValue),
                .number(payout.amount.amount.plain(payout.amount.currency)), .text(payout.amount.currency.code),
                .number(payout.settled.amount.plain(payout.settled.currency)), .text(payout.settled.currency.code),
                .number(payout.exchangeRate?.description ?? ""), .text("\(row.payee)/\(payout.document)"),
                .text(row.standing.status.rawValue), .text(row.standing.approvedBy),
            ])
        }
        return csv.text
    }

    /// Reads what `csv` wrote, also after somebody had it in a spreadsheet.
    init(reading text: String) throws(CSVFault) {
        rows = []
        for row in try CSVRows(text, columns: Array(PayoutFile.titles.dropLast(2))).rows {
            let document = row.text("document")
            guard let period = Period(row.text("period")), let channel = Payee.Channel(rawValue: row.text("channel")),
                let amount = Money(row.text("amount"), row.text("currency")),
                let settled = Money(row.text("settled"), row.text("settled_currency")),
                let sequence = document.lastIndex(of: "/").flatMap({ Int64(document[document.index(after: $0)...]) })
            else { throw CSVFault("line \(row.line) is no payout") }
            let payout = Payout(
                period: period, channel: channel, amount: amount, settled: settled,
                exchangeRate: try? Number(row.text("exchange_rate")), document: sequence)
            rows.append(Row(payee: PayeeID(row.text("payee")), name: row.text("name"), payout: payout))
        }
    }
}

extension Money {
    /// `nil` for what is no amount, or no currency.
    init?(_ amount: String, _ currency: String) {
        guard let number = try? Number(amount), let currency = Currency(currency) else { return nil }
        self.init(number, currency)
    }
}
