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
                reply.body
                    == #"{"accepted":1,"deals":[{"id":"D1","partition":\#(record.source.partition),"offset":0}]}"#
                    + "\n")
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

    @Test("a bad body is refused with all that is wrong with it, and nothing of it is appended")
    func refused() async throws {
        let posting = try PostingDeals()
        try await posting.whileRunning {
            for (body, told) in RefusedBodies.all {
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
            #expect(
                told
                    == "400\ndeal.nr: the deal has no ID of 1 to 200 bytes without control characters. Send the deal's ID as 'nr'."
            )
        }
    }

    @Test("without a valid signature nothing is told and nothing is appended")
    func unsigned() async throws {
        let posting = try PostingDeals()
        let body = CreditingFirm.body()
        try await posting.whileRunning {
            let unsigned =
                "401\nsource 'api': the request carries no valid signature. Sign it with the source's secret (see the README of ingest), and check the sender's clock."
            for headers in [
                ["X-Attain-Signature": ""], ["X-Attain-Timestamp": ""],
                ["X-Attain-Timestamp": "\(PostingDeals.now - 301)"],
                ["X-Attain-Timestamp": "\(PostingDeals.now + 301)"], ["X-Attain-Signature": "v1=00"],
                ["x-attain-signature": "v1=00"],
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
            func told(
                path: String? = nil, method: HTTPRequest.Method = .post, source: String = "api",
                _ headers: [String: String] = [:]
            ) async throws -> String {
                try await posting.told(body, source: source, path: path, method: method, headers: headers)
            }
            let answer6 = try await told(source: "nobody")
            #expect(
                answer6
                    == "404\nsource 'nobody': it has no mapping. Add mappings/nobody.yaml to the company folder and run 'ingest apply'."
            )
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
            #expect(
                try posting.answer(reply)
                    == "503\ningest: the company's commands are still being read. Nothing was taken; try again in a second."
            )
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
            #expect(
                try posting.answer(reply)
                    == "503\ningest: 1 records wait to be written already. Nothing was taken; try again in a second.")
            #expect(reply.headers[.retryAfter] == "1")
            async let running: Void = posting.appender.run()
            let status = try await first.status
            #expect(status == 202)
            posting.appender.stop()
            try await running
            #expect(posting.tiny.records(.dealEvents).count == 1)
        }
    }

    @Test("G5: while too much waits to be processed, nothing more is taken")
    func overload() async throws {
        let posting = try PostingDeals(tooMuch: "more than 10 records wait: 11 payee events to be calculated")
        try await posting.whileRunning {
            let reply = try await posting.post(CreditingFirm.body())
            #expect(
                try posting.answer(reply) == """
                    503
                    ingest: more than 10 records wait: 11 payee events to be calculated. Nothing was taken; try again in a second.
                    """)
            #expect(reply.headers[.retryAfter] == "1")
            #expect(posting.tiny.records(.dealEvents).isEmpty)
        }
    }

    private final class Flag: Sendable { let isSet = Atomic(false) }

    @Test("a 202 comes only after the log has flushed")
    func durable() async throws {
        let posting = try PostingDeals()
        let (answered, wasEarly) = (Flag(), Flag())
        // Asked by the flush, for each record, once it is in the log and before the flush is over.
        posting.tiny.log.faults.duplicate { _, _ in
            if answered.isSet.load(ordering: .sequentiallyConsistent) {
                wasEarly.isSet.store(true, ordering: .sequentiallyConsistent)
            }
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
