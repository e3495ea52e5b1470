import Glibc
import Streams
import TestSupport
import Testing

extension StreamLoopTests {
    @Test("lets a partition that takes long go on with the next poll, behind what the others have")
    func patience() throws {
        let expected = try Self.undisturbed(1000)
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            (harness.batchLimit, harness.patience) = (900, .zero)
            try harness.log.feed(900)
            let status = StreamStatus()
            try harness.start("1 first", .first, status: status)
            try harness.loop("1 first")?.step()
            let taken = status.snapshot.values.map(\.processed)
            #expect(taken.count == 3 && taken.allSatisfy { (1...64).contains($0) }, "each has had one turn: \(taken)")
            try harness.log.feed(100, from: 900)
            try harness.settle(Self.both)
            #expect(harness.bySource("out") == expected.out)
            #expect(try harness.tally("second") == expected.tally)
        }
    }

    @Test("stops all partitions at one moment where their order matters and all take long")
    func patienceInOrder() throws {
        let expected = try Self.undisturbed(300)
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            (harness.batchLimit, harness.patience) = (300, .nanoseconds(1))
            try harness.log.feed(300)
            var ordered = TallyTopology.first
            ordered.order = { _ in 0 }
            let status = StreamStatus()
            try harness.start("1 first", ordered, status: status)
            for done in [[1, 0, 0], [1, 1, 0], [1, 1, 1], [2, 2, 1]] as [[Int64]] {
                try harness.loop("1 first")?.step()
                #expect(status.snapshot.sorted { $0.key < $1.key }.map(\.value.processed) == done)
            }
            try harness.settle(["1 first": ordered, "2 second": .second])
            #expect(harness.bySource("out") == expected.out)
        }
    }

    @Test("lets a partition that is slow again and again stop alone, even where their order matters")
    func slowInOrder() throws {
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            (harness.batchLimit, harness.patience) = (300, .milliseconds(20))
            try harness.log.feed(300)
            var ordered = TallyTopology.first
            ordered.order = { _ in 0 }
            ordered.processing = { if $0.partition == 0 { usleep(30_000) } }
            let status = StreamStatus()
            try harness.start("1 first", ordered, status: status)
            func left() -> [Int64] {
                status.snapshot.sorted { $0.key < $1.key }.map { $0.value.end - $0.value.position }
            }
            repeat { try harness.loop("1 first")?.step() } while left()[1...].contains { $0 > 0 }
            #expect(left()[0] > 50, "the others waited for the slow one")
        }
    }
}
