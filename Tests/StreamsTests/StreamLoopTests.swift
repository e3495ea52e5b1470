import Streams
import Synchronization
import TestSupport
import Testing

@Suite("a stream loop")
struct StreamLoopTests {
    static let both = ["1 first": TallyTopology.first, "2 second": .second]

    static func undisturbed(_ records: Int) throws -> (out: [[String: [Record]]], tally: [String: Int]) {
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            try harness.log.feed(records)
            try harness.settle(both)
            return (harness.bySource("out"), try harness.tally("second"))
        }
    }

    @Test("gives outputs CloudEvents headers, a coordinate and a link to the one before")
    func headers() throws {
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            try harness.log.feed(60)
            try harness.settle(Self.both)
            let records = harness.log.records(TopicPartition("out", 1)).map(\.record)
            let first = try #require(records.first)
            #expect(first.headers["ce_specversion"] == "1.0")
            #expect(first.headers["ce_source"] == "/attain/first")
            #expect(first.headers["ce_type"] == "test.tally.v1")
            #expect(first.headers["content-type"] == "application/protobuf")
            #expect(first.headers["attain_previous"] == "")
            #expect(first.headers["ce_time"]?.hasPrefix("1970-01-01T00:00:") == true)
            for (_, chain) in harness.bySource("out")[1] {
                let ids = chain.map { $0.headers["ce_id"] }
                #expect(chain.map { $0.headers["attain_previous"] } == [""] + ids.dropLast())
            }
            #expect(try harness.tally("second").values.reduce(0, +) == 60)
        }
    }

    @Test("R2: gives the same outputs and state when it is killed at any point", arguments: CrashPoint.allCases)
    func crashes(point: CrashPoint) throws {
        let expected = try Self.undisturbed(200)
        for seed in 0..<Reliability.count(4, whole: 20) {
            var random = SplitMix(seed: UInt64(seed))
            // Of an assignment there are three partitions, one after the other, and three rebalances; of all else many rounds.
            let last = [.whileAssigned, .whileRevoked].contains(point) ? 3 : 5
            var left = ["1 first": random.pick(Array(1...last)), "2 second": random.pick(Array(1...last))]
            try withTemporaryFolder { folder in
                let harness = try StreamHarness(folder: folder)
                harness.crash = { name, reached in
                    guard reached == point, let count = left[name] else { return }
                    left[name] = count > 1 ? count - 1 : nil
                    if count == 1 { throw StreamHarness.Crash() }
                }
                harness.batchLimit = 20  // more than one partition holds, so that a batch spans several stores
                for round in 0..<4 {
                    try harness.log.feed(50, from: round * 50)
                    if point == .whileRevoked {
                        for (_, topology) in Self.both {
                            harness.log.coordinator(of: topology.group).forceRebalance()
                        }
                    }
                    try harness.settle(Self.both)
                }
                #expect(left.isEmpty, "seed \(seed): it never came to \(point)")
                #expect(harness.bySource("out") == expected.out, "seed \(seed)")
                #expect(try harness.tally("second") == expected.tally, "seed \(seed)")
                #expect(harness.size("out") == 200, "seed \(seed): nothing is appended twice")
            }
        }
    }

    @Test("R2: gives the same outputs and state when it is killed in the middle of a migration")
    func crashesInMigration() throws {
        let expected = try Self.undisturbed(200)
        for seed in 0..<Reliability.count(2, whole: 20) {
            var random = SplitMix(seed: UInt64(seed))
            let left = Mutex(Int.random(in: 1...6, using: &random))
            var topologies = Self.both
            topologies["1 first"]?.migrating = {
                let isCrash = left.withLock { left in
                    left -= 1
                    return left >= 0
                }
                if isCrash { throw StreamHarness.Crash() }
            }
            try withTemporaryFolder { folder in
                let harness = try StreamHarness(folder: folder)
                try harness.log.feed(200)
                try harness.settle(topologies)
                #expect(left.withLock { $0 } < 0, "seed \(seed): it migrated before it could be killed")
                #expect(harness.bySource("out") == expected.out, "seed \(seed)")
                #expect(try harness.tally("second") == expected.tally, "seed \(seed)")
            }
        }
    }

    @Test("does not append again what a deleted store makes it do again")
    func replay() throws {
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            try harness.log.feed(200)
            try harness.settle(Self.both)
            let before = ["out", "latest", "end"].map { harness.log.records(TopicPartition($0, 0)) }
            let state = try harness.tally("first")
            for (name, topology) in Self.both {
                harness.kill(name)
                try removeFolder("\(folder)/\(topology.group)")
            }
            try harness.settle(Self.both)
            #expect(["out", "latest", "end"].map { harness.log.records(TopicPartition($0, 0)) } == before)
            #expect(try harness.tally("first") == state)
            try harness.log.feed(50, from: 200)
            try harness.settle(Self.both)
            #expect(harness.size("out") == 250)
            #expect(try harness.tally("second").values.reduce(0, +) == 250)
        }
    }

    @Test("tells its group where its stores are, though it was killed before it said so, or they were deleted")
    func lag() throws {
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            var isLeft = true
            harness.crash = { _, point in
                guard point == .afterCommit, isLeft else { return }
                isLeft = false
                throw StreamHarness.Crash()
            }
            harness.batchLimit = 200  // all at once: after the crash there is nothing more to take
            try harness.log.feed(200)
            try harness.settle(["1 first": .first])
            #expect(!isLeft)
            #expect(try harness.lag("first", "in") == 0)
            harness.kill("1 first")
            try removeFolder("\(folder)/first")
            // Killed again before it has taken any of them.
            harness.crash = { _, point in if point == .afterProcess { throw StreamHarness.Crash() } }
            try harness.start("1 first", .first)
            #expect(throws: StreamHarness.Crash.self) { try harness.loop("1 first")?.step() }
            #expect(try harness.lag("first", "in") == 200)
        }
    }

    @Test("passes over duplicates, in the log and in delivery")
    func duplicates() throws {
        let expected = try Self.undisturbed(200)
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            try harness.start("1 first", .first)
            try harness.start("2 second", .second)
            harness.faults(of: "1 first") { faults in
                faults.duplicate { destination, record in (record.value?.count ?? 0) % 2 == 0 }
            }
            harness.faults(of: "2 second") { $0.redeliver { _, offset in offset % 3 } }
            harness.faults(of: "1 first") { $0.redeliver { _, offset in offset % 5 } }
            try harness.log.feed(200)
            try harness.settle(Self.both)
            #expect(harness.size("out") > 200)
            #expect(harness.bySource("out") == expected.out)
            #expect(try harness.tally("second") == expected.tally)
        }
    }

    @Test("stops at a gap and names both ends")
    func gap() throws {
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            var headers = Headers()
            headers.append("ce_id", "in/0/5/0")
            headers.append("attain_previous", "in/0/3/0")
            let producer = try harness.log.makeProducer()
            try producer.append(
                Record(key: [1], value: [1], headers: headers, timestamp: 0), to: TopicPartition("out", 2))
            try producer.flush()
            let error = #expect(throws: GapError.self) { try harness.settle(["second": .second]) }
            #expect(
                error?.description.contains(
                    "before offset 0: record in/0/5/0 follows in/0/3/0, but the last one here is none")
                    == true)
        }
    }

    @Test("takes every record from outside, though its sender's own ID reads like a coordinate")
    func foreignIDs() throws {
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            // A topic of somebody else in the same cluster is called like the sender's source.
            try harness.log.create([TopicSpecification(name: "crm", partitions: 1)])
            let producer = try harness.log.makeProducer()
            // Revisions of deals whose IDs have a year before a number.
            for id in ["crm/2026/43/1", "crm/2026/42/2", "crm/2026/42/2"] {
                var headers = Headers()
                headers.append("ce_id", id)
                try producer.append(
                    Record(key: Array("deal".utf8), value: [], headers: headers, timestamp: 0),
                    to: TopicPartition("in", 0))
            }
            try producer.flush()
            try harness.settle(["first": .first])
            #expect(try harness.tally("first") == ["deal": 3])
        }
    }

    @Test("sends a poisoned record to quarantine and goes on")
    func poison() throws {
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            let status = StreamStatus()
            try harness.log.feed(30) { $0 == 10 ? "poison" : "\($0)" }
            try harness.start("1 first", .first, status: status)
            try harness.settle(["1 first": .first])
            let quarantined = harness.log.records(TopicPartition("quarantine", 0)).map(\.record)
            #expect(quarantined.map(\.text) == ["in/1/3: it is poison"])
            #expect(quarantined.first?.headers["ce_id"] == "in/1/3/0")
            #expect(harness.size("out") == 29)
            #expect(status.snapshot.values.map(\.quarantined).sorted() == [0, 0, 1])
            #expect(status.snapshot.values.map(\.processed) == [10, 10, 10])
            #expect(status.isReady)
        }
    }

    @Test("loses nothing when its partitions move, are expelled, and come back")
    func rebalances() throws {
        let expected = try Self.undisturbed(400)
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            let all = [
                "1 first": TallyTopology.first, "1 first again": .first, "2 second": .second, "2 third": .second,
            ]
            for round in 0..<8 {
                try harness.log.feed(50, from: round * 50)
                for (name, topology) in all where harness.loop(name) == nil { try harness.start(name, topology) }
                for _ in 0..<2 { for name in all.keys.sorted() { try harness.loop(name)?.step() } }
                harness.log.coordinator(of: round % 2 == 0 ? "first" : "second").forceRebalance()
                if round % 3 == 2 { harness.kill("1 first") }
                try harness.settle(all)
            }
            #expect(harness.bySource("out") == expected.out)
            #expect(try harness.tally("second") == expected.tally)
        }
    }

    @Test("makes the same of the same input, whatever the size of its batches", arguments: [1, 2, 50, 1000])
    func batches(limit: Int) throws {
        let expected = try Self.undisturbed(200)
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            harness.batchLimit = limit
            try harness.log.feed(200)
            try harness.settle(Self.both)
            #expect(harness.bySource("out") == expected.out)
        }
    }
}
