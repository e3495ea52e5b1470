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
            "periods": periods.map { period -> [String: Any] in
                ["title": Pages.columnTitle(period), "status": overview.status(of: period)]
            },
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

    /// All periods of one payee with the running balance, and what was paid out and corrected.
    func payee(_ payee: PayeeID, _ shown: [ShownStatement], _ frame: Frame) throws -> String {
        let rows = try shown.reversed().flatMap { shown in
            try shown.statement.balances.map { try Pages.row($0, shown) }
        }
        let payouts = shown.reversed().flatMap { shown in
            shown.statement.payouts.map { Pages.content($0, shown) }
        }
        let corrections = shown.map(\.statement).flatMap(Correction.all)
        var content = Pages.content(corrections, frame.names, isOfAll: false)
        content.merge([
            "payee": payee.text, "name": frame.names[payee] ?? payee.text, "hasName": frame.names[payee] != nil,
            "rows": rows, "chart": try Chart(shown.map(\.statement)).content, "payouts": payouts,
            "hasPayouts": !payouts.isEmpty,
        ]) { $1 }
        return render("payee", frame, content)
    }

    private static func row(_ balance: Statement.Balance, _ shown: ShownStatement) throws -> [String: Any] {
        var other = Number.zero
        for movement in balance.movements where movement.kind != .earned && movement.kind != .settled {
            try other += movement.amount
        }
        let period = shown.statement.period
        return [
            "title": title(period), "address": Address.statement(shown.statement.payee, period),
            "currency": balance.currency.code, "opening": amount(balance.opening, balance.currency),
            "earned": amount(balance.earned, balance.currency), "other": amount(other, balance.currency),
            "settled": amount(balance.amount(.settled), balance.currency),
            "closing": amount(balance.closing, balance.currency),
        ].merging(content(shown.standing)) { $1 }
    }

    private static func content(_ payout: Payout, _ shown: ShownStatement) -> [String: Any] {
        [
            "title": title(payout.period), "address": Address.statement(shown.statement.payee, payout.period),
            "amount": amount(payout.amount.amount, payout.amount.currency), "currency": payout.amount.currency.code,
            "channel": Wording.title(payout.channel),
            "settled": amount(payout.settled.amount, payout.settled.currency),
            "settledCurrency": payout.settled.currency.code, "rate": payout.exchangeRate?.description ?? "–",
            "document": "\(shown.statement.payee)/\(payout.document)",
        ].merging(content(shown.standing)) { $1 }
    }

    /// Of all payees, a page at a time.
    func corrections(_ corrections: [Correction], page wanted: Int, _ frame: Frame) -> String {
        let (count, paging) = (corrections.count, Pages.paging(of: corrections.count, wanted, "/corrections"))
        var content = Pages.content(Array(corrections[paging.shown]), frame.names, isOfAll: true)
        content.merge(paging.content) { $1 }
        content["count"] = "\(ProgressBar.grouped(Int64(count))) \(count == 1 ? "correction" : "corrections")"
        return render("correctionList", frame, content)
    }

    /// Which of so many are on a page, and the way to the others.
    static func paging(of count: Int, _ wanted: Int, _ address: String) -> (shown: Range<Int>, content: [String: Any]) {
        let last = max(1, (count + IndexQuery.pageSize - 1) / IndexQuery.pageSize)
        let page = min(wanted, last)
        var content: [String: Any] = ["page": String(page), "pages": String(last), "isPaged": last > 1]
        if page > 1 { content["before"] = "\(address)?page=\(page - 1)" }
        if page < last { content["after"] = "\(address)?page=\(page + 1)" }
        return ((page - 1) * IndexQuery.pageSize..<min(count, page * IndexQuery.pageSize), content)
    }

    private static func content(_ corrections: [Correction], _ names: Names, isOfAll: Bool) -> [String: Any] {
        let rows = corrections.map { correction -> [String: Any] in
            [
                "name": names[correction.payee] ?? correction.payee.text,
                "payeeAddress": Address.payee(correction.payee), "earned": title(correction.line.earned),
                "earnedAddress": Address.statement(correction.payee, correction.line.earned),
                "posted": title(correction.posted), "address": Address.statement(correction.payee, correction.posted),
                "deal": correction.line.dealText, "component": Wording.title(component: correction.component),
                "amount": amount(correction.line.amount, correction.line.credit.amount.currency),
                "currency": correction.line.credit.amount.currency.code,
                "document": correction.line.corrects.map { "\(correction.payee)/\($0)" } ?? "–",
            ]
        }
        return ["corrections": rows, "hasCorrections": !rows.isEmpty, "isOfAll": isOfAll]
    }
}
