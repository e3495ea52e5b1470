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

    struct Row: Sendable {
        let payee: PayeeID
        let currency: Currency
        var earned: [Period: Number] = [:]
        /// The sum of `payable` over all periods.
        var due = Number.zero
    }

    init(rows: [Row]) {
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
        let parts = try await shelf.read(.ledger) { database, _ in try rows(database) }
        return Overview(rows: parts.flatMap { $0 })
    }

    private static func rows(_ database: Database) throws -> [Row] {
        struct Key: Hashable {
            let payee: String
            let currency: Currency
        }
        var rows: [Key: Row] = [:]
        let sql = "SELECT name, period, account, currency, amount FROM balance JOIN payee ON payee.id = balance.payee"
        let cursor = try GRDB.Row.fetchCursor(database, sql: sql)
        while let stored = try cursor.next() {
            let balance = try LedgerStore.balance(stored)
            let key = Key(payee: stored["name"], currency: balance.currency)
            var row = rows[key] ?? Row(payee: PayeeID(key.payee), currency: key.currency)
            // What the company came to owe is the other side of what was earned.
            if balance.account == .expense { row.earned[balance.period] = try -balance.amount }
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
        let progress = try await Freshness.progress(shelf)
        if let kept = kept.withLock({ $0 }), kept.progress == progress { return kept.overview }
        let overview = try await Overview.read(shelf)
        kept.withLock { $0 = (progress, overview) }
        return overview
    }
}
