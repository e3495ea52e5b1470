import Foundation
import GRDB
import Streams
import Synchronization
import TestSupport
import Testing

@Suite("the embedded log", .serialized)
struct EmbeddedLogTests {
    private let source = TopicPartition("a", 0)

    @Test("holds all that was acknowledged when its writers are killed")
    func killed() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/attain.log"
            let log = try EmbeddedLog(path: path)
            try log.create([TopicSpecification(name: "a", partitions: 1)])
            for round in 0..<3 {
                let writers = try (0..<2).map { try Writer(path: path, name: "\(round).\($0)") }
                for writer in writers { writer.awaitFirst() }
                Thread.sleep(forTimeInterval: 0.2)
                for writer in writers { writer.kill() }
                let held = try texts(in: log)
                for writer in writers {
                    let acknowledged = writer.acknowledged
                    #expect(acknowledged > 0)
                    let mine = held.filter { $0.hasPrefix("\(writer.name)-") }
                    #expect(mine.count >= acknowledged)
                    #expect(
                        mine == (0..<mine.count).map { "\(writer.name)-\($0)" }, "in order, nothing missing or twice")
                }
            }
        }
    }

    @Test("wakes a reader in another process's commit at once")
    func wakesAcrossProcesses() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/attain.log"
            let log = try EmbeddedLog(path: path)
            try log.create([TopicSpecification(name: "a", partitions: 1)])
            let writer = try Writer(path: path, name: "w")
            let reader = try log.makeReader()
            let records = try reader.read(source, from: 0, limit: 1, timeout: .seconds(600))
            #expect(records.map(\.record.text) == ["w-0"])
            writer.kill()
        }
    }

    @Test("shares a group's partitions among threads that join it at the same moment")
    func joinedAtOnce() throws {
        try withTemporaryFolder { folder in
            let log = try EmbeddedLog(path: "\(folder)/attain.log")
            try log.create([TopicSpecification(name: "a", partitions: 2)])
            for round in 0..<20 {
                let owned = Mutex<[TopicPartition]>([])
                DispatchQueue.concurrentPerform(iterations: 2) { _ in
                    guard let consumer = try? log.join(group: "g\(round)", topics: ["a"]) else { return }
                    let listener = Listener()
                    try? consumer.join(owning: 1, listener)
                    let all = owned.withLock { owned in
                        owned += listener.owned
                        return owned
                    }
                    // Nobody leaves before the other has what is its own.
                    if all.count < 2 { try? consumer.stay(listener) { owned.withLock { $0.count } == 2 } }
                    try? consumer.close(listener: listener)
                }
                #expect(owned.withLock { $0.sorted() } == [TopicPartition("a", 0), TopicPartition("a", 1)])
            }
        }
    }

    @Test("finds a batch that was changed on disk")
    func corrupted() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/attain.log"
            let log = try filled(path)
            try DatabaseQueue(path: path).writeWithoutTransaction { database in
                try database.execute(
                    sql:
                        "UPDATE record_batch SET records = zeroblob(length(records)) WHERE id = (SELECT max(id) FROM record_batch)"
                )
            }
            let error = #expect(throws: LogError.self) { try texts(in: log) }
            #expect(
                error?.description.contains("the batch of 10 records at offset 20 of a/0 fails its checksum") == true)
        }
    }

    @Test("finds a batch that is missing")
    func missing() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/attain.log"
            let log = try filled(path)
            try DatabaseQueue(path: path).writeWithoutTransaction { database in
                try database.execute(sql: "DELETE FROM record_batch WHERE id = (1 << 44) + 10")
            }
            let error = #expect(throws: LogError.self) { try texts(in: log) }
            #expect(error?.description.contains("offset 10 of a/0 is missing among those before 30") == true)
        }
    }

    @Test("of a newer program is refused")
    func newer() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/attain.log"
            _ = try filled(path)
            try DatabaseQueue(path: path).writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 99") }
            let error = #expect(throws: LogError.self) { _ = try EmbeddedLog(path: path) }
            #expect(error?.description.contains("was written by a newer program (format 99") == true)
        }
    }

    @Test("says that the folder is missing")
    func noFolder() throws {
        let error = #expect(throws: LogError.self) { _ = try EmbeddedLog(path: "/nowhere/at/all/attain.log") }
        #expect(error?.description.contains("No such file or directory") == true)
    }

    private func filled(_ path: String) throws -> EmbeddedLog {
        let log = try EmbeddedLog(path: path)
        try log.create([TopicSpecification(name: "a", partitions: 1)])
        let producer = try log.makeProducer()
        for batch in 0..<3 {
            for number in 0..<10 { try producer.append(.text("\(batch * 10 + number)"), to: source) }
            try producer.flush()
        }
        return log
    }

    private func texts(in log: EmbeddedLog) throws -> [String] {
        let reader = try log.makeReader()
        let end = try reader.endOffset(of: source)
        return try reader.readAll(source, count: Int(end)).map { $0.record.text ?? "" }
    }
}

/// A process that appends until it is killed.
private final class Writer {
    let name: String
    private let process: HelperProcess

    init(path: String, name: String) throws {
        self.name = name
        process = try HelperProcess("log-writer", [path, "a", name])
    }

    /// Returns once something was acknowledged.
    func awaitFirst() { first = Int(process.firstLine()) ?? 0 }

    func kill() { process.kill() }

    private var first = 0

    /// The last whole line it wrote.
    lazy var acknowledged = process.wholeLines().last.flatMap { Int($0) } ?? first
}
