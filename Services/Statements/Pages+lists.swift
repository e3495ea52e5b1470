import Domain
import Runtime

extension Pages {
    /// Payees down, the periods of a year across.
    func index(_ overview: Overview, _ query: IndexQuery, _ frame: Frame) throws -> String {
        let years = Set(overview.periods.map(\.year)).sorted()
        let year = query.year.flatMap { years.contains($0) ? $0 : nil } ?? years.last
        let periods = overview.periods.filter { $0.year == year }
        let found = overview.searched(query.search, frame.names)
        let pageCount = max(1, (found.count + IndexQuery.pageSize - 1) / IndexQuery.pageSize)
        let page = min(query.page, pageCount)
        let shown = found.dropFirst((page - 1) * IndexQuery.pageSize).prefix(IndexQuery.pageSize)
        var content: [String: Any] = [
            "search": query.search, "isSearch": !query.search.isEmpty, "hasRows": !found.isEmpty,
            "hasAny": !overview.rows.isEmpty,
            "periods": periods.map { Pages.columnTitle($0) },
            "years": years.reversed().map { ["year": String($0), "isChosen": $0 == year] as [String: Any] },
            "hasYears": years.count > 1, "year": year.map(String.init) ?? "",
            "rows": try shown.map { try row($0, periods, frame.names) },
            "totals": try totals(found, periods),
            "count": "\(ProgressBar.grouped(Int64(found.count))) \(found.count == 1 ? "payee" : "payees")",
            "page": String(page), "pages": String(pageCount), "isPaged": pageCount > 1,
        ]
        if page > 1 { content["before"] = query.address(page: page - 1) }
        if page < pageCount { content["after"] = query.address(page: page + 1) }
        return render("index", frame, content)
    }

    private func row(_ row: Overview.Row, _ periods: [Period], _ names: Names) throws -> [String: Any] {
        var sum = Number.zero
        let cells = try periods.map { period -> [String: Any] in
            guard let earned = row.earned[period] else { return ["isEmpty": true] }
            try sum += earned
            var cell = Pages.amount(earned, row.currency)
            cell["address"] = Address.statement(row.payee, period)
            return cell
        }
        return [
            "payee": row.payee.text, "name": names[row.payee] ?? row.payee.text,
            "hasName": names[row.payee] != nil, "address": Address.payee(row.payee), "cells": cells,
            "sum": Pages.amount(sum, row.currency), "due": Pages.amount(row.due, row.currency),
            "currency": row.currency.code,
        ]
    }

    /// A row for each currency, over all that was found, not only the page.
    private func totals(_ rows: [Overview.Row], _ periods: [Period]) throws -> [[String: Any]] {
        try Set(rows.map(\.currency)).sorted().map { currency in
            var sums = Overview.Row(payee: PayeeID(""), currency: currency)
            var all = Number.zero
            for row in rows where row.currency == currency {
                try sums.due += row.due
                for period in periods {
                    guard let earned = row.earned[period] else { continue }
                    try sums.earned[period, default: .zero] += earned
                    try all += earned
                }
            }
            return [
                "currency": currency.code, "sum": Pages.amount(all, currency), "due": Pages.amount(sums.due, currency),
                "cells": periods.map { Pages.amount(sums.earned[$0] ?? .zero, currency) },
            ]
        }
    }

    /// All periods of one payee with the running balance.
    func payee(_ payee: PayeeID, _ statements: [Statement], _ frame: Frame) throws -> String {
        let rows = statements.reversed().flatMap { statement in
            statement.balances.map { balance -> [String: Any] in
                [
                    "title": Pages.title(statement.period), "address": Address.statement(payee, statement.period),
                    "currency": balance.currency.code, "opening": Pages.amount(balance.opening, balance.currency),
                    "earned": Pages.amount(balance.earned, balance.currency),
                    "transfers": Pages.amount(Pages.sum(balance.transfers), balance.currency),
                    "closing": Pages.amount(balance.closing, balance.currency),
                ]
            }
        }
        return render(
            "payee", frame,
            [
                "payee": payee.text, "name": frame.names[payee] ?? payee.text, "hasName": frame.names[payee] != nil,
                "rows": rows, "chart": try Chart(statements).content,
            ])
    }

    private static func sum(_ transfers: [Statement.Transfer]) -> Number {
        transfers.reduce(.zero) { sum, transfer in (try? sum + transfer.amount) ?? sum }
    }
}
