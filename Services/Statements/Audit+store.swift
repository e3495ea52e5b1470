import Domain
import GRDB
import Streams

/// The second half: what the store shows must follow from what the log holds, to the last unit.
extension Audit {
    /// Call when all records before the store's position were taken.
    mutating func compare(with database: Database) throws {
        try compareHeads(database)
        let lines = Dictionary(grouping: amounts.lines.keys, by: \.payee)
        for (id, payee) in payees.sorted(by: { $0.key < $1.key }) where !payee.isBroken {
            try compare(id, payee, lines[payee.id] ?? [], database)
        }
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

    private mutating func compare(_ id: PayeeID, _ payee: Payee, _ lines: [LineKey], _ database: Database) throws {
        guard let stored = try LedgerStore.payee(id, database) else {
            if payee.head.sequence > 0 { find(id, "the store does not know this payee") }
            return
        }
        let balances = try LedgerStore.balances(of: stored, database)
        compareBalances(id, payee, balances)
        try compareRows(id, payee, of: stored, database)
        try compareStatements(id, payee, lines, balances, of: stored, database)
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
}

extension BalanceKey {
    fileprivate var order: String { "\(period.start)\(period)\(account.rawValue)\(currency)" }
}
