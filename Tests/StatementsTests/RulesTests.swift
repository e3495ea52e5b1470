import Domain
import Foundation
import LedgerSupport
import Records
import Streams
import Testing

@testable import statements

@Suite("What a document must keep")
struct RulesTests {
    /// A good document, then one that a change broke, then a good one behind it.
    private func quarantined(_ change: (inout WireLedgerDocument) -> Void) async throws -> (
        reasons: [String], hash: Fingerprint
    ) {
        let ledger = try Ledger(partitions: 1)
        var ada = DocumentChain("ada", currency: usd, in: ledger.application)
        try ledger.append(try ada.post(sale("D-1", "2026-03-01", 100), steps: [try .init(100, at: Rate("6%"))]))
        try ledger.append(
            try ada.post(sale("D-2", "2026-03-02", 100), steps: [try .init(100, at: Rate("6%"))], change: change))
        try ledger.append(try ada.post(sale("D-3", "2026-03-03", 100), steps: [try .init(100, at: Rate("6%"))]))
        let hash = try await ledger.built { try await Fingerprint.of($0) }
        return (ledger.quarantined, hash)
    }

    @Test("without a fault nothing goes to quarantine")
    func good() async throws {
        #expect(try await quarantined { _ in }.reasons == [])
    }

    @Test(
        "a broken document goes to quarantine with its reason, and so does what builds on it",
        arguments: [
            (Fault.gap, "document 5 of payee ada follows document 1: those between are missing"),
            (.again, "document 1 of payee ada follows document 1: it was there before"),
            (.chain, "names 00 as the hash of the document before"),
            (.unbalanced, "its postings sum to 1, not to zero"),
            (.unearned, "its earnings sum to 6, its postings to payable and held to 5"),
            (.leaves, "its explanation's parts sum to 7, its total is 6"),
            (.difference, "6 is posted for a change from 1 to 6"),
            (.currency, "the credit is in EUR, the document in USD"),
            (.huge, "more than 1000000000000000000"),
            (.period, "ledger.period: '2026-13' is not a period"),
            (.payee, "the record's key is not payee eve"),
        ])
    func broken(_ fault: Fault, _ reason: String) async throws {
        let (reasons, hash) = try await quarantined(fault.apply)
        #expect(reasons.count == 2)
        #expect(reasons.first?.contains(reason) == true, "\(reasons.first ?? "nothing")")
        // What stands is exactly what stood before.
        let first = try Ledger(partitions: 1)
        var ada = DocumentChain("ada", currency: usd, in: first.application)
        try first.append(try ada.post(sale("D-1", "2026-03-01", 100), steps: [try .init(100, at: Rate("6%"))]))
        #expect(try await first.built { try await Fingerprint.of($0) } == hash)
    }

    enum Fault: CaseIterable {
        case gap, again, chain, unbalanced, unearned, leaves, difference, currency, huge, period, payee

        func apply(_ document: inout WireLedgerDocument) {
            switch self {
            case .gap: document.sequence = 5
            case .again: document.sequence = 1
            case .chain: document.previousHash = .init([0])
            case .unbalanced: document.postings[0].amount = "-5"
            case .unearned:
                document.postings[0].amount = "-5"
                document.postings[1].amount = "5"
            case .leaves: document.earnings[0].explanation.rounding = "1"
            case .difference: document.earnings[0].explanation.before = "1"
            case .currency: document.earnings[0].credit.currency = "EUR"
            case .huge:
                document.postings[0].amount = "-1000000000000000001"
                document.postings[1].amount = "1000000000000000001"
            case .period: document.period = "2026-13"
            case .payee: document.payee = "eve"
            }
        }
    }

    @Test("a document in another partition than its payee's goes to quarantine")
    func otherPartition() async throws {
        let ledger = try Ledger(partitions: 2)
        var ada = DocumentChain("ada", currency: usd, in: ledger.application)
        let (record, place) = try ada.post(sale("D-1", "2026-01-05", 1_000), steps: [.init(1_000, at: Rate("6%"))])
        try ledger.append((record, TopicPartition(place.topic, 1 - place.partition)))
        _ = try await ledger.built { _ in }
        #expect(ledger.quarantined.count == 1)
        #expect(ledger.quarantined.first?.contains("payee ada belongs to another partition") == true)
    }

    @Test("bytes that are no document, and no bytes, go to quarantine")
    func garbage() async throws {
        let ledger = try Ledger(partitions: 1)
        let destination = TopicPartition(ledger.application.topic(.ledger), 0)
        try ledger.append((Record(key: [1], value: [255, 255, 255], timestamp: 0), destination))
        try ledger.append((Record(key: [1], value: nil, timestamp: 0), destination))
        #expect(try await ledger.built { try await Fingerprint.of($0).statements } == 0)
        #expect(ledger.quarantined.count == 2)
    }
}
