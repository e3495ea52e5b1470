import Foundation
import Streams
import TestSupport
import Testing

@Suite("a stream loop that starts again")
struct RecoveryTests {
    @Test(
        "does not append again what it made anew beside what others sent, wherever that is broken off",
        arguments: 1...12)
    func replayBrokenOff(rounds: Int) throws {
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            try harness.log.feed(200)
            try harness.settle(["1 first": .first])
            harness.kill("1 first")
            for suffix in ["", "-wal", "-shm"] { unlink("\(folder)/first/in-0.sqlite\(suffix)") }
            try harness.log.feed(60, from: 200)
            try harness.start("1 first", .first)
            for _ in 0..<rounds { try harness.loop("1 first")?.step() }
            harness.kill("1 first") { _, _ in 0 }
            try harness.settle(["1 first": .first])
            #expect(harness.size("out") == 260)
        }
    }

    @Test("R2: on the embedded log a kill at any point appends nothing twice either", arguments: CrashPoint.allCases)
    func killedOnEmbeddedLog(point: CrashPoint) throws {
        for seed in 0..<Reliability.count(1, whole: 20) {
            try withTemporaryFolder { folder in
                let log = try EmbeddedLog(path: "\(folder)/attain.log")
                try log.create(OneLoop.topics)
                var random = SplitMix(seed: UInt64(seed))
                for topology in [TallyTopology.first, .second] {
                    if topology.group == "first" { try log.feed(300) }
                    // Partitions are given back once, at the end.
                    var left = point == .whileRevoked ? 1 : Int.random(in: 1...3, using: &random)
                    try OneLoop(topology: topology, folder: folder, log: log).settle { reached in
                        guard reached == point else { return }
                        left -= 1
                        if left == 0 { throw StreamHarness.Crash() }
                    }
                    #expect(left <= 0, "seed \(seed): it never came to \(point)")
                    #expect(try log.outcome(topology.outputs[0]) == (300, 0), "seed \(seed)")
                }
                #expect(try StreamHarness(folder: folder).tally("second").values.reduce(0, +) == 300)
            }
        }
    }

    @Test("B4: stops where another record lies than it has seen, though the log is as long again")
    func otherRecord() throws {
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            try harness.log.feed(60)
            try harness.settle(["first": .first])
            harness.kill("first")
            // A log of the same identity, made anew and filled with more than there was.
            let other = try StreamHarness(folder: folder)
            try other.log.feed(90) { "other \($0)" }
            let error = #expect(throws: StateError.self) { try other.settle(["first": .first]) }
            #expect(error == .otherRecord(TopicPartition("in", 0), offset: 19, path: "\(folder)/first/in-0.sqlite"))
            // And one that has all there was, and more.
            let same = try StreamHarness(folder: folder)
            try same.log.feed(90)
            try same.settle(["first": .first])
            #expect(try same.tally("first").values.reduce(0, +) == 90)
        }
    }

    @Test("is ready as a member of its group, though it may have no partition")
    func ready() throws {
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            let statuses = (0..<4).map { _ in StreamStatus() }
            for (number, status) in statuses.enumerated() {
                try harness.start("\(number)", .first, status: status)
                #expect(!status.isReady)
            }
            for number in statuses.indices { try harness.loop("\(number)")?.step() }
            #expect(statuses.filter(\.isReady).count == 4)
            #expect(statuses.allSatisfy { $0.stalled() == nil })
            #expect(statuses.allSatisfy { $0.stalled(at: .now + .seconds(61)) != nil })
            #expect(statuses.map(\.snapshot.count).reduce(0, +) == 3)
        }
    }
}
