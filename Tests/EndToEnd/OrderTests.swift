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

        /// Four fifths of the clean rate is the figure of `make reliability`.
        @Test("D1: whatever share of the deals comes twice", arguments: [1, 100])
        func repeated(percent: Int) async throws {
            let deals = Reliability.count(600, whole: 12_000)
            let clean = Reliability.isWhole ? try await expectSame(deals) { $0.rows } : nil
            let disturbed = try await expectSame(deals) { load in
                var random = SplitMix(seed: UInt64(percent))
                return load.rows.flatMap { random.chance(percent) ? [$0, $0] : [$0] }
                    + (percent == 100 ? load.rows : [])
            }
            guard let clean else { return }
            print("D1: \(percent)% twice: \(Int(disturbed)) rows a second, \(Int(clean)) without")
            #expect(disturbed >= clean * 0.8)
        }

        @Test("D2: deals that come much later than those behind them, or in any order within a month")
        func late() async throws {
            // Up to 200,000 places behind their own.
            try await expectSame(Reliability.count(600, whole: 100_000)) { load in
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

        /// Answers how many rows a second went through.
        @discardableResult
        private func expectSame(
            _ deals: Int = 600, on medium: Medium = .embedded, _ rows: (DemoLoad) -> [String]
        ) async throws -> Double {
            let run = try await Undisturbed.shared.run(deals: deals)
            let rows = rows(run.load)
            return try await withDeployment(on: medium) { attain in
                try await attain.apply()
                try attain.startAll()
                let start = ContinuousClock.now
                try await attain.bring(rows)
                try await attain.settle()
                let time = ContinuousClock.now - start
                #expect(try await attain.fingerprint() == run.fingerprint)
                try await expectSound(attain)
                return Double(rows.count) / (time / .seconds(1))
            }
        }

        @Test(
            "D3: revisions in each of their 24 orders, cancelled before they are made or twice, come to the last of them",
            arguments: Reliability.isWhole ? Medium.allCases : [.embedded])
        func revisions(on medium: Medium) async throws {
            let deals = Reliability.count(240, whole: 1000)
            let inOrder = try await fingerprint((0..<deals).flatMap { Self.story($0) }, on: medium)
            for turn in 0..<Reliability.count(1, whole: 24) {
                let mixed = (0..<deals).flatMap { number in
                    Self.order((number / 6 + turn) % 24, of: Self.story(number))
                }
                #expect(try await fingerprint(mixed, on: medium) == inOrder)
            }
        }

        private func fingerprint(_ rows: [String], on medium: Medium) async throws -> String {
            try await withDeployment(on: medium) { attain in
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

        private static let machines: [(threads: Int, zone: String, language: String)] = [
            (8, "Pacific/Kiritimati", "tr_TR.UTF-8"), (1, "America/St_Johns", "C"),
            (8, "Asia/Kathmandu", "ar_EG.UTF-8"),
            (1, "Etc/GMT+12", "de_DE.UTF-8"), (8, "America/New_York", "th_TH.UTF-8"),
        ]

        @Test(
            "A2: another machine's language, time zone and number of threads change nothing",
            arguments: Medium.allCases)
        func otherMachine(on medium: Medium) async throws {
            let run = try await Undisturbed.shared.run()
            for machine in Self.machines.prefix(Reliability.count(1, whole: 5)) {
                try await withDeployment(on: medium) { attain in
                    attain.environment = ["TZ": machine.zone, "LC_ALL": machine.language, "LANG": machine.language]
                    attain.calculatorThreads = machine.threads
                    try await attain.apply()
                    try await attain.bring(run.load.rows)
                    try attain.startAll()
                    #expect(try await attain.outcome() == run.fingerprint)
                    attain.environment = ["TZ": "America/St_Johns", "LC_ALL": "C"]
                    try await expectSound(attain)
                }
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
