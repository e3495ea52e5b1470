import Domain
import GRDB
import Records

/// Whose books were closed through which day, and by whom, from `commands`. The ledger says so too, but only where
/// something was paid out.
struct Closes: Hashable, Sendable {
    struct Close: Hashable, Sendable {
        let through: CalendarDate
        let by: String
    }

    /// In the order of their days.
    private var closes: [PayeeID: [Close]] = [:]

    /// Under whom a close is kept that names nobody.
    static let everybody = ""

    init(_ closes: [PayeeID: [Close]] = [:]) {
        for (payee, own) in closes { self.closes[payee] = own.sorted { $0.through < $1.through } }
    }

    /// Who closed the period for the payee; `nil` while it is open.
    func closer(of payee: PayeeID, _ period: Period) -> String? {
        let all = (closes[payee] ?? []) + (closes[PayeeID(Closes.everybody)] ?? [])
        return all.filter { $0.through >= period.end }.min { $0.through < $1.through }?.by
    }
}

extension Closes {
    /// Of one payee, or of all.
    static func read(_ shelf: Shelf, of payee: PayeeID? = nil) async throws -> Closes {
        try await shelf.read(.commands, partition: 0) { database in
            let sql = "SELECT payee, through, by FROM closed WHERE ?1 IS NULL OR payee IN (?1, '')"
            var closes: [PayeeID: [Close]] = [:]
            for row in try Row.fetchAll(database, sql: sql, arguments: [payee?.text]) {
                guard let day = CalendarDate(row["through"] as String) else { continue }
                closes[PayeeID(row["payee"]), default: []].append(Close(through: day, by: row["by"]))
            }
            return Closes(closes)
        } ?? Closes()
    }
}
