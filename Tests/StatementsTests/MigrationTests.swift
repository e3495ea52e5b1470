import Domain
import GRDB
import LedgerSupport
import Records
import Streams
import TestSupport
import Testing

@testable import statements

@Suite("Stores of earlier versions")
struct MigrationTests {
    private struct Shown: Hashable, Sendable {
        let statements: [statements.Statement]
        let balances: Set<PeriodBalance>
        let documents: [LedgerDocument]
        let corrected: [String]

        init(_ payee: StoredPayee, _ database: Database) throws {
            statements = try LedgerStore.statements(of: payee, database)
            balances = try Set(LedgerStore.balances(of: payee, database))
            documents = try LedgerStore.documents(of: payee, database)
            corrected = try String.fetchAll(
                database, sql: "SELECT DISTINCT period FROM folio WHERE corrects = 1 ORDER BY period")
        }
    }

    private static let ada = StoredPayee(id: 1, payee: "ada")

    @Test("a store with a row for each document shows the same after it was moved to folios")
    func folios() async throws {
        let ledger = try Ledger(partitions: 1)
        for record in try YearTests.documents(ledger.application) { try ledger.append(record) }
        let built = try await ledger.built { shelf in
            try await shelf.read(.ledger, partition: 0) { try Shown(Self.ada, $0) }
        }
        let expected = try #require(built)
        #expect(expected.corrected == ["2026-03", "2026-04"])
        let store = try DatabaseQueue()
        var migrator = DatabaseMigrator()
        LedgerStore.migrate(&migrator)
        try migrator.migrate(store, upTo: "ledger-2")
        let records = ledger.log.records(TopicPartition(ledger.application.topic(.ledger), 0))
        try await store.write { database in
            try Self.fill(database, records)
            for balance in expected.balances {
                try database.execute(
                    sql: "INSERT INTO balance VALUES (1, ?, ?, ?, ?)",
                    arguments: [
                        balance.period.label, balance.account.rawValue, balance.currency.code,
                        balance.amount.description,
                    ])
            }
        }
        try migrator.migrate(store)
        #expect(try await store.read { try Shown(Self.ada, $0) } == expected)
    }

    /// As the second version wrote them.
    private static func fill(_ database: Database, _ records: [ConsumedRecord]) throws {
        try database.execute(
            sql: "INSERT INTO payee (id, name, sequence, hash) VALUES (1, 'ada', ?, zeroblob(32))",
            arguments: [records.count])
        for record in records {
            let value = record.record.value ?? []
            let document = try LedgerDocument(decoding: value)
            let row = (document.sequence, document.period.label)
            let insert = try database.makeStatement(sql: "INSERT INTO document VALUES (?, 1, ?, ?, ?, ?)")
            try insert.run(
                .integer(record.offset), .integer(row.0), .text(row.1), .bytes(digest(value)), .bytes(value))
            guard document.kind != .earning else { continue }
            try database.execute(
                sql: "INSERT INTO entry VALUES (1, ?, ?, ?, ?, ?)",
                arguments: [row.1, document.kind.rawValue, document.currency.code, row.0, record.offset])
        }
    }
}
