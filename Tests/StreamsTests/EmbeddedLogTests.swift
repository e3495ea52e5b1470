import Foundation
import GRDB
import Synchronization
import TestSupport
import Testing

@testable import Streams

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
            let records = try FileHandle(forUpdating: URL(fileURLWithPath: path + "-records"))
            try records.seek(toOffset: records.seekToEnd() - 1)
            try records.write(contentsOf: [0x55])
            try records.close()
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
                try database.execute(sql: "DELETE FROM batch WHERE id = (1 << 44) + 10")
            }
            let error = #expect(throws: LogError.self) { try texts(in: log) }
            #expect(error?.description.contains("offset 10 of a/0 is missing among those before 30") == true)
        }
    }

    @Test("finds that the records of its index are gone")
    func shortened() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/attain.log"
            let log = try filled(path)
            #expect(truncate(path + "-records", 100) == 0)
            let error = #expect(throws: LogError.self) { try texts(in: log) }
            #expect(error?.description.contains("the batch of 10 records at offset 0 of a/0 is missing") == true)
            let again = #expect(throws: LogError.self) { _ = try EmbeddedLog(path: path) }
            #expect(again?.description.contains("attain.log-records is damaged: ") == true)
        }
    }

    @Test("takes out what a writer left that was killed while it wrote")
    func unfinished() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/attain.log"
            let log = try filled(path)
            let records = try FileHandle(forUpdating: URL(fileURLWithPath: path + "-records"))
            try records.seekToEnd()
            try records.write(contentsOf: [UInt8](repeating: 0x55, count: 100_000))
            try records.close()
            #expect(try texts(in: log) == (0..<30).map(String.init))
            try append("30", to: EmbeddedLog(path: path))
            #expect(try texts(in: log) == (0...30).map(String.init))
        }
    }

    /// As a power cut, or a kill within a commit, leaves it.
    @Test("holds what was appended though its index has lost that")
    func lostIndex() throws {
        try withTemporaryFolder { folder in
            let log = try filled("\(folder)/attain.log")
            let old = try backup(log, to: "\(folder)/old.log")
            for number in 30..<33 { try append("\(number)", to: log) }
            try copyRecords(of: log.path, to: old)
            let restored = try EmbeddedLog(path: old)
            #expect(try texts(in: restored) == (0..<33).map(String.init))
            try append("33", to: restored)
            #expect(try texts(in: EmbeddedLog(path: old)) == (0...33).map(String.init))
        }
    }

    @Test("holds what its other writer appended and was killed before the index knew of it")
    func lostCommit() throws {
        try withTemporaryFolder { folder in
            let log = try filled("\(folder)/attain.log")
            let path = try backup(log, to: "\(folder)/other.log")
            try copyRecords(of: log.path, to: path)
            let other = try EmbeddedLog(path: path)
            try append("30", to: log)
            let records = try Data(contentsOf: URL(fileURLWithPath: log.path + "-records"))
            // Where its writer has the file open.
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path + "-records"))
            try file.write(contentsOf: records)
            try file.close()
            try append("31", to: other)
            #expect(try texts(in: other) == (0...31).map(String.init))
        }
    }

    @Test("whose index is gone is not begun anew behind what was appended")
    func withoutIndex() throws {
        try withTemporaryFolder { folder in
            let log = try filled("\(folder)/attain.log")
            try copyRecords(of: log.path, to: "\(folder)/copy.log")
            let error = #expect(throws: LogError.self) { _ = try EmbeddedLog(path: "\(folder)/copy.log") }
            #expect(error?.description.contains("bytes of a log before it; to begin anew delete that too") == true)
        }
    }

    private func append(_ text: String, to log: EmbeddedLog) throws {
        let producer = try log.makeProducer()
        try producer.append(.text(text), to: source)
        try producer.flush()
    }

    /// Of the index alone.
    private func backup(_ log: EmbeddedLog, to path: String) throws -> String {
        try DatabaseQueue(path: log.path).backup(to: DatabaseQueue(path: path))
        return path
    }

    private func copyRecords(of old: String, to new: String) throws {
        try FileManager.default.copyItem(atPath: old + "-records", toPath: new + "-records")
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
