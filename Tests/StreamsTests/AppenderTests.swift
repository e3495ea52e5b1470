import Foundation
import Streams
import TestSupport
import Testing

@Suite("an appender")
struct AppenderTests {
    @Test("answers with offsets once the records are durable, for many callers at once")
    func offsets() async throws {
        try await withTemporaryFolder { folder in
            let log = try EmbeddedLog(path: "\(folder)/attain.log")
            try log.create([TopicSpecification(name: "a", partitions: 2)])
            let appender = Appender(log: log)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await appender.run() }
                let answers = try await answers(of: appender, callers: 200)
                #expect(Set(answers).count == 400)
                appender.stop()
                try await group.waitForAll()
                #expect(appender.queued == 0)
                try check(answers, in: log)
            }
        }
    }

    private func answers(of appender: Appender, callers: Int) async throws -> [String] {
        try await withThrowingTaskGroup(of: [String].self) { group in
            for caller in 0..<callers {
                group.addTask {
                    let partition = TopicPartition("a", Int32(caller % 2))
                    let records = ["\(caller)-x", "\(caller)-y"].map { (Record.text($0), partition) }
                    let offsets = try await appender.append(records)
                    return zip(records, offsets).map { "\($0.1)/\($1)=\($0.0.text ?? "")" }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    private func check(_ answers: [String], in log: EmbeddedLog) throws {
        let reader = try log.makeReader()
        var held: [String] = []
        for partition in 0..<2 {
            let records = try reader.readAll(TopicPartition("a", Int32(partition)), count: 200)
            held += records.map { "\($0.source)/\($0.offset)=\($0.record.text ?? "")" }
        }
        #expect(Set(held) == Set(answers))
    }

    @Test("refuses at once when too much waits, and when it is stopping")
    func full() async throws {
        let log = InMemoryLog()
        try log.create([TopicSpecification(name: "a", partitions: 1)])
        let appender = Appender(log: log, maximumCount: 3)
        let source = TopicPartition("a", 0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await appender.append([(.text("1"), source), (.text("2"), source)]) }
            while appender.queued < 2 { await Task.yield() }
            await #expect(throws: AppenderFull.self) {
                _ = try await appender.append([(.text("3"), source), (.text("4"), source)])
            }
            group.addTask { try await appender.run() }
            try await group.next()
            appender.stop()
            try await group.waitForAll()
        }
        await #expect(throws: AppenderFull.self) { _ = try await appender.append([(.text("5"), source)]) }
        #expect(log.records(source).map(\.record.text) == ["1", "2"])
    }

    @Test("B2: lets nobody wait longer than it should, and writes what it took all the same")
    func late() async throws {
        let log = InMemoryLog()
        try log.create([TopicSpecification(name: "a", partitions: 1)])
        let appender = Appender(log: log)
        let source = TopicPartition("a", 0)
        // Nobody serves the queue yet, as when a broker is gone.
        await #expect(throws: AppenderLate.self) {
            _ = try await appender.append([(.text("1"), source)], within: .milliseconds(20))
        }
        #expect(appender.queued == 1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await appender.run() }
            #expect(try await appender.append([(.text("2"), source)]) == [1])
            appender.stop()
            try await group.waitForAll()
        }
        #expect(log.records(source).map(\.record.text) == ["1", "2"])
    }

    @Test("answers every caller with the error that ended the log")
    func failure() async throws {
        let log = InMemoryLog()
        try log.create([TopicSpecification(name: "a", partitions: 1)])
        log.faults.failFlush(with: .fatal("gone"))
        let appender = Appender(log: log)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await #expect(throws: LogError.fatal("gone")) { try await appender.run() } }
            group.addTask {
                await #expect(throws: LogError.fatal("gone")) {
                    _ = try await appender.append([(.text("1"), TopicPartition("a", 0))])
                }
            }
        }
    }
}
