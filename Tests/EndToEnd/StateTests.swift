import Foundation
import Records
import TestSupport
import Testing

extension EndToEnd {
    @Suite("State and stops", .serialized)
    struct StateTests {
        static let lost: [[Deployment.Role]] = [[.ingest], [.calculator], [.statements], Deployment.Role.allCases]

        @Test("S3: state folders that are lost are built anew from the log, and nothing is said twice")
        func lostState() async throws {
            let run = try await Undisturbed.shared.run()
            try await withDeployment { attain in
                try await attain.apply()
                try await attain.bring(run.load.rows)
                try attain.startAll()
                #expect(try await attain.outcome() == run.fingerprint)
                let ends = try attain.ends(attain.everyTopic)
                for roles in Self.lost {
                    try await attain.killAll()
                    try attain.deleteState(of: roles)
                    try attain.startAll()
                    #expect(try await attain.outcome() == run.fingerprint, "without the state of \(roles)")
                    #expect(try attain.ends(attain.everyTopic) == ends, "without the state of \(roles)")
                }
                try await expectSound(attain)
            }
        }

        private static let signals = [SIGTERM, SIGINT]

        @Test("R3: a signal stops every program with status 0, and a restart does nothing again", arguments: signals)
        func gracefulStop(signal: Int32) async throws {
            let run = try await Undisturbed.shared.run()
            try await withDeployment { attain in
                try await attain.apply()
                try attain.startAll()
                // Stopped in the middle of the work, whatever is being done at that moment.
                for (number, part) in run.load.parts(Reliability.count(3, whole: 25)).enumerated() {
                    try await attain.bring(part, as: "part-\(number)")
                    for role in Deployment.Role.allCases {
                        let start = ContinuousClock.now
                        #expect(try await attain.stop(role, by: signal) == .status(0), "\(role)")
                        if Reliability.isWhole { #expect(ContinuousClock.now - start <= .seconds(5), "\(role)") }
                    }
                    try attain.startAll()
                }
                #expect(try await attain.outcome() == run.fingerprint)
                try await expectNothingAgain(attain)
                let ends = try attain.ends(attain.everyTopic)
                for role in Deployment.Role.allCases {
                    #expect(try await attain.stop(role, by: signal) == .status(0), "\(role)")
                }
                try attain.startAll()
                #expect(try await attain.outcome() == run.fingerprint)
                try await expectNothingAgain(attain)
                #expect(try attain.ends(attain.everyTopic) == ends)
            }
        }

        /// Every record was processed once, in all runs together, and no output is in the log twice.
        private func expectNothingAgain(_ attain: Deployment) async throws {
            for role in Deployment.Role.allCases {
                let processed = try await attain.streamMetric("records_total", of: attain.program(role))
                #expect(try attain.ends(of: role) == processed, "\(role)")
            }
            for topic in [Topic.payeeEvents, .ledger, .skippedDeals, .dealCommissions] {
                #expect(try attain.repeated(topic) == 0, "\(topic)")
            }
        }
    }
}
