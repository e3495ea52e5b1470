import Glibc
import Streams
import Synchronization
import TestSupport
import Testing

@Suite("streams on Kafka", .serialized)
struct KafkaStreamTests {
    /// Points that only an assignment or a rebalance comes to take seconds each on the mock.
    private static let points = Reliability.isWhole ? CrashPoint.allCases : [.afterFlush]

    @Test("R2: survive a kill at any point, and a deleted store, without appending twice", arguments: points)
    func recovers(point: CrashPoint) throws {
        try OneLoop.onMock { open, _ in
            try withTemporaryFolder { folder in
                let log = try open()
                try log.feed(300)
                for topology in [TallyTopology.first, .second] {
                    let loop = OneLoop(topology: topology, folder: folder, log: log)
                    var kills = 2
                    try loop.settle { reached in
                        guard reached == point, kills > 0 else { return }
                        kills -= 1
                        throw StreamHarness.Crash()
                    }
                    #expect(kills < 2, "it never came to \(point)")
                    try removeFolder("\(folder)/\(topology.group)")
                    try loop.settle()
                    #expect(try log.outcome(topology.outputs[0]) == (300, 0))
                }
            }
        }
    }

    @Test("G3: one that takes longer over a record than it may, while another joins, changes nothing")
    func overlong() throws {
        for _ in 0..<Reliability.count(1, whole: 20) {
            try OneLoop.onMock([("max.poll.interval.ms", "6000")]) { open, _ in
                try withTemporaryFolder { folder in try overlong(open, folder) }
            }
        }
    }

    @Test("N4: a look-up of where a partition ends has an end itself, though the broker that leads it is gone")
    func lookUp() throws {
        try OneLoop.onMock { open, mock in
            let log = try open()
            try log.feed(30)
            let reader = try log.makeReader()
            let ends = try (0..<3).map { try reader.endOffset(of: TopicPartition("in", $0)) }
            #expect(ends.reduce(0, +) == 30)
            #expect(try reader.beginningOffset(of: TopicPartition("in", 0)) == 0)
            try mock.tell("down")
            // The mock may still answer some before it has read the line.
            let deadline = ContinuousClock.now + .seconds(60)
            #expect(throws: LogError.self) {
                while ContinuousClock.now < deadline { _ = try reader.endOffset(of: TopicPartition("in", 0)) }
            }
            try mock.tell("up")
            #expect(try reader.endOffset(of: TopicPartition("in", 0)) == ends[0])
        }
    }

    private func overlong(_ open: () throws -> any Log, _ folder: String) throws {
        let log = try open()
        try log.feed(300)
        let isSlow = Mutex(false)
        let result = Mutex<Result<Void, any Error>?>(nil)
        var topology = TallyTopology.first
        topology.processing = { _ in
            let isFirst = isSlow.withLock { known in
                defer { known = true }
                return !known
            }
            // Until the other one, to which its partitions went, has done all of it and left.
            while isFirst, result.withLock({ $0 == nil }) { usleep(10_000) }
        }
        let other = OneLoop(topology: .first, folder: "\(folder)/other", log: try open())
        let work = BackgroundWork {
            while !isSlow.withLock({ $0 }) { usleep(10_000) }
            let end = Result { try other.settle() }
            result.withLock { $0 = end }
        }
        let (slow, status) = (OneLoop(topology: topology, folder: folder, log: log), StreamStatus())
        let loop = try slow.start(status)
        let deadline = ContinuousClock.now + .seconds(180)
        while try !slow.isAtEnd(status), ContinuousClock.now < deadline { try loop.step(timeout: .milliseconds(100)) }
        work.finish()
        try result.withLock { try $0?.get() }
        try log.feed(60, from: 300)
        while try !slow.isAtEnd(status), ContinuousClock.now < deadline { try loop.step(timeout: .milliseconds(100)) }
        try loop.close()
        let (count, repeated) = try log.outcome("out")
        print("G3: it and the other one repeated \(repeated) of \(count) records, which count once")
        #expect(count - repeated == 360)
        try OneLoop(topology: .second, folder: folder, log: log).settle()
        #expect(try StreamHarness(folder: folder).tally("second").values.reduce(0, +) == 360)
    }
}
