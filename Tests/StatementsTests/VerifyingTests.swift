import Domain
import Foundation
import GRDB
import LedgerSupport
import Records
import Streams
import Testing

@testable import statements

@Suite("Tampering is found")
struct VerifyingTests {
    /// Ten documents of one payee and three of another, in one partition.
    private static func documents() throws -> [(Streams.Record, TopicPartition)] {
        let application = Application(name: "test", partitions: 1).unsafelyKnown
        var ada = DocumentChain("ada", currency: usd, in: application)
        var grace = DocumentChain("grace", currency: usd, in: application)
        var records: [(Streams.Record, TopicPartition)] = []
        for number in 0..<10 {
            let amount = Number(100 * (number + 1))
            records.append(
                try ada.post(sale("D-\(number)", "2026-03-01", amount), steps: [try .init(amount, at: Rate("6%"))]))
            guard number < 3 else { continue }
            records.append(
                try grace.post(sale("E-\(number)", "2026-04-01", amount), steps: [try .init(amount, at: Rate("6%"))]))
        }
        return records
    }

    private func ledger(_ records: [(Streams.Record, TopicPartition)]) throws -> Ledger {
        let ledger = try Ledger(partitions: 1)
        for record in records { try ledger.append(record) }
        return ledger
    }

    private func verify(
        _ ledger: Ledger, anchors: [PayeeID: Head] = [:]
    ) async throws -> Verifying.Report {
        try await ledger.built { shelf in
            try await Verifying(log: ledger.log, shelf: shelf, anchors: anchors).run()
        }
    }

    @Test("a whole ledger passes, with or without a store, and identical repetitions are passed over")
    func whole() async throws {
        let records = try Self.documents()
        let report = try await verify(try ledger(records))
        #expect(report.findings == [])
        #expect((report.documents, report.payees, report.duplicates) == (13, 2, 0))
        // Its events are nowhere.
        #expect(report.text.contains("not checked partitions 0"))
        #expect(report.text.contains("whole, as far as it could be checked"))
        let repeated = try ledger(records + records)
        let bare = try await Verifying(
            log: repeated.log, shelf: Shelf(folder: "/nonexistent", application: repeated.application), anchors: [:]
        ).run()
        #expect(bare.findings == [])
        #expect(bare.duplicates == 13)
        #expect(bare.anchor.hash == report.anchor.hash)
    }

    @Test("an altered document is named, or the one behind it that no longer fits", arguments: 0..<13)
    func edited(_ index: Int) async throws {
        var records = try Self.documents()
        let anchors = try await verify(try ledger(records)).heads
        var document = try WireLedgerDocument(decoding: records[index].0.value)
        document.occurred += 1
        records[index].0.value = try document.encoded()
        let report = try await verify(try ledger(records), anchors: anchors)
        let payee = document.payee
        #expect(report.findings.count == 1)
        #expect(report.findings.first?.message.contains("of payee \(payee)") == true)
    }

    @Test("a document taken out is found", arguments: 0..<13)
    func deleted(_ index: Int) async throws {
        var records = try Self.documents()
        let anchors = try await verify(try ledger(records)).heads
        records.remove(at: index)
        let report = try await verify(try ledger(records), anchors: anchors)
        #expect(report.findings.count == 1, "\(report.findings)")
    }

    @Test("a document put in is found")
    func inserted() async throws {
        var records = try Self.documents()
        var forged = try WireLedgerDocument(decoding: records[2].0.value)
        forged.sequence = 3
        records.insert(
            (Streams.Record(key: records[2].0.key, value: try forged.encoded(), timestamp: 0), records[2].1), at: 4)
        let report = try await verify(try ledger(records))
        #expect(report.findings.first?.message.contains("one of the two was altered") == true)
    }

    @Test("two documents of a payee that changed places are found")
    func reordered() async throws {
        var records = try Self.documents()
        records.swapAt(0, 2)
        #expect(try await verify(try ledger(records)).findings.first?.message.contains("are missing") == true)
    }

    @Test("a ledger that was cut off after it was read is found by the store, and by an anchor without one")
    func truncated() async throws {
        let records = try Self.documents()
        let whole = try ledger(records)
        let anchors = try await verify(whole).heads
        let cut = try ledger(Array(records.dropLast(4)))
        let report = try await whole.built { shelf in
            try await Verifying(log: cut.log, shelf: shelf, anchors: [:]).run()
        }
        #expect(report.findings.contains { $0.message.contains("records were removed") })
        #expect(report.findings.contains { $0.message.contains("the store has seen 10") })
        let anchored = try await verify(cut, anchors: anchors)
        #expect(
            anchored.findings.map(\.message) == [
                "the ledger ends at document 6, the anchor knows 10: documents were removed"
            ])
    }

    @Test("a ledger that was written anew, chain and all, is found by an anchor")
    func rewritten() async throws {
        let anchors = try await verify(try ledger(try Self.documents())).heads
        let forged = try Ledger(partitions: 1)
        var ada = DocumentChain("ada", currency: usd, in: forged.application)
        for number in 0..<12 {
            try forged.append(try ada.post(sale("D-\(number)", "2026-03-01", 1), steps: [try .init(1, at: Rate("6%"))]))
        }
        let messages = try await verify(forged, anchors: anchors).findings.map(\.message)
        #expect(messages.count == 2)
        #expect(messages.first?.contains("is not the one of the anchor") == true)
        #expect(messages.last == "the ledger ends at document 0, the anchor knows 3: documents were removed")
    }

    @Test(
        "a figure that was altered in the store is found",
        arguments: [
            "UPDATE balance SET amount = '1' WHERE account = 'payable'",
            "UPDATE folio SET documents = CAST(replace(documents, 'D-3', 'D-4') AS BLOB)",
            "UPDATE folio SET period = '2026-02' WHERE payee = 1",
            "UPDATE folio SET corrects = 1",
            "DELETE FROM folio WHERE payee = 2",
            "DELETE FROM balance WHERE account = 'expense'",
        ])
    func store(_ sql: String) async throws {
        let ledger = try ledger(try Self.documents())
        let report = try await ledger.built { shelf in
            try await StateFile.write(shelf.path(.ledger, 0), label: "test").write { try $0.execute(sql: sql) }
            return try await Verifying(log: ledger.log, shelf: shelf, anchors: [:]).run()
        }
        #expect(!report.findings.isEmpty)
    }

    @Test("an anchor reads back what it wrote, whatever the payee is called")
    func anchor() throws {
        let heads = ["plain", "=formula", "with, comma", "q\"uote", "'apostrophe", "line"].map { name in
            (PayeeID(name), Head(sequence: 3, hash: digest(name.utf8)))
        }
        let anchor = Anchor(heads: Dictionary(uniqueKeysWithValues: heads))
        let path = "\(NSTemporaryDirectory())/anchor-\(UInt64.random(in: 0...UInt64.max)).csv"
        try anchor.text.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try Anchor(path: path).heads == anchor.heads)
    }
}
