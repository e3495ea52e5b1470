import Foundation
import Records
import Streams
import TestSupport
import Testing

@testable import ingest

extension EndToEnd {
    @Suite("Frozen programs and poisoned topics", .serialized)
    struct StallTests {
        /// How much more memory than at rest a program may take that falls behind.
        private static let growthInMegabytes = 64

        @Test(
            "R4, G1: a program that is frozen and then slow is seen to be behind, keeps its memory, and catches up",
            arguments: Deployment.Role.allCases, Reliability.isWhole ? Medium.allCases : [.embedded])
        func frozen(role: Deployment.Role, on medium: Medium) async throws {
            // The mock keeps 5 MiB a partition.
            let deals = medium == .embedded ? 12_000 : 2_000
            let run = try await Undisturbed.shared.run(deals: Reliability.count(600, whole: deals))
            let stall = Duration.seconds(Reliability.count(2, whole: 60))
            try await withDeployment(on: medium) { attain in
                try await attain.apply()
                try attain.startAll()
                let program = try attain.program(role)
                _ = try await program.address()
                let memory = program.megabytes
                program.send(SIGSTOP)
                try await attain.bring(run.load.rows)
                try await Task.sleep(for: stall)
                try await eventually("\(role) is seen to be behind") { try attain.lag(of: role) > 0 ? true : nil }
                let status = try await attain.run(.ingest, "status")
                #expect(status.contains(/Still to be processed: [1-9]/), "\(status)")
                var most = 0
                try await program.slowed(tenfold: stall) { most = max(most, program.megabytes) }
                let start = ContinuousClock.now
                #expect(try await attain.outcome() == run.fingerprint)
                let caughtUp = ContinuousClock.now - start
                most = max(most, program.megabytes)
                print("G1: \(role) caught up in \(caughtUp), \(most - memory) MB above \(memory)")
                #expect(most - memory <= Self.growthInMegabytes)
                if Reliability.isWhole { #expect(caughtUp <= stall * 2) }
                try await expectSound(attain)
            }
        }

        private static let poisoned: [Topic] = [.dealEvents, .commands, .payeeEvents, .ledger, .skippedDeals]

        @Test(
            "I2: poison in a topic goes to quarantine with its place and reason, and holds nothing up",
            arguments: poisoned, Reliability.isWhole ? Medium.allCases : [.embedded])
        func poison(topic: Topic, on medium: Medium) async throws {
            let run = try await Undisturbed.shared.run()
            try await withDeployment(on: medium) { attain in
                try await attain.apply()
                try attain.startAll()
                let parts = run.load.parts(2)
                try await attain.bring(parts[0], as: "first")
                try await attain.settle()
                let coordinates = try append(100, to: topic, of: attain)
                try await attain.bring(parts[1], as: "second")
                #expect(try await attain.outcome() == run.fingerprint)
                let quarantined = try attain.records(.quarantine).compactMap {
                    try? WireQuarantined(decoding: $0.record.value)
                }
                for coordinate in coordinates {
                    let entry = try #require(quarantined.first { $0.coordinate == coordinate }, "\(coordinate)")
                    #expect(!entry.reason.isEmpty)
                }
                for command in ["skipped", "changes", "status"] { try await attain.run(.ingest, command) }
                for role in Deployment.Role.allCases { try await attain.run(role, "replay", "--compare") }
            }
        }

        /// No bytes, one byte, text, and what begins like a record.
        private static let bytes: [[UInt8]?] = [
            nil, [], [0xFF], Array("{\"id\": 1}".utf8), Array(repeating: 0x0A, count: 50),
        ]

        private func append(_ count: Int, to topic: Topic, of attain: Deployment) throws -> [String] {
            let producer = try attain.log.makeProducer()
            var random = SplitMix(seed: 1)
            let name = attain.application.topic(topic)
            for number in 0..<count {
                // Where topics are compacted nothing is a tombstone, and no poison.
                let bytes = topic.isCompacted ? Self.bytes.filter { $0 != nil } : Self.bytes
                let record = Record(
                    key: Array("poison-\(number)".utf8), value: random.pick(bytes), timestamp: Int64(number))
                let partition = Int32(number) % attain.application.partitions(of: topic)
                try producer.append(record, to: TopicPartition(name, partition))
            }
            return try producer.flush().flatMap { source, ranges in
                ranges.flatMap { $0.map { "\(source)/\($0)" } }
            }
        }
    }
}
