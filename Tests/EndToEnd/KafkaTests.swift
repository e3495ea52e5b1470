import Foundation
import Records
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Kafka", .serialized)
    struct KafkaTests {
        private static let properties = ["session.timeout.ms=6000", "heartbeat.interval.ms=300"]

        @Test("Kafka's protocol gives the same statements as the embedded log")
        func mockCluster() async throws {
            let application = try #require(Application(name: "attain", partitions: 3))
            let mock = try KafkaMockProcess(
                topics: Topic.allCases.map { "\(application.topic($0)):\(application.partitions(of: $0))" })
            defer { mock.stop() }
            try await expectSame(on: mock.bootstrap, application)
        }

        @Test("a Kafka broker gives the same statements as the embedded log")
        func broker() async throws {
            guard let bootstrap = ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP"] else {
                return print("skipped: end to end on a real broker, because KAFKA_BOOTSTRAP is not set")
            }
            // A broker keeps topics, so every run is a tenant of its own.
            let name = "end-to-end-\(UInt32.random(in: 0...UInt32.max))"
            try await expectSame(on: bootstrap, try #require(Application(name: name, partitions: 12)))
        }

        private func expectSame(on bootstrap: String, _ application: Application) async throws {
            let run = try await Undisturbed.shared.run()
            try await withTemporaryFolder { folder in
                let attain = try Deployment(
                    folder: folder, application: application, log: "kafka://\(bootstrap)", properties: Self.properties)
                try await running(attain) { attain in
                    try await attain.apply()
                    try await attain.bring(run.load.rows)
                    try attain.startAll()
                    #expect(try await attain.outcome() == run.fingerprint)
                    for role in Deployment.Role.allCases {
                        try await attain.kill(role)
                        try attain.start(role)
                    }
                    #expect(try await attain.outcome() == run.fingerprint)
                    try await expectSound(attain)
                }
            }
        }
    }
}
