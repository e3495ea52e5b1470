import Foundation
import Records
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Order of arrival", .serialized)
    struct OrderTests {
        private static let seeds: [UInt64] = [1, 2, 3]

        @Test("D1, D2: deals in another order and a tenth of them twice give the same statements", arguments: seeds)
        func shuffled(seed: UInt64) async throws {
            try await expectSame { $0.disturbed(seed: seed) }
        }

        @Test("D1: whatever share of the deals comes twice", arguments: [1, 100])
        func repeated(percent: Int) async throws {
            try await expectSame { load in
                var random = SplitMix(seed: UInt64(percent))
                return load.rows.flatMap { random.chance(percent) ? [$0, $0] : [$0] }
                    + (percent == 100 ? load.rows : [])
            }
        }

        @Test("D2: deals that come much later than those behind them, or in any order within a month")
        func late() async throws {
            try await expectSame { load in
                var random = SplitMix(seed: 7)
                let late = Set(load.rows.indices.filter { _ in random.chance(1) })
                return load.rows.indices.filter { !late.contains($0) }.map { load.rows[$0] }
                    + late.sorted().map { load.rows[$0] }
            }
            try await expectSame { load in
                var random = SplitMix(seed: 8)
                let months = Dictionary(grouping: load.rows) { row in
                    row.firstMatch(of: /"modified":"(\d{4}-\d{2})/).map { String($0.1) } ?? ""
                }
                return months.sorted { $0.key < $1.key }.flatMap { $0.value.shuffled(using: &random) }
            }
        }

        private func expectSame(_ rows: (DemoLoad) -> [String]) async throws {
            let run = try await Undisturbed.shared.run()
            try await withDeployment { attain in
                try await attain.apply()
                try attain.startAll()
                try await attain.bring(rows(run.load))
                #expect(try await attain.outcome() == run.fingerprint)
                try await expectSound(attain)
            }
        }

        @Test(
            "D3: revisions in each of their 24 orders, cancelled before they are made or twice, come to the last of them"
        )
        func revisions() async throws {
            let deals = Reliability.count(240, whole: 1008)
            let inOrder = try await fingerprint((0..<deals).flatMap { Self.story($0) })
            let mixed = (0..<deals).flatMap { number in
                Self.order(number / 6 % 24, of: Self.story(number))
            }
            #expect(try await fingerprint(mixed) == inOrder)
        }

        private func fingerprint(_ rows: [String]) async throws -> String {
            try await withDeployment { attain in
                try await attain.apply()
                try await attain.bring(rows)
                try attain.startAll()
                let outcome = try await attain.outcome()
                #expect(try attain.count(.ledger) > rows.count / 8)
                try await expectSound(attain)
                return outcome
            }
        }

        /// Made, won, changed, and at last cancelled once more, won again or deleted: six stories.
        private static func story(_ number: Int) -> [String] {
            let last = ["Cancelled", "Closed Won", "Deleted"][number % 3]
            return ["Qualified", "Closed Won", number % 2 == 0 ? "Cancelled" : "Closed Won", last].enumerated().map {
                revision, stage in
                """
                {"deal_id":"D3-\(number)","stage":"\(stage)","close_date":"2025-0\(number % 6 + 1)-15",\
                "amount":"\(1000 + number * 7 + revision).50","currency":"USD","owner":"beatriz.fonseca@larkspur.example",\
                "product":"Tern P10","account":"Account \(number)","deal_type":"new","modified":"2025-07-0\(revision + 1)T08:00:00Z",\
                "splits":[]}
                """
            }
        }

        /// The permutation of that number.
        private static func order(_ number: Int, of rows: [String]) -> [String] {
            var (rest, left, result) = (rows, number, [String]())
            while !rest.isEmpty {
                result.append(rest.remove(at: left % rest.count))
                left /= rest.count + 1
            }
            return result
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

        @Test("A2: another machine's language, time zone and number of threads change nothing")
        func otherMachine() async throws {
            let run = try await Undisturbed.shared.run()
            try await withDeployment { attain in
                attain.environment = ["TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"]
                attain.calculatorThreads = 8
                try await attain.apply()
                try await attain.bring(run.load.rows)
                try attain.startAll()
                #expect(try await attain.outcome() == run.fingerprint)
                attain.environment = ["TZ": "America/St_Johns", "LC_ALL": "C"]
                try await expectSound(attain)
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
