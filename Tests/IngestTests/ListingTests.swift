import Domain
import Records
import Streams
import SwiftProtobuf
import TestSupport
import Testing

@testable import ingest

@Suite("What is in the log is shown to people")
struct ListingTests {
    private func skipped(_ deal: String, row: Int, _ problems: (code: String, message: String)...) -> WireSkippedDeal {
        .with {
            $0.deal = deal
            $0.provenance = "deals.csv row \(row)"
            $0.problems = problems.map { problem in
                .with {
                    $0.code = problem.code
                    $0.message = problem.message
                    $0.remedy = "do something about it"
                }
            }
        }
    }

    @Test("skipped deals are gathered by cause, the most frequent first")
    func skippedDeals() {
        let product = (code: "unknown-product", message: "there is no product 'GTXPro'")
        let owner = (code: "unknown-owner", message: "owner 'zoe' is nobody among the payees")
        let listing = SkippedListing([
            skipped("D3", row: 3, product), skipped("D1", row: 1, product, owner), skipped("D2", row: 2, product),
        ])
        #expect(
            listing.text(examples: 2) == """
                3 deals are not credited.

                3  unknown-product: there is no product 'GTXPro'
                   To do: do something about it
                   D1 (deals.csv row 1), D2 (deals.csv row 2), and 1 more

                1  unknown-owner: owner 'zoe' is nobody among the payees
                   To do: do something about it
                   D1 (deals.csv row 1)

                A deal goes through by itself once its cause is mended.

                """)
    }

    @Test("whose credit cannot be calculated is listed beside the deals that are not credited")
    func uncalculated() throws {
        var (deal, span) = (skipped("D2", row: 2, (WireSkippedDeal.uncalculated, "x")), WireSkippedDeal())
        deal.payee = "ada"
        (span.payee, span.closed, span.problems) = ("bob", "2026-03-31", deal.problems)
        #expect(
            SkippedListing([deal, span]).text(examples: 2) == """
                0 deals are not credited.
                What a payee gets cannot be calculated, and is not paid: 2 cases.

                2  cannot-be-calculated: x
                   To do: do something about it
                   bob on 2026-03-31, D2 of ada (deals.csv row 2)

                A deal goes through by itself once its cause is mended.

                """)
        let tiny = try TinyLog()
        let source = TopicPartition(tiny.application.topic(.skippedDeals), 1)
        let producer = try tiny.log.makeProducer()
        for (key, value) in [
            (deal.key, deal), (span.key, span), (Array("D2".utf8), skipped("D2", row: 2)), (Array("D3".utf8), deal),
        ] {
            try producer.append(Record(key: key, value: value.encoded(), timestamp: 0), to: source)
        }
        try producer.flush()
        #expect(
            try ListedDeals(tiny.log, tiny.application).all.map(\.title) == ["bob on 2026-03-31", "D2", "D2 of ada"])
    }

    @Test("the calculator's reason is one that people can ask for")
    func code() { #expect(SkipReason.Code(rawValue: WireSkippedDeal.uncalculated) == .uncalculated) }

    @Test("no skipped deal, or none for that reason, is said so")
    func noneSkipped() {
        #expect(SkippedListing([]).text(examples: 3) == "No deal is skipped.\n")
        let listing = SkippedListing([skipped("D1", row: 1, ("bad-field", "x"))], code: "unknown-owner")
        #expect(listing.text(examples: 3) == "No deal is skipped.\n")
    }

    @Test("a deal that went through is on the list no more, and what cannot be read takes none off")
    func tombstone() throws {
        let tiny = try TinyLog()
        let source = TopicPartition(tiny.application.topic(.skippedDeals), 1)
        let producer = try tiny.log.makeProducer()
        for (key, value) in [("D1", skipped("D1", row: 1)), ("D2", skipped("D2", row: 2)), ("D1", nil)] {
            try producer.append(Record(key: Array(key.utf8), value: value?.encoded(), timestamp: 0), to: source)
        }
        for poison: [UInt8] in [[0xFF], [], try skipped("D3", row: 3).encoded()] {
            try producer.append(Record(key: Array("D2".utf8), value: poison, timestamp: 0), to: source)
        }
        try producer.flush()
        #expect(try ListedDeals(tiny.log, tiny.application).all.map(\.deal) == ["D2"])
    }

    @Test("a record is one line of JSON: place, key, headers, value by its schema, and what the CRM said")
    func recordLine() throws {
        let event = WireDealEvent.with {
            $0.source = "crm"
            $0.deal = "D1"
            $0.body = .init(#"{"id":"D1"}"#.utf8)
            $0.event = "e/1"
            $0.received = 5
            $0.commandsOffset = 7
        }
        let consumed = ConsumedRecord(
            source: TopicPartition("tiny.deal-events", 2), offset: 9, record: try DealEventRecord.make(DealEvent(event))
        )
        #expect(
            RecordText(topic: .dealEvents).line(consumed)
                == #"{"partition":2,"offset":9,"timestamp":"1970-01-01T00:00:00.005Z","key":"D1","headers":"#
                + #"{"ce_specversion":"1.0","ce_source":"/attain/ingest","ce_id":"e/1","ce_type":"attain.deal.received.v1","#
                + #""ce_time":"1970-01-01T00:00:00.005Z","content-type":"application/protobuf"},"#
                + #""value":{"source":"crm","deal":"D1","body":"eyJpZCI6IkQxIn0=","event":"e/1","received":"5","#
                + #""commandsOffset":"7"},"body":{"id":"D1"}}"#)
    }

    @Test("a tombstone has no value, and bytes that are no record of the topic are shown as they are")
    func oddRecords() {
        let source = TopicPartition("tiny.skipped-deals", 0)
        func line(_ key: [UInt8]?, _ value: [UInt8]?) -> String {
            let record = Record(key: key, value: value, timestamp: 0)
            return RecordText(topic: .skippedDeals).line(ConsumedRecord(source: source, offset: 0, record: record))
        }
        #expect(line(Array("D1".utf8), nil).hasSuffix(#""key":"D1","headers":{},"value":null}"#))
        #expect(line([0xFF, 0], [0xFF]).contains(#""key":"0xff00","headers":{},"value":{"undecodable":"#))
        #expect(line(nil, [0xFF]).hasSuffix(#""base64":"/w=="}}"#))
    }

    @Test("the tally adds up")
    func tally() {
        var tally = Tally()
        tally.count(kept: 8638)
        let text = Tallies(tally, unkeyed: 1).text
        #expect(text.contains("Received") && text.contains("8,639"))
        #expect(!text.contains("payments not credited"))
    }

    @Test("the tally tells deals that are not credited from payments that are not")
    func tallyOfPayments() {
        var tally = Tally()
        let revision = DealState.Revision(offset: 0, order: 0, isStated: false, hash: [], event: 0, stage: .open)
        var (kept, paid, unreadable) = (DealState(), DealState(), DealState())
        kept.revisions = [revision]
        kept.problems = [.with { $0.code = "unknown-owner" }]
        paid.payments = [.with { $0.isSkipped = true }]
        paid.problems = [.with { $0.code = "unknown-deal" }]
        unreadable.revisions = [revision]
        unreadable.problems = [.with { $0.code = "bad-progress" }]
        for state in [kept, paid, unreadable] { tally.replace(nil, by: state) }
        let lines = Tallies(tally, unkeyed: 0).text.split(separator: "\n").map {
            $0.split(separator: " ").joined(separator: " ")
        }
        #expect(lines.contains("+ skipped 2"))
        #expect(lines.contains("deals not credited 1") && lines.contains("payments not credited 1"))
        #expect(lines.contains("Credited without a date or amount that is unreadable 1"))
        tally.replace(paid, by: DealState())
        #expect(tally.skippedPayments == 0)
    }
}
