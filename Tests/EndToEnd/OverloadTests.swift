import Foundation
import TestSupport
import Testing

@testable import ingest

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

        private static let minutes = Reliability.count(0, whole: 10)

        /// As many as without overload are taken: the figure of `make reliability`.
        @Test("G5: of more posts all the time than a slow calculator can take some are refused, and memory is bounded")
        func steady() async throws {
            try await withDeployment { attain in
                attain.maximumBacklog = 100
                let first = try await Self.begin(attain)
                let time = Duration.seconds(max(5, Self.minutes * 60))
                // Whoever waits as long as the answer says offers no more than is taken.
                let patient = try await Self.offer(by: 2, pausing: .seconds(1), for: time, "PATIENT", attain)
                let memory = try Deployment.Role.allCases.map { try attain.program($0).megabytes }
                let pushing = try await Self.offer(by: 6, pausing: .zero, for: time, "PUSHING", attain)
                let growth = try zip(Deployment.Role.allCases, memory).map { try attain.program($0).megabytes - $1 }
                print(
                    "G5: \(patient.summary) by two that wait, \(pushing.summary) by six that do not; \(growth) MB more")
                #expect(pushing.refused > 0)
                #expect(growth.allSatisfy { $0 <= 64 }, "\(growth)")
                if Reliability.isWhole { #expect(pushing.rate >= 0.9 * patient.rate) }
                try await attain.settle()
                #expect(try attain.tally().credited == Int64(first.count + patient.taken + pushing.taken))
                try await expectSound(attain)
            }
        }

        private struct Offered {
            var taken = 0
            var refused = 0
            var seconds = 0.0
            var rate: Double { Double(taken) / seconds }
            var summary: String { "\(Int(rate)) posts/s (\(taken) taken, \(refused) refused)" }
        }

        /// So many senders beside a calculator that gets a tenth of the time, each with the next deal as soon as the last one is
        /// answered; one that was refused sends it again after the pause.
        private static func offer(
            by senders: Int, pausing pause: Duration, for time: Duration, _ name: String, _ attain: Deployment
        ) async throws -> Offered {
            let address = try await attain.program(.ingest).address()
            let calculator = try attain.program(.calculator)
            let start = ContinuousClock.now
            var all = try await withThrowingTaskGroup(of: Offered.self) { group in
                for sender in 0..<senders {
                    group.addTask {
                        var offered = Offered()
                        while ContinuousClock.now - start < time {
                            let deal = "\(name)-\(sender)-\(offered.taken)"
                            let reply = try await post(deal, at: address)
                            switch reply.status {
                            case 202: offered.taken += 1
                            case 503:
                                offered.refused += 1
                                try await Task.sleep(for: pause)
                            default: throw NeverHappened(description: "\(deal) is answered: \(reply.status)")
                            }
                        }
                        return offered
                    }
                }
                try await calculator.slowed(tenfold: time) {}
                return try await group.reduce(into: Offered()) {
                    $0.taken += $1.taken
                    $0.refused += $1.refused
                }
            }
            all.seconds = (ContinuousClock.now - start) / .seconds(1)
            return all
        }

        /// As long as librdkafka keeps it, the log may take it still: only what was answered with 202 has to be there.
        @Test("B2: with no broker posts are refused in bounded memory, and what was taken is on statements")
        func withoutBrokers() async throws {
            try await withMock { attain, mock in
                var taken = try await Self.begin(attain)
                let memory = try attain.program(.ingest).megabytes
                try mock.tell("down")
                // Longer than the log is waited for, so that some are refused; whole, as long as the row says.
                let end = ContinuousClock.now + .seconds(max(35, Self.minutes * 60))
                var most = 0
                while ContinuousClock.now < end {
                    let address = try await attain.program(.ingest).address()
                    let first = taken.count
                    let replies = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
                        for number in first..<first + 12 {
                            group.addTask { (number, try await Self.post(number, at: address).status) }
                        }
                        return try await group.reduce(into: [Int: Int]()) { $0[$1.0] = $1.1 }
                    }
                    #expect(replies.values.allSatisfy { $0 == 202 || $0 == 503 }, "\(replies)")
                    #expect(replies.values.contains(503))
                    taken += replies.keys
                    most = max(most, try attain.program(.ingest).megabytes)
                }
                try mock.tell("up")
                // Those that were refused are sent again; of those that the log took all the same that changes nothing.
                for number in taken { _ = try await Self.postUntilTaken(number, attain) }
                print("B2: \(taken.count) posts without a broker, \(most - memory) MB above \(memory)")
                #expect(most - memory <= 64)
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
            try await post("POST-\(number)", at: address)
        }

        private static func post(_ id: String, at address: String) async throws -> HTTP {
            let deal = """
                {"id": "\(id)", "stage": "won", "closed": "2025-05-04", "amount": 1000.00, "currency": "USD", \
                "owner": "maren.ostler", "product": "Meridian F200", "revision": 1}
                """
            return try await HTTP.post(deal, to: address + "/v1/sources/api/deals", secret: secret)
        }

        private static func expectStated(_ numbers: [Int], _ attain: Deployment) async throws {
            try await attain.settle()
            let statement = try await HTTP.get(
                try await attain.program(.statements).address() + "/v1/payees/maren.ostler/statements/2025-05")
            let stated = Set(statement.text.matches(of: /"POST-(\d+)"/).compactMap { Int($0.1) })
            #expect(stated.isSuperset(of: numbers), "\(Set(numbers).subtracting(stated).sorted())")
            try await expectSound(attain)
        }
    }
}
