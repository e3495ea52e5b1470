import Foundation
import GRDB
import Streams
import TestSupport
import Testing

@Suite("a state store")
struct StateStoreTests {
    private static let first = ["first": TallyTopology.first]

    @Test("that is damaged is set aside and built again")
    func damaged() throws {
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            try harness.log.feed(100)
            try harness.settle(Self.first)
            let tally = try harness.tally("first")
            try harness.close("first")
            let path = "\(folder)/first/in-1.sqlite"
            try StateFile.copyLog(of: path)
            try Data(repeating: 0x5a, count: 9000).write(to: URL(fileURLWithPath: path))
            try harness.settle(Self.first)
            #expect(FileManager.default.fileExists(atPath: "\(path).corrupt-1"))
            #expect(try harness.tally("first") == tally)
            #expect(harness.size("out") == 100)
        }
    }

    @Test(
        "without its log, or with one that lost its beginning, is refused by readers; one that is being made is not there"
    )
    func unclosed() throws {
        try withTemporaryFolder { folder in
            let (open, path) = ("\(folder)/open.sqlite", "\(folder)/store.sqlite")
            let store = try StateFile.write(open, label: "test")
            try store.writeWithoutTransaction {
                try $0.execute(sql: "CREATE TABLE stream_progress (epoch INTEGER, position INTEGER)")
                try $0.execute(sql: "INSERT INTO stream_progress VALUES (1, 1)")
            }
            // As a kill leaves it: nothing was copied out of its log.
            for suffix in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: open + suffix, toPath: path + suffix)
            }
            try store.close()
            let (main, log) = (URL(fileURLWithPath: path), URL(fileURLWithPath: path + "-wal"))
            var bytes = try Data(contentsOf: log)
            #expect(try StateFile.read(path, label: "test") != nil)
            bytes[17] ^= 1
            try bytes.write(to: log)
            #expect(throws: DatabaseError.self) { try StateFile.read(path, label: "test") }
            try FileManager.default.removeItem(at: log)
            #expect(throws: DatabaseError.self) { try StateFile.read(path, label: "test") }
            try Data().write(to: log)
            #expect(try StateFile.read(path, label: "test") == nil)
            try FileManager.default.removeItem(at: log)
            try Data().write(to: main)
            #expect(try StateFile.read(path, label: "test") == nil)
        }
    }

    @Test("of a newer program is refused")
    func newer() throws {
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            try harness.log.feed(10)
            try harness.settle(Self.first)
            try harness.close("first")
            let path = "\(folder)/first/in-0.sqlite"
            try StateFile.write(path, label: "test").write {
                try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('tally-9')")
            }
            #expect(throws: StateError.newer(path: path)) { try harness.settle(Self.first) }
        }
    }

    @Test("of another log is refused")
    func otherLog() throws {
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            try harness.log.feed(10)
            try harness.settle(Self.first)
            try harness.close("first")
            let path = "\(folder)/first/in-0.sqlite"
            try StateFile.write(path, label: "test").write {
                try $0.execute(sql: "UPDATE stream_progress SET log_identity = 'x'")
            }
            #expect(throws: StateError.otherLog(path: path, has: "x", wanted: "in-memory")) {
                try harness.settle(Self.first)
            }
        }
    }

    @Test("that is ahead of the log is refused")
    func beyondEnd() throws {
        try withTemporaryFolder { folder in
            try StreamHarness(folder: folder).with {
                try $0.log.feed(12)
                try $0.settle(Self.first)
            }
            let other = try StreamHarness(folder: folder)
            try other.log.feed(3)
            #expect(
                throws: StateError.beyondEnd(
                    TopicPartition("in", 0), position: 4, end: 1, path: "\(folder)/first/in-0.sqlite")
            ) { try other.settle(Self.first) }
        }
    }

    @Test("that another process has taken over commits nothing more")
    func fenced() throws {
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            try harness.log.feed(10)
            try harness.settle(Self.first)
            let zombie = try #require(harness.loop("first"))
            let path = "\(folder)/first/in-0.sqlite"
            try StateFile.write(path, label: "test").write {
                try $0.execute(sql: "UPDATE stream_progress SET epoch = epoch + 1")
            }
            try harness.log.feed(10, from: 10)
            #expect(throws: StateError.fenced(path: path)) { try zombie.step() }
        }
    }
}

extension StreamHarness {
    func with(_ body: (StreamHarness) throws -> Void) rethrows { try body(self) }
}

func removeFolder(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }
