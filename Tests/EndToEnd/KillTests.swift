import Foundation
import Records
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Killed programs", .serialized)
    struct KillTests {
        @Test("R1: programs killed at random moments under load leave no trace in the statements")
        func kills() async throws {
            // Each part is to take a while, or most kills would find nothing to do.
            let run = try await Undisturbed.shared.run(deals: Reliability.count(600, whole: 40_000))
            var random = Reliability.random(for: "R1")
            try await withDeployment { attain in
                try await attain.apply()
                try attain.startAll()
                var killed: [Deployment.Role: Int] = [:]
                var busy = 0
                var stalls: [(role: Deployment.Role, behind: Int64, lasted: Duration)] = []
                for (number, part) in run.load.parts(Reliability.count(24, whole: 300)).enumerated() {
                    let path = try attain.write(part, "part-\(number)")
                    let feeding = try attain.launch(.ingest, ["import", path, "--source", "fieldbook"])
                    try await Reliability.pause(upTo: Reliability.count(800, whole: 200), &random)
                    let role = random.pick(Deployment.Role.allCases)
                    #expect(try await attain.kill(role))
                    let behind = try attain.lag(of: role)
                    busy += behind > 0 ? 1 : 0
                    try attain.start(role)
                    // Not of every one, or no program would be killed while it starts.
                    if Reliability.isWhole, number % 5 == 0 {
                        stalls.append((role, behind, try await attain.restart(of: role)))
                    }
                    killed[role, default: 0] += 1
                    guard try await feeding.end() == .status(0) else { throw Executable.Failure(feeding) }
                }
                #expect(try await attain.outcome() == run.fingerprint)
                try await expectSound(attain)
                let text = killed.map { "\($0.value) of \($0.key)" }.sorted().joined(separator: ", ")
                let longest = stalls.map(\.lasted).max() ?? .zero
                print("R1: \(text); \(busy) of them with records to go; \(longest) until it went on")
                guard Reliability.isWhole else { return }
                #expect(busy > 100)
                #expect(stalls.allSatisfy { $0.lasted <= .seconds(5) }, "\(stalls)")
            }
        }

        @Test("R5: all programs killed together, again and again, leave no trace either")
        func allKilled() async throws {
            let run = try await Undisturbed.shared.run()
            var random = Reliability.random(for: "R5")
            try await withDeployment { attain in
                try await attain.apply()
                try await attain.bring(run.load.rows)
                for _ in 0..<Reliability.count(5, whole: 20) {
                    try attain.startAll()
                    try await Reliability.pause(upTo: 1500, &random)
                    try await attain.killAll()
                }
                try attain.startAll()
                #expect(try await attain.outcome() == run.fingerprint)
                try await expectSound(attain)
            }
        }

        @Test("an import killed in the middle of its file goes on where it was")
        func importKilled() async throws {
            let run = try await Undisturbed.shared.run()
            // Several flushes: repeated rows are passed over, so the statements stay the same.
            let rows = Array(repeating: run.load.rows, count: 8000 / run.load.rows.count + 1).flatMap(\.self)
            try await withDeployment { attain in
                try await attain.apply()
                let path = try attain.write(rows)
                var hits = 0
                for target in [1, 2500, 5000] {
                    let program = try attain.launch(.ingest, ["import", path, "--source", "fieldbook"])
                    try await eventually("\(target) rows are in the log") {
                        try attain.count(.dealEvents) >= target || !program.isRunning ? true : nil
                    }
                    hits += try await program.kill() ? 1 : 0
                }
                #expect(hits > 0, "every import was through before it could be killed")
                try await attain.run(.ingest, "import", path, "--source", "fieldbook")
                let count = try attain.count(.dealEvents)
                print("import: killed \(hits) times, \(rows.count) rows became \(count) records")
                try attain.startAll()
                #expect(try await attain.outcome() == run.fingerprint)
                try await expectSound(attain)
                let again = try await attain.run(.ingest, "import", path, "--source", "fieldbook")
                #expect(again.contains("imported already"))
            }
        }
    }
}
