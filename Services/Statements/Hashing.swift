import Crypto
import Domain
import GRDB
import Records
import Runtime

/// What every test of equality compares: all statements and all balances, each as one hash.
struct Fingerprint: Hashable, Sendable {
    var statements = 0
    /// SHA-256 over the statements' JSON, a line each, by payee (bytes) and period.
    var statementHash = ""
    /// SHA-256 over `payee,period,account,currency,sum` lines in that order.
    var totalsHash = ""

    static func of(_ shelf: Shelf, progress: (Int) -> Void = { _ in }) async throws -> Fingerprint {
        var fingerprint = Fingerprint()
        var statements = SHA256()
        var totals = SHA256()
        for (payee, partition) in try await shelf.allPayees() {
            let part = try await shelf.read(.ledger, partition: partition) { try Part(payee, $0) } ?? Part()
            statements.update(data: Array(part.statements.utf8))
            totals.update(data: Array(part.totals.utf8))
            fingerprint.statements += part.count
            progress(fingerprint.statements)
        }
        fingerprint.statementHash = hexadecimal(statements.finalize())
        fingerprint.totalsHash = hexadecimal(totals.finalize())
        return fingerprint
    }

    /// One payee's share of both texts.
    struct Part: Sendable {
        var count = 0
        var statements = ""
        var totals = ""

        init() {}

        init(_ payee: StoredPayee, _ database: Database) throws {
            for statement in try LedgerStore.statements(of: payee, database) {
                statements += statement.json.description + "\n"
                count += 1
            }
            for balance in try LedgerStore.balances(of: payee, database).sorted(by: Part.precedes) {
                totals += Totals.line(payee.payee, balance)
            }
        }

        private static func precedes(_ left: PeriodBalance, _ right: PeriodBalance) -> Bool {
            if left.period != right.period { return left.period < right.period }
            return (left.account.rawValue, left.currency.code) < (right.account.rawValue, right.currency.code)
        }
    }
}

enum Totals {
    static func line(_ payee: PayeeID, _ balance: PeriodBalance) -> String {
        CSVText.written(.text(payee.text)) + ",\(balance.period),\(balance.account.rawValue),\(balance.currency),"
            + balance.amount.plain(balance.currency) + "\n"
    }
}

extension Shelf {
    /// Every payee with the partition that holds it, by the bytes of its ID.
    func allPayees() async throws -> [(StoredPayee, Int32)] {
        let all = try await read(.ledger) { database, partition in
            try LedgerStore.payees(database).map { ($0, partition) }
        }
        return all.flatMap { $0 }.sorted { $0.0.payee < $1.0.payee }
    }
}
