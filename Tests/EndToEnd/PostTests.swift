import Foundation
import Records
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Posted deals", .serialized)
    struct PostTests {
        private static let secret = "0123456789abcdef0123456789abcdef"

        @Test("a deal answered with 202 is credited though ingest is killed at once")
        func killedAfterAnswer() async throws {
            try await withDeployment { attain in
                attain.environment["ATTAIN_SECRET_API"] = Self.secret
                try await attain.apply()
                try attain.startAll()
                for number in 1...6 {
                    let reply = try await post(Self.deal("POST-\(number)"), attain, secret: Self.secret)
                    try await attain.kill(.ingest)
                    #expect(reply.status == 202, "\(reply.text)")
                    try attain.start(.ingest)
                }
                try await attain.settle()
                let statement = try await HTTP.get(
                    try await attain.program(.statements).address() + "/v1/payees/maren.ostler/statements/2025-05")
                for number in 1...6 { #expect(statement.text.contains("\"POST-\(number)\""), "POST-\(number)") }
                try await expectSound(attain)
            }
        }

        @Test("a post without a valid signature is refused and leaves nothing in the log")
        func unsigned() async throws {
            try await withDeployment { attain in
                attain.environment["ATTAIN_SECRET_API"] = Self.secret
                try await attain.apply()
                try attain.start(.ingest)
                // The first one shows that the programs take deals at all.
                #expect(try await post(Self.deal("GOOD"), attain, secret: Self.secret).status == 202)
                // Its company told every partition to look again; that has to be in the log before records are counted.
                try await eventually("ingest has read all") { try attain.lag(of: .ingest) == 0 ? true : nil }
                let count = try attain.count(.dealEvents)
                #expect(try await post(Self.deal("BAD"), attain, secret: nil).status == 401)
                let forged = try await post(Self.deal("BAD"), attain, secret: "another secret of 32 characters.")
                #expect(forged.status == 401)
                let past = try await post(Self.deal("BAD"), attain, secret: Self.secret, age: 301)
                #expect(past.status == 401)
                #expect(try attain.count(.dealEvents) == count)
                #expect(try attain.received() == 1)
            }
        }

        private static func deal(_ id: String) -> String {
            """
            {"id": "\(id)", "stage": "won", "closed": "2025-05-04", "amount": 1000.00, "currency": "USD", \
            "owner": "maren.ostler", "product": "Meridian F200", "revision": 1}
            """
        }

        /// 503 says to try again in a second: the company is still being read.
        private func post(
            _ body: String, _ attain: Deployment, secret: String?, age: Double = 0
        ) async throws -> HTTP {
            let address = try await attain.program(.ingest).address() + "/v1/sources/api/deals"
            return try await eventually("ingest answers") {
                let reply = try await HTTP.post(body, to: address, secret: secret, now: .now.addingTimeInterval(-age))
                return reply.status == 503 ? nil : reply
            }
        }
    }
}
