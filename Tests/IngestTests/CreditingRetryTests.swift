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
                    #"{"nr":"D1","state":"Closed Won","day":"05.02.2026","sum":\#(amount),"rep":"ada","v":\#(version)}"#,
                    source: "crm")
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

    private static func mapping(_ source: String, _ fields: String) -> CompanyEntity {
        .mapping(source: source, text: "source: \(source)\n\(fields)\n")
    }

    private static func deals(revision: String) -> CompanyEntity {
        mapping(
            "crm",
            "id: nr\nstage: state\nclosed: day\namount: sum\ncurrency: {value: USD}\nowner: rep\nrevision: \(revision)")
    }

    @Test("what the wrong mapping took for one revision are two, and all of them count, once it is mended")
    func fewerConflicts() throws {
        try withTemporaryFolder { folder in
            let run = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0, postClose: .accept))
            try run.apply([CreditingRetryTests.deals(revision: "edition")])
            let bodies = (1...3).map {
                #"{"nr":"D1","state":"won","day":"2026-02-05","sum":\#($0)0,"rep":"ada","edition":7,"v":\#($0)}"#
            }
            for body in bodies + bodies { try run.deal(body, source: "crm") }
            try run.settle()
            let wrong = try run.tally()
            #expect(wrong.received == 6 && wrong.quarantined > 0)
            try run.apply([CreditingRetryTests.deals(revision: "v")])
            try run.settle()
            #expect(try run.credits() == ["ada D1 owner 30 USD 2026-02-05"])
            let told = try run.quarantined().count
            // There and back again, in the state of a store that was read from its file.
            try run.apply([CreditingRetryTests.deals(revision: "edition")])
            try run.settle()
            #expect(try run.tally().quarantined == wrong.quarantined)
            #expect(try run.quarantined().count == told + Int(wrong.quarantined))
            try run.apply([CreditingRetryTests.deals(revision: "v")])
            try run.settle()
            #expect(try run.credits() == ["ada D1 owner 30 USD 2026-02-05"])
            let tally = try run.tally()
            #expect(tally.received == 6 && tally.quarantined == 0)
            #expect(tally.received == tally.accepted + tally.superseded + tally.skipped + tally.quarantined)
        }
    }

    @Test("payments that the wrong mapping took for one are two, whether or not they said the same")
    func payments() throws {
        func billing(id: String) -> CompanyEntity {
            CreditingRetryTests.mapping(
                "billing", "records: payments\nid: \(id)\ndeal: order\ndate: day\namount: value")
        }
        try withTemporaryFolder { folder in
            let run = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0))
            try run.apply([billing(id: "invoice")])
            try run.deal(CreditingFirm.body())
            // Two instalments of one invoice that are alike, one that is not, one that cannot be read; all of them twice.
            let payments = ["P1 10", "P2 10", "P3 20", "P4 ten"].map { $0.split(separator: " ") }
            for payment in payments + payments {
                let body =
                    #"{"nr":"\#(payment[0])","invoice":"I1","order":"D1","day":"2026-03-01","value":"\#(payment[1])"}"#
                try run.deal(body, source: "billing", kind: .payment)
            }
            try run.settle()
            #expect(try run.fates().count == 1)
            try run.apply([billing(id: "nr")])
            try run.settle()
            #expect(try run.fates() == ["ada 100, P1 2026-03-01 10, P2 2026-03-01 10, P3 2026-03-01 20"])
            #expect(try run.skipped() == ["D1": ["bad-payment"]])
            let tally = try run.tally()
            #expect(tally.received == 9)
            #expect(tally.received == tally.accepted + tally.superseded + tally.skipped + tally.quarantined)
        }
    }

    @Test(
        "a file that was imported for the wrong source is imported for the right one after all", arguments: ["", "1"])
    func wrongSource(revision: String) throws {
        let scratch = try Scratch()
        let run = try DealDesk(folder: scratch.path, firm: CreditingFirm(levels: 0))
        try run.apply([
            CreditingRetryTests.deals(revision: "v"),
            CreditingRetryTests.mapping("old", "id: nr\nstage: {value: lost}\nrevision: v"),
        ])
        let path = try scratch.write("deals.csv", "nr,state,day,sum,rep,v\nD1,won,2026-02-05,10,ada,\(revision)\n")
        for source in ["old", "crm"] {
            var importing = try run.tiny.importing(path, source: source, state: scratch.path)
            try importing.run()
            try run.settle()
        }
        #expect(try run.credits() == ["ada D1 owner 10 USD 2026-02-05"])
        #expect(try run.tally().received == 2)
        // The other way round the other one counts.
        var importing = try run.tiny.importing(path, source: "old", state: scratch.path + "/elsewhere")
        try importing.run()
        try run.settle()
        #expect(try run.credits() == (revision.isEmpty ? ["ada D1 owner 10 USD 2026-02-05"] : []))
    }

    @Test("what was said again later counts as said later, once the mapping tells that it was another revision")
    func saidAgain() throws {
        try withTemporaryFolder { folder in
            let run = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0, postClose: .accept))
            try run.apply([CreditingRetryTests.deals(revision: "edition")])
            for sum in [10, 20, 10] {
                try run.deal(
                    #"{"nr":"D1","state":"won","day":"2026-02-05","sum":\#(sum),"rep":"ada","edition":7}"#,
                    source: "crm")
            }
            try run.settle()
            try run.apply([CreditingRetryTests.deals(revision: "none")])
            try run.settle()
            #expect(try run.credits() == ["ada D1 owner 10 USD 2026-02-05"])
        }
    }

    @Test("a deal that is told ten thousand contradictions takes the next word all the same")
    func manyContradictions() throws {
        try withTemporaryFolder { folder in
            let run = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0))
            try run.deal(CreditingFirm.body())
            for amount in 0..<2_500 { try run.payment("P1 2026-03-01 \(amount)") }
            for _ in 0..<2 { try run.payment("P1 2026-03-01 7") }
            try run.deal(CreditingFirm.body([("revision", "99"), ("stage", "\"lost\"")]))
            try run.settle()
            #expect(try run.credits() == [])
            try run.apply([.settings(Settings(name: "Firm", managerLevels: 1))])
            try run.settle()
            let tally = try run.tally()
            #expect(tally.received == 2_504)
            #expect(tally.received == tally.accepted + tally.superseded + tally.skipped + tally.quarantined)
        }
    }

    @Test(
        "two bodies of which only the mended mapping tells that they are one revision: one is set aside, both are named"
    )
    func lateConflict() throws {
        try withTemporaryFolder { folder in
            let run = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0))
            for amount in [60, 70] { try run.deal(#"{"nr":"D1","state":"won","sum":\#(amount),"v":1}"#, source: "crm") }
            try run.settle()
            try run.apply([
                .mapping(source: "crm", text: "source: crm\nid: nr\nstage: state\namount: sum\nrevision: v\n")
            ])
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
                Record(key: Array(key.utf8), value: try event.encoded(), timestamp: 0),
                TopicPartition(run.tiny.application.topic(.dealEvents), 0))
            try run.append(
                Record(key: Array("D1".utf8), value: [0xff], timestamp: .min),
                TopicPartition(run.tiny.application.topic(.dealEvents), 0))
            try run.deal(CreditingFirm.body())
            try run.settle()
            #expect(try run.quarantined().first == reason)
            #expect(try run.credits() == ["ada D1 owner 100 USD 2026-02-05"])
            #expect(try run.tally().quarantined == 2)
            #expect(try run.tally().received == 3)
        }
    }
}
