import TestSupport
import Testing

extension EndToEnd {
    @Suite("Order of arrival", .serialized)
    struct OrderTests {
        private static let seeds: [UInt64] = [1, 2, 3]

        @Test("deals in another order and a tenth of them twice give the same statements", arguments: seeds)
        func shuffled(seed: UInt64) async throws {
            let run = try await Undisturbed.shared.run()
            try await withDeployment { attain in
                try await attain.apply()
                try attain.startAll()
                try await attain.bring(run.load.disturbed(seed: seed))
                #expect(try await attain.outcome() == run.fingerprint)
                try await expectSound(attain)
            }
        }

        private static let sizes: [(threads: Int, partitions: Int32)] = [(1, 12), (2, 4), (4, 12)]

        @Test("any number of threads and partitions gives the same statements", arguments: sizes)
        func threads(_ threads: Int, partitions: Int32) async throws {
            let run = try await Undisturbed.shared.run()
            try await withDeployment(partitions: partitions) { attain in
                attain.calculatorThreads = threads
                try await attain.apply()
                try await attain.bring(run.load.rows)
                try attain.startAll()
                #expect(try await attain.outcome() == run.fingerprint)
            }
        }

        @Test("the demo has statements to compare, and one deal less gives others")
        func sensitivity() async throws {
            let run = try await Undisturbed.shared.run()
            let counted = try #require(run.fingerprint.firstMatch(of: /statements [0-9a-f]{64} \((\d+)\)/))
            #expect((Int(counted.1) ?? 0) > 50)
            let won = try #require(run.load.rows.lastIndex { $0.contains("Closed Won") })
            let deal = try #require(run.load.rows[won].firstMatch(of: /"deal_id":"(LK-\d+)"/)).1
            try await withDeployment { attain in
                try await attain.apply()
                try await attain.bring(run.load.rows.filter { !$0.contains(deal) })
                try attain.startAll()
                #expect(try await attain.outcome() != run.fingerprint)
            }
        }
    }
}
