import Domain
import GRDB
import Records

/// What was posted in an open period for one that is closed.
struct Correction: Hashable, Sendable {
    let payee: PayeeID
    let posted: Period
    let component: String
    let line: Statement.Line

    static func all(of statement: Statement) -> [Correction] {
        statement.components.filter { $0.section == .corrections }.flatMap { component in
            component.lines.map {
                Correction(payee: statement.payee, posted: statement.period, component: component.name, line: $0)
            }
        }
    }

    /// Of all payees, the latest period first, then by payee. Only the statements that hold any are read.
    static func read(_ shelf: Shelf) async throws -> [Correction] {
        let parts = try await shelf.read(.ledger) { database, _ in
            let sql = """
                SELECT DISTINCT payee.id, name, period FROM folio JOIN payee ON payee.id = folio.payee
                WHERE corrects = 1
                """
            return try Row.fetchAll(database, sql: sql).flatMap { row in
                let payee = StoredPayee(id: row["id"], payee: PayeeID(row["name"]))
                let period = try LedgerStore.period(row["period"])
                return all(of: try LedgerStore.statement(of: payee, period, balances: [], database))
            }
        }
        return parts.flatMap { $0 }.sorted { $0.posted == $1.posted ? $0.payee < $1.payee : $1.posted < $0.posted }
    }
}
