import Dispatch
import Foundation
import GRDB
import Streams
import Synchronization
import TestSupport
import Testing

@Suite("stream threads")
struct StreamThreadsTests {
    @Test("runs on the embedded log until it is stopped, several of one program beside each other")
    func runs() async throws {
        try await withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            let log = try EmbeddedLog(path: "\(folder)/attain.log")
            try log.create(harness.log.topics())
            let threads = StreamThreads(
                3, log: log, topology: TallyTopology.first, options: harness.options("first"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await threads.run() }
                try log.feed(3000)
                try await waitUntil { try log.lag(group: "first", topics: ["in"]).values.allSatisfy { $0 == 0 } }
                try await waitUntil { threads.statuses.filter(\.isReady).count == 3 }
                #expect(threads.statuses.reduce(0) { $0 + $1.snapshot.count } == 3)
                threads.stop()
                try await group.waitForAll()
            }
            #expect(try harness.tally("first").values.reduce(0, +) == 3000)
            let reader = try log.makeReader()
            #expect(try (0..<3).reduce(0) { $0 + (try reader.endOffset(of: TopicPartition("out", $1))) } == 3000)
        }
    }

    @Test("start and stop together: none opens what is another's in the end")
    func together() async throws {
        try await withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            let log = try EmbeddedLog(path: "\(folder)/attain.log")
            try log.create(harness.log.topics())
            for _ in 0..<10 {
                let opened = Mutex<[TopicPartition]>([])
                var topology = TallyTopology.first
                topology.opening = { source in opened.withLock { $0.append(source) } }
                let threads = StreamThreads(
                    3, log: log, topology: topology, options: harness.options("first"))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await threads.run() }
                    try await waitUntil { threads.statuses.filter(\.isReady).count == 3 }
                    try await waitUntil { threads.statuses.allSatisfy { $0.snapshot.count == 1 } }
                    threads.stop()
                    try await group.waitForAll()
                }
                #expect(opened.withLock { $0.count } == 3)
            }
        }
    }

    @Test("S2: a store that a reader finds damaged is made anew, and no thread ends", arguments: [1, 3])
    func damaged(count: Int) async throws {
        try await withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            let log = try EmbeddedLog(path: "\(folder)/attain.log")
            try log.create(harness.log.topics())
            let threads = StreamThreads(
                count, log: log, topology: TallyTopology.first, options: harness.options("first"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await threads.run() }
                try log.feed(3000)
                try await waitUntil { try log.lag(group: "first", topics: ["in"]).values.allSatisfy { $0 == 0 } }
                let path = "\(folder)/first/in-1.sqlite"
                #expect(throws: DatabaseError.self) {
                    try StateFile.reading(path, StateFile.inode(of: path)) {
                        throw DatabaseError(resultCode: .SQLITE_CORRUPT)
                    }
                }
                try await waitUntil { FileManager.default.fileExists(atPath: path + ".corrupt-1") }
                try log.feed(300)
                try await waitUntil { (try? harness.tally("first").values.reduce(0, +)) == 3300 }
                #expect(
                    try !FileManager.default.contentsOfDirectory(atPath: "\(folder)/first").contains(
                        "in-1.sqlite.damaged"))
                threads.stop()
                try await group.waitForAll()
            }
            let reader = try log.makeReader()
            #expect(try (0..<3).reduce(0) { $0 + (try reader.endOffset(of: TopicPartition("out", $1))) } == 3300)
        }
    }

    @Test("all end when one cannot go on, with what it says")
    func oneFails() async throws {
        try await withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            let log = try EmbeddedLog(path: "\(folder)/attain.log")
            try log.create(harness.log.topics())
            var topology = TallyTopology.first
            topology.opening = { source in
                if source.partition == 2 { throw StateError.notEmpty(path: "partition 2") }
            }
            let threads = StreamThreads(3, log: log, topology: topology, options: harness.options("first"))
            await #expect(throws: StateError.notEmpty(path: "partition 2")) { try await threads.run() }
        }
    }

    @Test("N4: ends when one cannot go on, though another hangs, and none is ready any more")
    func oneHangs() async throws {
        try await withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            let log = try EmbeddedLog(path: "\(folder)/attain.log")
            try log.create(harness.log.topics())
            let (hanging, goOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            var topology = TallyTopology.first
            topology.opening = { source in
                if source.partition == 0 {
                    hanging.signal()
                    goOn.wait()
                }
                if source.partition == 2 {
                    hanging.wait()
                    hanging.signal()  // for whoever has it next
                    throw StateError.notEmpty(path: "partition 2")
                }
            }
            let threads = StreamThreads(3, log: log, topology: topology, options: harness.options("first"))
            await #expect(throws: StateError.notEmpty(path: "partition 2")) { try await threads.run() }
            #expect(threads.statuses.count(where: \.isReady) < 2)
            goOn.signal()
            try await waitUntil { threads.statuses.allSatisfy { !$0.isReady } }
        }
    }

    @Test("ends with the error when its task is cancelled or a group is taken")
    func cancelled() async throws {
        try await withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            let path = "\(folder)/attain.log"
            let log = try EmbeddedLog(path: path)
            try log.create(harness.log.topics())
            let threads = StreamThreads(1, log: log, topology: TallyTopology.first, options: harness.options("first"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await threads.run() }
                try await waitUntil { threads.statuses[0].isReady }
                let other = try EmbeddedLog(path: path)
                #expect(throws: LogError.groupTaken(group: "first", path: path)) {
                    _ = try other.join(group: "first", topics: ["in"])
                }
                group.cancelAll()
                try await group.waitForAll()
                _ = try other.join(group: "first", topics: ["in"])
            }
        }
    }

    private func waitUntil(_ condition: () throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(180)
        while try !condition() {
            guard ContinuousClock.now < deadline else {
                Issue.record("waited for 180 seconds")
                return
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
