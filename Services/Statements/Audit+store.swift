import Domain
import Foundation
import GRDB
import Streams

/// The second half: what the store shows must follow from what the log holds, to the last unit.
extension Audit {
    /// Call when all records before the store's position were taken.
    mutating func compare(with database: Database) throws {
        try compareHeads(database)
        for (id, payee) in payees.sorted(by: { $0.key < $1.key }) where !payee.isBroken {
            try compare(id, payee, database)
        }
    }

    /// The hash of a record as the store took it. `nil` when the store does not have it: it refused it, or has not
    /// come so far.
    static func storedHash(_ offset: Int64, _ database: Database) throws -> [UInt8]? {
        let statement = try database.cachedStatement(sql: "SELECT hash FROM document WHERE record_offset = ?")
        return try Data.fetchOne(statement, arguments: [offset]).map { Array($0) }
    }

    private mutating func compareHeads(_ database: Database) throws {
        for row in try Row.fetchAll(database, sql: "SELECT name, sequence FROM payee ORDER BY name") {
            let id = PayeeID(row["name"])
            let (stored, last): (Int64, Int64) = (row["sequence"], payees[id]?.head.sequence ?? 0)
            guard stored > last, payees[id]?.isBroken != true else { continue }
            find(
                id,
                "the ledger ends at document \(last), the store has seen \(stored): documents were removed")
        }
    }

    private mutating func compare(_ id: PayeeID, _ payee: Payee, _ database: Database) throws {
        guard let stored = try LedgerStore.payee(id, database) else {
            if payee.head.sequence > 0 { find(id, "the store does not know this payee") }
            return
        }
        let balances = try LedgerStore.balances(of: stored, database)
        compareBalances(id, payee, balances)
        for period in try LedgerStore.periods(of: stored, database) {
            let statement = try LedgerStore.statement(of: stored, period, balances: balances, database)
            if let broken = try statement.contradiction() { find(id, period, broken) }
            compareLines(statement, payee)
        }
    }

    private mutating func compareBalances(_ id: PayeeID, _ payee: Payee, _ balances: [PeriodBalance]) {
        var stored: [BalanceKey: Number] = [:]
        for balance in balances {
            let key = BalanceKey(
                payee: payee.id, period: balance.period, account: balance.account, currency: balance.currency)
            stored[key] = balance.amount
        }
        let keys = (recomputed[payee.id] ?? []).union(stored.keys).sorted { $0.order < $1.order }
        for key in keys {
            let (has, should) = (stored[key] ?? .zero, amounts.balances[key] ?? .zero)
            guard has != should else { continue }
            find(
                id, key.period,
                "\(key.account.rawValue) is \(has) \(key.currency) in the store, \(should) by the ledger")
        }
    }

    private mutating func compareLines(_ statement: Statement, _ payee: Payee) {
        for component in statement.components {
            for line in component.lines {
                let key = LineKey(
                    payee: payee.id, period: statement.period, component: component.name, credit: line.credit.key,
                    currency: component.currency, earned: line.earned)
                let should = amounts.lines[key] ?? LedgerChanges.LineChange()
                guard line.amount != should.amount || line.released != should.released else { continue }
                find(
                    statement.payee, statement.period,
                    "\(component.name) for \(line.credit.key) is \(line.amount) (\(line.released) due) in the store, "
                        + "\(should.amount) (\(should.released) due) by the ledger")
            }
        }
    }
}

extension BalanceKey {
    fileprivate var order: String { "\(period.start)\(period)\(account.rawValue)\(currency)" }
}
