import Domain
import GRDB
import Records

extension Shelf {
    /// Everybody's statement of one period, by payee.
    func statements(in period: Period) async throws -> [ShownStatement] {
        let closes = try await Closes.read(self)
        let parts = try await read(.ledger) { database, _ in
            try Shelf.payees(in: period, database).compactMap {
                try LedgerStore.shown(of: $0, period, closes, database)
            }
        }
        return parts.flatMap { $0 }.sorted { $0.statement.payee < $1.statement.payee }
    }

    /// How far everybody's statement of one period has come, without a look at its lines.
    func standings(in period: Period) async throws -> [PayeeID: Standing] {
        let closes = try await Closes.read(self)
        let parts = try await read(.ledger) { database, _ in
            try Shelf.payees(in: period, database).map { payee in
                (payee.payee, try LedgerStore.standing(of: payee, period, closes, database))
            }
        }
        return Dictionary(uniqueKeysWithValues: parts.flatMap { $0 })
    }

    /// What moved on everybody's accounts in one period, by payee.
    func balances(in period: Period) async throws -> [(payee: PayeeID, balance: PeriodBalance)] {
        let sql =
            "SELECT name, period, account, currency, amount FROM balance JOIN payee ON id = payee WHERE period = ?"
        let parts = try await read(.ledger) { database, _ in
            try Row.fetchAll(database, sql: sql, arguments: [period.label]).map { row in
                (payee: PayeeID(row["name"]), balance: try LedgerStore.balance(row))
            }
        }
        return parts.flatMap { $0 }
    }

    /// To whom anything was posted in a period.
    private static func payees(in period: Period, _ database: Database) throws -> [StoredPayee] {
        let sql = """
            SELECT id, name FROM payee
            WHERE EXISTS (SELECT 1 FROM folio WHERE folio.payee = payee.id AND period = ?)
            """
        return try Row.fetchAll(database, sql: sql, arguments: [period.label]).map { row in
            StoredPayee(id: row["id"], payee: PayeeID(row["name"]))
        }
    }
}
