import Domain
import LedgerSupport
import Records
import Streams
import SwiftProtobuf
import TestSupport
import Testing

@testable import statements

/// A log in which every document leads back to what a CRM said or somebody did.
@Suite("From a number down to its sources")
struct ExplainingTests {
    /// One partition: a deal that is paid, changed, cancelled; a close, an adjustment.
    private func ledger() throws -> Ledger {
        let ledger = try Ledger(partitions: 1, withEvents: true)
        let month = Period("2026-03").unsafelyKnown
        var ada = DocumentChain("ada", currency: usd, in: ledger.application)
        let bodies = [
            #"{"id":"D-1","stage":"won","amount":"20000"}"#, #"{"id":"D-1","stage":"won","amount":"22000"}"#,
        ]
        for (number, body) in bodies.enumerated() {
            try ledger.append(try ledger.dealEvent("D-1", body, row: number + 2))
        }
        func credit(_ amount: Number, _ offset: Int, _ fulfilment: Fulfilment? = nil) -> Credit {
            .sample(
                "D-1", date: "2026-03-02", amount: amount, currency: usd, account: "Acme",
                source: "test.deal-events/0/\(offset)", fulfilment: fulfilment)
        }
        let paid = Fulfilment(payments: [
            .init(id: "P-1", date: CalendarDate("2026-03-20").unsafelyKnown, amount: 22_000)
        ])
        let rate = try Rate("6%")
        for (credit, share, origin) in [
            (credit(20_000, 0), try Rate("50%"), "test.deal-events/0/0/0"),
            (credit(22_000, 1), try Rate("50%"), "test.deal-events/0/1/0"),
            (credit(22_000, 1, paid), .whole, "test.deal-events/0/1/1"),
        ] {
            try ledger.append(try ledger.payeeEvent("ada", .assigned(credit), origin))
            try ledger.append(
                try ada.post(
                    credit, steps: [try .init(credit.amount.amount, at: rate)], released: share,
                    release: share == .whole ? "paid in full on 2026-03-20" : "50% on payment",
                    change: ledger.caused(at: credit.date)))
        }
        let adjustment = Adjustment(
            id: "A-7", amount: Money(250, usd), period: nil, reason: "Trade fair", by: "maker", approvedBy: "checker")
        try ledger.append(try ledger.payeeEvent("ada", .adjusted(adjustment), "test.commands/0/0/0"))
        try ledger.append(
            try ada.adjust(250, "A-7", reason: "Trade fair", in: month, change: ledger.caused(at: month.end)))
        return ledger
    }

    @Test("explain leads from the amount to the body that the CRM sent")
    func explain() async throws {
        let ledger = try ledger()
        try await ledger.built { shelf in
            let trail = try Trail(ledger.log, ledger.application)
            let documents = try await shelf.documents(of: "ada")
            var text = ""
            for sequence in [2, 3, 4] as [Int64] {
                let found = try #require(try await shelf.document(sequence, of: "ada"))
                text +=
                    try Explaining(
                        document: found.document, hash: found.hash, documents: documents,
                        trail: trail
                    ).tree().lines + "\n"
            }
            try Golden.check("explain.txt", text)
            #expect(try await shelf.document(9, of: "ada") == nil)
            #expect(try await shelf.document(1, of: "eve") == nil)
        }
    }

    @Test("why names every event that changed the number, in plain words")
    func why() async throws {
        let ledger = try ledger()
        try await ledger.built { shelf in
            let tracing = Tracing(
                period: Period("2026-03").unsafelyKnown, documents: try await shelf.documents(of: "ada"))
            let trail = try Trail(ledger.log, ledger.application)
            let all = try tracing.text("ada", Tracing.Span(), trail)
            let part = try tracing.text("ada", Tracing.Span(after: 1, through: 2), trail)
            let none = try tracing.text("ada", Tracing.Span(after: 9), trail)
            try Golden.check("why.txt", all + "\n" + part + "\n" + none)
        }
    }

    @Test("what the log does not have any more is said, not hidden")
    func lost() async throws {
        let ledger = try Ledger(partitions: 1, withEvents: true)
        var ada = DocumentChain("ada", currency: usd, in: ledger.application)
        try ledger.append(try ada.post(sale("D-1", "2026-03-01", 100), steps: [try .init(100, at: Rate("6%"))]))
        try await ledger.built { shelf in
            let found = try #require(try await shelf.document(1, of: "ada"))
            let trail = try Trail(ledger.log, ledger.application)
            let text = try Explaining(
                document: found.document, hash: found.hash, documents: [found.document],
                trail: trail
            ).tree().lines
            #expect(text.contains("payee event attain.payee-events/0/1  not in this log"))
        }
    }

    @Test(
        "coordinates are read with and without an index, anything else is none",
        arguments: [
            ("t/3/17", true), ("t/3/17/0", true), ("t/3", false), ("", false), ("t/x/17", false), ("a/b/c/d/e", false),
        ])
    func place(_ text: String, _ isPlace: Bool) { #expect((Trail.Place(text) != nil) == isPlace) }
}

extension Ledger {
    fileprivate func dealEvent(_ deal: String, _ body: String, row: Int) throws -> (Streams.Record, TopicPartition) {
        let event = WireDealEvent.with {
            $0.source = "crm"
            $0.deal = deal
            $0.body = .init(body.utf8)
            $0.received = 1_772_445_600_000 + Int64(row) * 60_000
            $0.provenance = "deals.csv row \(row)"
        }
        return (
            Streams.Record(key: Array(deal.utf8), value: try event.encoded(), timestamp: 0),
            TopicPartition(application.topic(.dealEvents), 0)
        )
    }

    fileprivate func payeeEvent(
        _ payee: PayeeID, _ act: PayeeRecord.Act, _ origin: String
    ) throws -> (Streams.Record, TopicPartition) {
        var record = Streams.Record(
            key: Array(payee.text.utf8), value: try PayeeRecord(payee: payee, act).encoded(), timestamp: 0)
        record.headers.append("ce_id", origin)
        return (record, TopicPartition(application.topic(.payeeEvents), 0))
    }

    /// A document's cause is the payee event before it, on the day.
    fileprivate func caused(at day: CalendarDate) -> (inout WireLedgerDocument) -> Void {
        let offset = log.records(TopicPartition(application.topic(.payeeEvents), 0)).count - 1
        return { document in
            document.cause = "test.payee-events/0/\(offset)"
            document.occurred = Int64(day.day) * 86_400_000
        }
    }
}
