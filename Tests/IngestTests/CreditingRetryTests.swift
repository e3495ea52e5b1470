import Domain
import Records
import Streams
import SwiftProtobuf
import TestSupport
import Testing

@testable import ingest

@Suite("A skipped deal goes through once its cause is mended")
struct CreditingRetryTests {
    @Test(
        "whatever was missing",
        arguments: [
            // what comes late, the reason until then
            ("payee ada", "unknown-owner"), ("contract ada/2026-01-01/reps", "no-contract-on-date"),
            ("quota ada/bookings/2026", "no-quota"), ("plan reps", "no-contract-on-date"),
        ])
    func mended(late: String, code: String) throws {
        try withTemporaryFolder { folder in
            let run = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0, missing: [late]))
            try run.deal(CreditingFirm.body())
            try run.settle()
            #expect(try run.skipped() == ["D1": [code]])
            #expect(try run.credits() == [])
            #expect(try run.tally().skipped == 1)
            try run.apply(CreditingFirm(levels: 0).entities.filter { $0.key.description == late })
            try run.settle()
            #expect(try run.skipped() == ["D1": []])
            #expect(try run.credits() == ["ada D1 owner 100 USD 2026-02-05"])
            #expect(try run.tally().skipped == 0)
        }
    }

    @Test("a mapping that comes late reads what came before it, revisions included")
    func lateMapping() throws {
        try withTemporaryFolder { folder in
            let run = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0))
            // The later version comes first.
            for (version, amount) in [(2, 70), (1, 60)] {
                try run.deal(
                    #"{"nr":"D1","state":"Closed Won","day":"05.02.2026","sum":\#(amount),"rep":"ada","v":\#(version)}"#, source: "crm")
            }
            try run.settle()
            #expect(try run.skipped() == ["D1": ["unknown-source"]])
            let mapping = """
                source: crm
                id: nr
                stage: {field: state, won: [Closed Won]}
                closed: {field: day, format: dd.MM.yyyy}
                amount: sum
                currency: {value: USD}
                owner: rep
                revision: v
                """
            try run.apply([.mapping(source: "crm", text: mapping)])
            try run.settle()
            #expect(try run.skipped() == ["D1": []])
            #expect(try run.credits() == ["ada D1 owner 60 USD 2026-02-05"])
        }
    }

    @Test("two bodies of which only the mended mapping tells that they are one revision: one is set aside, both are named")
    func lateConflict() throws {
        try withTemporaryFolder { folder in
            let run = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0))
            for amount in [60, 70] { try run.deal(#"{"nr":"D1","state":"won","sum":\#(amount),"v":1}"#, source: "crm") }
            try run.settle()
            try run.apply([.mapping(source: "crm", text: "source: crm\nid: nr\nstage: state\namount: sum\nrevision: v\n")])
            try run.settle()
            #expect(try run.quarantined().count == 1)
            let tally = try run.tally()
            #expect(tally.received == 2)
            #expect(tally.received == tally.accepted + tally.superseded + tally.skipped + tally.quarantined)
        }
    }

    @Test(
        "a record that is no deal event goes to quarantine, is counted, and the next is credited",
        arguments: [
            ("no deal", "the deal event names no deal"), ("another deal", "the record's key is not the deal's ID 'D2'"),
            ("a NUL", "the deal's ID has more than 200 bytes or a control character"),
            ("half a body", "the body is not JSON: line 1, column 2: expected a name in quotes"),
            ("a kind to come", "kind 9 of deal event is not known to this version"),
        ])
    func poison(what: String, reason: String) throws {
        try withTemporaryFolder { folder in
            let run = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0))
            var event = WireDealEvent.with {
                ($0.source, $0.deal, $0.body, $0.event) = ("api", "D1", .init(CreditingFirm.body().utf8), "e")
            }
            switch what {
            case "no deal": event.deal = ""
            case "another deal": event.deal = "D2"
            case "a NUL": event.deal = "D\01"
            case "half a body": event.body = .init([0x7b])
            default: event.kind = .UNRECOGNIZED(9)
            }
            let key = what == "a NUL" ? event.deal : "D1"
            try run.append(
                Record(key: Array(key.utf8), value: try event.encoded(), timestamp: 0), TopicPartition(run.tiny.application.topic(.dealEvents), 0))
            try run.append(
                Record(key: Array("D1".utf8), value: [0xff], timestamp: .min), TopicPartition(run.tiny.application.topic(.dealEvents), 0))
            try run.deal(CreditingFirm.body())
            try run.settle()
            #expect(try run.quarantined().first == reason)
            #expect(try run.credits() == ["ada D1 owner 100 USD 2026-02-05"])
            #expect(try run.tally().quarantined == 2)
            #expect(try run.tally().received == 3)
        }
    }
}
