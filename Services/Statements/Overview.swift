import Domain
import GRDB
import Records
import Streams
import Synchronization

/// What everyone earned in every period, and what is due: the index page and `list`.
struct Overview: Sendable {
    /// By payee, then currency.
    let rows: [Row]
    /// All periods there are, in order.
    let periods: [Period]
    /// Of every period that is closed for anybody, how many payees have come how far.
    let closings: [Period: Closing]

    struct Closing: Hashable, Sendable {
        var closed = 0
        var approved = 0
    }

    struct Row: Sendable {
        let payee: PayeeID
        let currency: Currency
        /// What the company came to owe: earnings, and adjustments, guarantees and write-offs. Of every period in which
        /// anything moved, be it a release or a payout alone.
        var earned: [Period: Number] = [:]
        /// The sum of `payable` over all periods.
        var due = Number.zero
    }

    init(rows: [Row], closings: [Period: Closing] = [:]) {
        self.closings = closings
        self.rows = rows.sorted { $0.payee == $1.payee ? $0.currency < $1.currency : $0.payee < $1.payee }
        periods = Set(rows.flatMap(\.earned.keys)).sorted()
    }

    /// Those whose ID or name contains the text, whatever its case.
    func searched(_ text: String, _ names: Names) -> [Row] {
        let wanted = text.lowercased()
        guard !wanted.isEmpty else { return rows }
        return rows.filter { row in
            row.payee.text.lowercased().contains(wanted) || names[row.payee]?.lowercased().contains(wanted) == true
        }
    }

    static func read(_ shelf: Shelf) async throws -> Overview {
        let closes = try await Closes.read(shelf)
        let parts = try await shelf.read(.ledger) { database, _ in
            (rows: try Overview.rows(database), marks: try Overview.marks(database))
        }
        let rows: [Row] = parts.flatMap { $0.rows }
        let marks: Set<Mark> = Set(parts.flatMap { $0.marks })
        var closings: [Period: Closing] = [:]
        // Of those who earned something: `status` says how many of them there are.
        for mark in Set(rows.flatMap { row in row.earned.keys.map { Mark(payee: row.payee, period: $0) } }) {
            let isApproved = marks.contains(Mark(payee: mark.payee, period: mark.period, isApproval: true))
            let isClosed = marks.contains(mark) || closes.closer(of: mark.payee, mark.period) != nil
            if isApproved { closings[mark.period, default: Closing()].approved += 1 }
            if isClosed { closings[mark.period, default: Closing()].closed += 1 }
        }
        return Overview(rows: rows, closings: closings)
    }

    /// That a period is settled, or approved.
    private struct Mark: Hashable, Sendable {
        let payee: PayeeID
        let period: Period
        var isApproval = false
    }

    private static func marks(_ database: Database) throws -> [Mark] {
        let sql = """
            SELECT DISTINCT name, period, kind FROM entry JOIN payee ON payee.id = entry.payee
            WHERE kind IN ('settlement', 'approval')
            """
        return try GRDB.Row.fetchAll(database, sql: sql).map { row in
            Mark(
                payee: PayeeID(row["name"]), period: try LedgerStore.period(row["period"]),
                isApproval: row["kind"] == "approval")
        }
    }

    /// `approved`, `closed`, `3/12 closed`; empty while the period is open.
    func status(of period: Period) -> String {
        guard let closing = closings[period], closing.closed + closing.approved > 0 else { return "" }
        let payees = Set(rows.filter { $0.earned[period] != nil }.map(\.payee)).count
        if closing.approved >= payees { return "approved" }
        if closing.approved > 0 { return "\(closing.approved)/\(payees) approved" }
        return closing.closed >= payees ? "closed" : "\(closing.closed)/\(payees) closed"
    }

    private static func rows(_ database: Database) throws -> [Row] {
        struct Key: Hashable {
            let payee: PayeeID
            let currency: Currency
        }
        var rows: [Key: Row] = [:]
        let sql = "SELECT name, period, account, currency, amount FROM balance JOIN payee ON payee.id = balance.payee"
        let cursor = try GRDB.Row.fetchCursor(database, sql: sql)
        while let stored = try cursor.next() {
            let balance = try LedgerStore.balance(stored)
            let key = Key(payee: PayeeID(stored["name"]), currency: balance.currency)
            var row = rows[key] ?? Row(payee: key.payee, currency: key.currency)
            // What the company came to owe is the other side of what was earned.
            let earned = balance.account == .expense ? try -balance.amount : .zero
            try row.earned[balance.period, default: .zero] += earned
            if balance.account == .payable { try row.due += balance.amount }
            rows[key] = row
        }
        return Array(rows.values)
    }
}

/// The overview of one state of the stores, made once however many ask for it.
final class OverviewCache: Sendable {
    private let shelf: Shelf
    private let kept = Mutex<(progress: [Freshness.Progress], overview: Overview)?>(nil)

    init(shelf: Shelf) { self.shelf = shelf }

    func overview() async throws -> Overview {
        let (progress, overview) = try await shelf.wholly {
            let progress = try await Freshness.progress(shelf, of: .ledger) + Freshness.progress(shelf, of: .commands)
            if let kept = kept.withLock({ $0 }), kept.progress == progress { return kept }
            return (progress, try await Overview.read(shelf))
        }
        kept.withLock { $0 = (progress, overview) }
        return overview
    }
}
