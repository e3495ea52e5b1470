import Domain
import GRDB
import Records
import Streams
import Testing

@testable import calculator

@Suite("Stores of earlier versions")
struct MigrationTests {
    @Test("a store with a row for each name goes on as the payees it holds would have gone on")
    func numbered() throws {
        let books = try Books()
        try books.tell("ada", Told.terms([("2026-01-01", "", Told.tiered)], quotas: [("2026", "1000")]))
        try books.tell("bob", Told.terms([("2026-01-01", "", Told.flat)]))
        for (payee, credit) in [
            ("ada", "D1 2026-01-05 600"), ("bob", "D1 2026-01-05 50"), ("ada", "D3 2026-03-05 600"),
        ] {
            try books.tell(payee, Told.credit(credit))
        }
        try books.tell("ada", Told.closed("2026-01-31"))
        try books.save()
        let old = try DatabaseQueue()
        var migrator = DatabaseMigrator()
        PayeeStore.migrate(&migrator)
        try migrator.migrate(old, upTo: "payees-3")
        let rows = try books.store.read(Rows.init)
        try old.write(rows.fill)
        let moved = try Books(store: old, goingOnFrom: books)
        for (payee, event) in [
            ("ada", Told.credit("D2 2026-02-05 600")), ("ada", Told.withdrawn("D1")), ("bob", Told.withdrawn("D1")),
            ("ada", Told.closed("2026-03-31")), ("cem", Told.credit("D4 2026-04-05 1")),
        ] {
            #expect(try moved.tell(payee, event) == (try books.tell(payee, event)))
        }
    }

    /// What a store holds, to be written as the third version wrote it.
    private struct Rows {
        let payees: [Row]
        let terms: [Row]
        let credits: [(payee: String, state: [UInt8])]

        init(_ database: Database) throws {
            payees = try Row.fetchAll(database, sql: "SELECT name, sequence, head, books FROM payee")
            terms = try Row.fetchAll(
                database, sql: "SELECT name, terms FROM terms JOIN payee ON payee.id = terms.payee")
            var credits: [(payee: String, state: [UInt8])] = []
            try database.makeStatement(sql: "SELECT name, state FROM credit JOIN payee ON payee.id = credit.payee")
                .each { credits.append(($0.text(0), $0.bytes(1))) }
            self.credits = credits
        }

        func fill(_ database: Database) throws {
            for row in payees {
                try database.execute(
                    sql: "INSERT INTO payee (id, sequence, head, books) VALUES (?, ?, ?, ?)",
                    arguments: StatementArguments(row.databaseValues))
            }
            for row in terms {
                try database.execute(
                    sql: "INSERT INTO terms VALUES (?, ?)", arguments: StatementArguments(row.databaseValues))
            }
            let insert = try database.makeStatement(sql: "INSERT INTO credit VALUES (?, ?, ?, ?, ?)")
            for (payee, state) in credits {
                let key = try WireCreditState(decoding: state).credit.domain().key
                try insert.run(
                    .text(payee), .text(key.deal.text), .text(key.line.text), .text(key.role.text), .bytes(state))
            }
        }
    }
}
