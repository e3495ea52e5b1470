import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite("More than there is room for", .serialized)
    struct OverloadTests {
        private static let secret = "0123456789abcdef0123456789abcdef"

        @Test("G5: with too much before the calculator posts are refused, and what was taken is on statements")
        func backlog() async throws {
            try await withDeployment { attain in
                attain.maximumBacklog = 50
                var taken = try await Self.begin(attain)
                try await attain.kill(.calculator)
                let refused = try await eventually("a post is refused") {
                    let reply = try await Self.post(taken.count, attain)
                    if reply.status == 202 { taken.append(taken.count) }
                    return reply.status == 202 ? nil : reply
                }
                #expect(refused.status == 503)
                #expect(refused.retryAfter ?? 0 > 0)
                #expect(refused.text.contains("more than 50 records wait"), "\(refused.text)")
                // What waits goes up to a second's posts beyond the limit, and no further.
                for _ in 0..<Reliability.count(20, whole: 1000) {
                    #expect(try await Self.post(taken.count, attain).status == 503)
                }
                try attain.start(.calculator)
                taken.append(try await Self.postUntilTaken(taken.count, attain))
                try await Self.expectStated(taken, attain)
            }
        }

        /// As long as librdkafka keeps it, the log may take it still: only what was answered with 202 has to be there.
        @Test("B2: with no broker posts are refused in bounded memory, and what was taken is on statements")
        func withoutBrokers() async throws {
            try await withMock { attain, mock in
                var taken = try await Self.begin(attain)
                let memory = try attain.program(.ingest).megabytes
                for _ in 0..<Reliability.count(1, whole: 30) {
                    try mock.tell("down")
                    let first = taken.count
                    let replies = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
                        let address = try await attain.program(.ingest).address()
                        for number in first..<first + 12 {
                            group.addTask { (number, try await Self.post(number, at: address).status) }
                        }
                        return try await group.reduce(into: [Int: Int]()) { $0[$1.0] = $1.1 }
                    }
                    #expect(replies.values.allSatisfy { $0 == 202 || $0 == 503 }, "\(replies)")
                    #expect(replies.values.contains(503))
                    try mock.tell("up")
                    for number in replies.keys.sorted() where replies[number] == 503 {
                        _ = try await Self.postUntilTaken(number, attain)
                    }
                    taken += replies.keys
                }
                #expect(try attain.program(.ingest).megabytes - memory <= 64)
                try await Self.expectStated(taken, attain)
            }
        }

        /// Starts all with one deal, so that everything was done once.
        private static func begin(_ attain: Deployment) async throws -> [Int] {
            attain.environment["ATTAIN_SECRET_API"] = secret
            try await attain.apply()
            try attain.startAll()
            let first = try await postUntilTaken(0, attain)
            try await attain.settle()
            return [first]
        }

        private static func postUntilTaken(_ number: Int, _ attain: Deployment) async throws -> Int {
            try await eventually("ingest takes posts") { try await post(number, attain).status == 202 ? number : nil }
        }

        private static func post(_ number: Int, _ attain: Deployment) async throws -> HTTP {
            try await post(number, at: try await attain.program(.ingest).address())
        }

        private static func post(_ number: Int, at address: String) async throws -> HTTP {
            let deal = """
                {"id": "POST-\(number)", "stage": "won", "closed": "2025-05-04", "amount": 1000.00, "currency": "USD", \
                "owner": "maren.ostler", "product": "Meridian F200", "revision": 1}
                """
            return try await HTTP.post(deal, to: address + "/v1/sources/api/deals", secret: secret)
        }

        private static func expectStated(_ numbers: [Int], _ attain: Deployment) async throws {
            try await attain.settle()
            let statement = try await HTTP.get(
                try await attain.program(.statements).address() + "/v1/payees/maren.ostler/statements/2025-05")
            for number in numbers { #expect(statement.text.contains("\"POST-\(number)\""), "POST-\(number)") }
            try await expectSound(attain)
        }
    }
}
