import Domain
import Foundation
import GRDB
import Records

/// The payees of one partition on disk: loaded when something happens to them, written once a batch.
final class PayeeStore {
    private let database: Database

    init(database: Database) { self.database = database }

    static func migrate(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("payees-1") { database in
            try database.execute(
                sql: """
                    CREATE TABLE payee (
                        id TEXT PRIMARY KEY,
                        sequence INTEGER NOT NULL,
                        head BLOB NOT NULL,
                        terms BLOB NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE credit (
                        payee TEXT NOT NULL REFERENCES payee,
                        deal TEXT NOT NULL,
                        line TEXT NOT NULL,
                        role TEXT NOT NULL,
                        state BLOB NOT NULL,
                        PRIMARY KEY (payee, deal, line, role)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
    }

    func load(_ id: PayeeID) throws -> (state: PayeeState, terms: WireContractsChanged) {
        var state = PayeeState(id: id)
        let payee = try database.cachedStatement(sql: "SELECT sequence, head, terms FROM payee WHERE id = ?")
        guard let row = try Row.fetchOne(payee, arguments: [id.text]) else { return (state, WireContractsChanged()) }
        let (head, bytes): (Data, Data) = (row["head"], row["terms"])
        state.sequence = row["sequence"]
        state.head = Array(head)
        let terms = try WireContractsChanged(decoding: Array(bytes))
        let credits = try database.cachedStatement(sql: "SELECT state FROM credit WHERE payee = ?")
        let held = try Data.fetchAll(credits, arguments: [id.text]).map { bytes in
            let wire = try WireCreditState(decoding: Array(bytes))
            return (credit: try wire.credit.domain(), posted: try wire.posted.map { try $0.domain() })
        }
        let agreements = terms.evaluation == 0 ? [] : try Agreement.all(in: terms, of: id)
        try state.restore(agreements, held)
        return (state, terms)
    }

    func save(_ state: PayeeState, terms: WireContractsChanged, changed keys: Set<CreditKey>) throws {
        let payee = try database.cachedStatement(
            sql: """
                INSERT INTO payee (id, sequence, head, terms) VALUES (?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE
                SET sequence = excluded.sequence, head = excluded.head, terms = excluded.terms
                """)
        try payee.execute(arguments: [state.id.text, state.sequence, Data(state.head), Data(try terms.encoded())])
        for key in keys {
            let place: [any DatabaseValueConvertible] = [state.id.text, key.deal.text, key.line.text, key.role.text]
            guard let held = state.held(key) else {
                let gone = try database.cachedStatement(
                    sql: "DELETE FROM credit WHERE payee = ? AND deal = ? AND line = ? AND role = ?")
                try gone.execute(arguments: StatementArguments(place))
                continue
            }
            let credit = try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO credit (payee, deal, line, role, state) VALUES (?, ?, ?, ?, ?)")
            try credit.execute(arguments: StatementArguments(place + [Data(try WireCreditState(held).encoded())]))
        }
    }
}

extension WireCreditState {
    fileprivate init(_ held: PayeeState.Held) {
        self.init()
        credit = WireCredit(held.credit)
        posted = held.posted.map { line in
            var wire = Posted()
            wire.component = line.component
            wire.plan = line.plan
            wire.planVersion = line.planVersion
            wire.period = line.period.label
            wire.currency = line.amount.currency.code
            wire.amount = line.amount.amount.description
            wire.shown = line.shown
            return wire
        }
    }
}

extension WireCreditState.Posted {
    fileprivate func domain() throws -> PayeeState.Posted {
        guard let period = Period(period), let currency = Currency(currency) else {
            throw WireError("a posted line of the store has period '\(period)' and currency '\(currency)'")
        }
        return PayeeState.Posted(
            component: component, plan: plan, planVersion: planVersion, period: period,
            amount: Money(try Number(amount), currency), shown: shown)
    }
}
