import Domain
import Hummingbird
import Records
import RimSupport
import Runtime
import Streams
import Synchronization
import TestSupport
import Testing

@testable import ingest

@Suite("Posting deals")
struct DealRoutesTests {
    @Test("a good deal is answered with its place, once it is in the log")
    func accepted() async throws {
        let posting = try PostingDeals()
        try await posting.whileRunning {
            let reply = try await posting.post(CreditingFirm.body([("revision", "7")]))
            #expect(reply.status == 202)
            let record = try #require(posting.tiny.records(.dealEvents).first)
            #expect(
                reply.body == #"{"accepted":1,"deals":[{"id":"D1","partition":\#(record.source.partition),"offset":0}]}"# + "\n")
            let event = try WireDealEvent(decoding: record.record.value)
            #expect(event.deal == "D1" && event.source == "api" && event.event == "api/D1/7")
            #expect(event.received == PostingDeals.now * 1000)
            #expect(event.commandsOffset == 1)
            #expect(String(decoding: event.body, as: UTF8.self) == CreditingFirm.body([("revision", "7")]))
            #expect(record.record.headers["ce_id"] == "api/D1/7")
        }
    }

    @Test("a list of deals is taken whole, in its order, with the sender's key")
    func list() async throws {
        let posting = try PostingDeals()
        try await posting.whileRunning {
            let bodies = (1...1000).map { CreditingFirm.body([("id", "\"D\($0)\"")]) }
            let reply = try await posting.post("[\(bodies.joined(separator: ","))]", headers: ["Idempotency-Key": "k1"])
            #expect(reply.status == 202)
            #expect(posting.tiny.records(.dealEvents).count == 1000)
            let events = try posting.tiny.dealEvents()
            #expect(Set(events.map(\.event)) == Set((0..<1000).map { "api/k1/\($0)" }))
        }
    }

    private static let mapping = """
        source: crm
        id: nr
        stage: {field: state, won: [Closed]}
        amount: sum
        """

    /// body, then what the sender is told: `status` and a line a problem.
    private static let refusals: [(body: String, told: String)] = [
        ("", "400\nbody, line 1, column 1: ends where a value should be. Send one deal as a JSON object, or a list of them."),
        ("{", "400\nbody, line 1, column 2: expected a name in quotes. Send one deal as a JSON object, or a list of them."),
        ("\u{feff}{}", "400\nbody, line 1, column 1: starts with a byte order mark; send plain UTF-8. Send one deal as a JSON object, or a list of them."),
        ("<deal/>", "400\nbody, line 1, column 1: expected a value. Send one deal as a JSON object, or a list of them."),
        (#"{"id":"D1","id":"D2"}"#, "400\nbody, line 1, column 12: the name 'id' is there twice. Send one deal as a JSON object, or a list of them."),
        (#"{"id":"\ud800"}"#, "400\nbody, line 1, column 14: half of a surrogate pair. Send one deal as a JSON object, or a list of them."),
        (#"{"id":"D1","amount":NaN}"#, "400\nbody, line 1, column 21: expected a value. Send one deal as a JSON object, or a list of them."),
        (String(repeating: "[", count: 10_000), "400\nbody, line 1, column 65: nested deeper than 64. Send one deal as a JSON object, or a list of them."),
        ("[]", "400\nbody: it has 0 deals. Send 1 to 1000 deals at a time."),
        ("[" + String(repeating: "1,", count: 1000) + "1]", "400\nbody: it has 1001 deals. Send 1 to 1000 deals at a time."),
        ("7", "400\ndeal: it is a number, not an object. Send every deal as a JSON object."),
        ("null", "400\ndeal: it is null, not an object. Send every deal as a JSON object."),
        ("[{}, \"x\"]", "400\ndeal 1.id: the deal has no ID of 1 to 200 bytes without control characters. Send the deal's ID as 'id'.\ndeal 2: it is a text, not an object. Send every deal as a JSON object."),
        ("[[{}]]", "400\ndeal: it is an array, not an object. Send every deal as a JSON object."),
        ("{}", "400\ndeal.id: the deal has no ID of 1 to 200 bytes without control characters. Send the deal's ID as 'id'."),
        (#"{"id":" "}"#, "400\ndeal.id: the deal has no ID of 1 to 200 bytes without control characters. Send the deal's ID as 'id'."),
        (#"{"id":"D\u0000"}"#, "400\ndeal.id: the deal has no ID of 1 to 200 bytes without control characters. Send the deal's ID as 'id'."),
        (#"{"id":"\#(String(repeating: "x", count: 201))"}"#, "400\ndeal.id: the deal has no ID of 1 to 200 bytes without control characters. Send the deal's ID as 'id'."),
        (CreditingFirm.body([("amuont", "1")]), "400\ndeal.amuont: there is no such field (did you mean 'amount'?). Remove it, or send the deal through a source with a mapping of its own."),
        (CreditingFirm.body([("stage", "")]), "400\ndeal: the deal has no stage in 'stage'. Give the deal a stage in the CRM, or map another field to 'stage'."),
        (CreditingFirm.body([("stage", "\"Won\"")]), "400\ndeal: stage 'Won' is not mapped. Add 'Won' to open, won, lost or deleted under 'stage' in mapping 'api' and apply it."),
        (CreditingFirm.body([("amount", "\"1,000\"")]), "400\ndeal: amount: '1,000' is not a number such as 1054.50. Correct the number: digits, and a point before decimals."),
        (CreditingFirm.body([("amount", "1e400")]), "400\ndeal: amount: '1e400' is too large. Correct the number: digits, and a point before decimals."),
        (CreditingFirm.body([("amount", "0.0000000000001")]), "400\ndeal: amount: '0.0000000000001' has more than 12 decimal places. Correct the number: digits, and a point before decimals."),
        (CreditingFirm.body([("closed", "\"2026-02-30\"")]), "400\ndeal: closed: '2026-02-30' is not a date of the form yyyy-MM-dd. Correct the date, or state its form as 'format' under 'closed' in mapping 'api'."),
        (CreditingFirm.body([("revision", "1.5")]), "400\ndeal: revision: '1.5' is neither a version number nor a time such as 2026-03-01T09:30:00Z. Correct the field in the CRM or map another one to 'revision'."),
        (CreditingFirm.body([("revision", "9223372036854775808")]), "400\ndeal: revision: '9223372036854775808' is neither a version number nor a time such as 2026-03-01T09:30:00Z. Correct the field in the CRM or map another one to 'revision'."),
        (CreditingFirm.body([("splits", #"[{"payee":"ada","share":"x"}]"#)]), "400\ndeal: splits[0]: 'x' is not a share. Give the share as a number of 100, or as '50%'."),
        (CreditingFirm.body([("lines", #"[{"id":"a","amount":1},{"id":"a","amount":2}]"#)]), "400\ndeal: lines: 'a' is the ID of two lines. Give every line an ID of its own."),
        (CreditingFirm.body([("account", "\"\(String(repeating: "a", count: 500_000))\"")]), "400\ndeal: account: '\(String(repeating: "a", count: 80))' has more than 1000 bytes. Shorten it in the CRM, or map another field.\ndeal: it has 500104 bytes, more than 500000. Send only the fields that the mapping reads."),
    ]

    @Test("a bad body is refused with all that is wrong with it, and nothing of it is appended")
    func refused() async throws {
        let posting = try PostingDeals()
        try await posting.whileRunning {
            for (body, told) in DealRoutesTests.refusals {
                let answer = try await posting.told(body)
                #expect(answer == told)
            }
            // One bad deal among good ones spoils the list.
            let good = CreditingFirm.body()
            let answer1 = try await posting.post("[\(good),\(good),{}]").status
            #expect(answer1 == 400)
            #expect(posting.tiny.records(.dealEvents).isEmpty)
            let answer2 = try await posting.post(good).status
            #expect(answer2 == 202)
        }
    }

    @Test("what a CRM sends in its own form is taken as it is, when it has an ID, and read at crediting")
    func otherSources() async throws {
        let posting = try PostingDeals(mapping: DealRoutesTests.mapping)
        try await posting.whileRunning {
            let answer3 = try await posting.post(#"{"nr":1,"state":"?","sum":"much","more":[1]}"#, source: "crm").status
            #expect(answer3 == 202)
            let told = try await posting.told(#"{"id":"D1"}"#, source: "crm")
            #expect(told == "400\ndeal.nr: the deal has no ID of 1 to 200 bytes without control characters. Send the deal's ID as 'nr'.")
        }
    }

    @Test("without a valid signature nothing is told and nothing is appended")
    func unsigned() async throws {
        let posting = try PostingDeals()
        let body = CreditingFirm.body()
        try await posting.whileRunning {
            let unsigned = "401\nsource 'api': the request carries no valid signature. Sign it with the source's secret (see the README of ingest), and check the sender's clock."
            for headers in [
                ["X-Attain-Signature": ""], ["X-Attain-Timestamp": ""], ["X-Attain-Timestamp": "\(PostingDeals.now - 301)"],
                ["X-Attain-Timestamp": "\(PostingDeals.now + 301)"], ["X-Attain-Signature": "v1=00"], ["x-attain-signature": "v1=00"],
            ] {
                let answer = try await posting.told(body, headers: headers)
                #expect(answer == unsigned)
            }
            // The body of a signature is the whole body, also where it is broken.
            let answer4 = try await posting.told("{", headers: ["X-Attain-Signature": "v1=00"])
            #expect(answer4 == unsigned)
            let answer5 = try await posting.post(body, source: "unknown").status
            #expect(answer5 == 401)
            #expect(posting.tiny.records(.dealEvents).isEmpty)
        }
    }

    @Test("paths, methods and headers that are none are refused")
    func wrongDoor() async throws {
        let posting = try PostingDeals()
        let body = CreditingFirm.body()
        try await posting.whileRunning {
            func told(path: String? = nil, method: HTTPRequest.Method = .post, source: String = "api", _ headers: [String: String] = [:]) async throws -> String {
                try await posting.told(body, source: source, path: path, method: method, headers: headers)
            }
            let answer6 = try await told(source: "nobody")
            #expect(answer6 == "404\nsource 'nobody': it has no mapping. Add mappings/nobody.yaml to the company folder and run 'ingest apply'.")
            let answer7 = try await told(path: "/v1/sources/api")
            #expect(answer7.hasPrefix("404"))
            let answer8 = try await told(path: "/v1/sources//deals")
            #expect(answer8.hasPrefix("40"))
            let answer9 = try await told(path: "/v1/sources/api/deals/D1")
            #expect(answer9.hasPrefix("404"))
            let answer10 = try await told(method: .get)
            #expect(answer10.hasPrefix("404"))
            let answer11 = try await told(method: .put)
            #expect(answer11.hasPrefix("404"))
            let answer12 = try await told(["Idempotency-Key": String(repeating: "k", count: 201)])
            #expect(answer12 == "400\nheader Idempotency-Key: it has 201 bytes. Send a key of 1 to 200 bytes.")
            let answer13 = try await told(["Content-Length": "\(DealRoutes.maximumBody + 1)"])
            #expect(answer13.hasPrefix("413"))
            #expect(posting.tiny.records(.dealEvents).isEmpty)
        }
    }

    @Test("a body that turns out too large is refused, announced or not")
    func tooLarge() async throws {
        let posting = try PostingDeals()
        try await posting.whileRunning {
            let body = String(repeating: " ", count: DealRoutes.maximumBody + 1)
            let answer14 = try await posting.post(body).status
            #expect(answer14 == 413)
        }
    }

    @Test("a hundred thousand unknown fields are refused at once, with the first of them")
    func manyProblems() async throws {
        let posting = try PostingDeals()
        try await posting.whileRunning {
            let fields = (0..<100_000).map { "\"f\($0)\":0" }.joined(separator: ",")
            let reply = try await posting.post("{\"id\":\"D1\",\"stage\":\"open\",\(fields)}")
            #expect(reply.status == 400)
            #expect(try posting.answer(reply).split(separator: "\n").count <= 102)
        }
    }

    @Test("until the company is known, the sender is asked to come again")
    func notReady() async throws {
        let posting = try PostingDeals()
        try await posting.whileRunning(watch: false) {
            let reply = try await posting.post(CreditingFirm.body())
            #expect(try posting.answer(reply) == "503\ningest: the company's commands are still being read. Nothing was taken; try again in a second.")
            #expect(reply.headers[.retryAfter] == "1")
        }
    }

    @Test("when too much waits already, the sender is asked to come again and nothing is taken")
    func full() async throws {
        let posting = try PostingDeals(appender: (1, 1 << 20))
        try await posting.whileRunning(appender: false) {
            // The first waits for an appender that does not run yet.
            async let first = posting.post(CreditingFirm.body())
            while posting.appender.queued == 0 { try await Task.sleep(for: .milliseconds(1)) }
            let reply = try await posting.post(CreditingFirm.body())
            #expect(try posting.answer(reply) == "503\ningest: 1 records wait to be written already. Nothing was taken; try again in a second.")
            #expect(reply.headers[.retryAfter] == "1")
            async let running: Void = posting.appender.run()
            let status = try await first.status
            #expect(status == 202)
            posting.appender.stop()
            try await running
            #expect(posting.tiny.records(.dealEvents).count == 1)
        }
    }

    private final class Flag: Sendable { let isSet = Atomic(false) }

    @Test("a 202 comes only after the log has flushed")
    func durable() async throws {
        let posting = try PostingDeals()
        let (answered, wasEarly) = (Flag(), Flag())
        // Asked by the flush, for each record, once it is in the log and before the flush is over.
        posting.tiny.log.faults.duplicate { _, _ in
            if answered.isSet.load(ordering: .sequentiallyConsistent) { wasEarly.isSet.store(true, ordering: .sequentiallyConsistent) }
            return false
        }
        try await posting.whileRunning {
            let reply = try await posting.post(CreditingFirm.body())
            answered.isSet.store(true, ordering: .sequentiallyConsistent)
            #expect(reply.status == 202)
            #expect(posting.tiny.records(.dealEvents).count == 1)
        }
        #expect(wasEarly.isSet.load(ordering: .sequentiallyConsistent) == false)
    }

    @Test("when the log fails, the sender is not told that it worked")
    func failing() async throws {
        let posting = try PostingDeals()
        posting.tiny.log.faults.failFlush(with: .fatal("the disk is full"))
        try await posting.whileRunning(appender: false) {
            async let running: Void = posting.appender.run()
            let reply = try await posting.post(CreditingFirm.body())
            #expect(reply.status == 500)
            #expect(!reply.body.contains("disk"))
            do { try await running } catch { #expect(error is LogError) }
        }
        #expect(posting.tiny.records(.dealEvents).isEmpty)
    }
}
