import Domain
import Foundation
import LedgerSupport
import Records
import Runtime
import TestSupport
import Testing

@testable import statements

@Suite("Stores that are made anew while they are read")
struct ShelfTests {
    private func withStores(_ body: (_ ledger: Ledger, _ folder: String) async throws -> Void) async throws {
        let ledger = try Ledger()
        var chain = DocumentChain(PayeeID("ada"), currency: usd, in: ledger.application)
        try ledger.append(try chain.post(sale("D-1", "2026-03-01", 1_000), steps: [try .init(1_000, at: Rate("6%"))]))
        try await withTemporaryFolder { folder in
            let stores = "\(folder)/stores"
            try ledger.build(in: stores)
            try await body(ledger, stores)
        }
    }

    private func earned(_ shelf: Shelf) async throws -> Int { try await shelf.statements(of: PayeeID("ada")).count }

    private func renew(_ ledger: Ledger, in folder: String) throws {
        // As setting aside does: the file that is open stays, and keeps its inode.
        try FileManager.default.moveItem(atPath: folder, toPath: folder + ".aside")
        try ledger.build(in: folder)
    }

    @Test("a command that has read one before it was made anew is refused, and the next one is not")
    func command() async throws {
        try await withStores { ledger, folder in
            let shelf = Shelf(folder: folder, application: ledger.application)
            #expect(try await earned(shelf) == 1)
            try renew(ledger, in: folder)
            await #expect(throws: Problem.self) { try await earned(shelf) }
            #expect(try await earned(Shelf(folder: folder, application: ledger.application)) == 1)
        }
    }

    @Test("a command that has read one is refused too while it is not there")
    func missing() async throws {
        try await withStores { ledger, folder in
            let shelf = Shelf(folder: folder, application: ledger.application)
            #expect(try await earned(shelf) == 1)
            try FileManager.default.moveItem(atPath: folder, toPath: folder + ".aside")
            await #expect(throws: Problem.self) { try await earned(shelf) }
        }
    }

    @Test("a server refuses what it has read across the change, and reads on from the new one")
    func server() async throws {
        try await withStores { ledger, folder in
            let shelf = Shelf(folder: folder, application: ledger.application, isLasting: true)
            let first = try await earned(shelf)
            #expect(first == 1)
            await #expect(throws: Problem.self) {
                try await shelf.wholly {
                    _ = try await earned(shelf)
                    try renew(ledger, in: folder)
                    _ = try await earned(shelf)
                }
            }
            let again = try await shelf.wholly { try await earned(shelf) }
            #expect(again == 1)
        }
    }

    @Test("a statement is whole once its stores hold what the log held when it was first asked for")
    func whole() async throws {
        try await withStores { ledger, folder in
            let shelf = Shelf(folder: folder, application: ledger.application, isLasting: true)
            let (ada, ends) = (PayeeID("ada"), try Freshness.ends(ledger.log, ledger.application))
            var more = ends
            more[.ledger]?[shelf.partition(of: "ada")]? += 1
            try await shelf.expectWhole(of: ada, ends: ends)
            // From then on it may be behind.
            try await shelf.expectWhole(of: ada, ends: more)
            let behind = Shelf(folder: folder, application: ledger.application, isLasting: true)
            for known in [nil, more, ends] as [[Topic: [Int32: Int64]]?] {
                await #expect(throws: Problem.self) { try await behind.expectWhole(of: ada, ends: known) }
            }
            // Made anew, it is not there yet.
            try FileManager.default.moveItem(atPath: folder, toPath: folder + ".aside")
            let count = try await earned(shelf)
            #expect(count == 0)
            await #expect(throws: Problem.self) { try await shelf.expectWhole(of: ada, ends: ends) }
            try ledger.build(in: folder)
            try await shelf.expectWhole(of: ada, ends: ends)
        }
    }
}
