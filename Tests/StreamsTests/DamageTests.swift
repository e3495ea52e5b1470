import CSQLite
import Foundation
import GRDB
import Streams
import TestSupport
import Testing

/// One store at rest, as a kill left it, damaged anew for each seed.
@Suite("S2: damaged state files")
struct DamageTests {
    private static let runs = Reliability.count(200, whole: 1000)
    private static let first = ["first": TallyTopology.first]

    @Test("a flipped bit, a cut or a lost file never makes another figure", arguments: ["", "-wal"])
    func damage(suffix: String) throws {
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            try harness.log.feed(3000)
            try harness.settle(Self.first)
            harness.kill("first")
            let path = "\(folder)/first/in-1.sqlite"
            if suffix.isEmpty { try StateFile.copyLog(of: path) }
            let (store, whole) = ("\(folder)/first", "\(folder)/whole")
            try FileManager.default.copyItem(atPath: store, toPath: whole)
            let tally = try harness.tally("first")
            var found = 0
            for seed in 0..<UInt64(Self.runs) {
                try FileManager.default.removeItem(atPath: store)
                try FileManager.default.copyItem(atPath: whole, toPath: store)
                let damage = try damageFile(path + suffix, seed: seed)
                try harness.settle(Self.first)
                #expect(try tallyOfWhole(harness) == tally, "seed \(seed): \(damage)")
                found += FileManager.default.fileExists(atPath: path + ".corrupt-1") ? 1 : 0
                harness.kill("first")
            }
            // A page of the file that is in its log too is not read, nor is the log behind its last transaction.
            #expect(found > Self.runs / 4, "\(found)")
            print("S2: \(found) of \(Self.runs) damaged stores were set aside (in-1.sqlite\(suffix))")
            #expect(harness.size("out") == 3000)
        }
    }

    /// What no task has met may be met now: then it is made anew.
    private func tallyOfWhole(_ harness: StreamHarness) throws -> [String: Int] {
        do { return try harness.tally("first") } catch  where Damage.isDamage(error) {
            harness.kill("first")
            try harness.settle(Self.first)
            return try harness.tally("first")
        }
    }

    @Test("a file that was cut off is refused, wherever, and not read as if nothing stood there")
    func cut() throws {
        try withTemporaryFolder { folder in
            let (bytes, log) = try Self.copied(in: folder) { database in
                try database.execute(sql: "CREATE TABLE number (id INTEGER PRIMARY KEY, text TEXT)")
                for id in 0..<3000 {
                    try database.execute(sql: "INSERT INTO number VALUES (?, ?)", arguments: [id, "number \(id)"])
                }
            }
            var random = Reliability.random(for: "S2, cut")
            for number in 0..<Reliability.count(30, whole: 1000) {
                let copy = "\(folder)/copy-\(number).sqlite"
                let place = Int.random(in: 4096..<bytes.count, using: &random)
                try bytes.prefix(place).write(to: URL(fileURLWithPath: copy))
                try log.write(to: URL(fileURLWithPath: copy + "-wal"))
                #expect(throws: DatabaseError.self, "\(place)") {
                    let queue = try #require(try StateFile.read(copy, label: "test"))
                    _ = try queue.read { try String.fetchAll($0, sql: "SELECT text FROM number") }
                }
            }
        }
    }

    @Test("a long value that was cut off at the end of a page is refused")
    func cutValue() throws {
        try withTemporaryFolder { folder in
            let (bytes, log) = try Self.copied(in: folder) { database in
                try database.execute(sql: "CREATE TABLE number (id INTEGER PRIMARY KEY, text TEXT)")
                try database.execute(
                    sql: "INSERT INTO number VALUES (1, ?)", arguments: [String(repeating: "x", count: 20_000)])
            }
            let copy = "\(folder)/copy.sqlite"
            try bytes.dropLast(4096).write(to: URL(fileURLWithPath: copy))
            try log.write(to: URL(fileURLWithPath: copy + "-wal"))
            #expect(throws: DatabaseError.self) {
                let queue = try #require(try StateFile.read(copy, label: "test"))
                _ = try queue.read { try String.fetchOne($0, sql: "SELECT text FROM number") }
            }
        }
    }

    /// The file of a store that `make` made, and its log, which says how long the file is and has only one page of it.
    private static func copied(in folder: String, _ make: (Database) throws -> Void) throws -> (file: Data, log: Data) {
        let path = "\(folder)/store.sqlite"
        let store = try StateFile.write(path, label: "test")
        try store.writeWithoutTransaction { database in
            try database.execute(sql: "CREATE TABLE other (id INTEGER)")
            try make(database)
            try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            try database.execute(sql: "INSERT INTO other VALUES (1)")
        }
        let files = try ["", "-wal"].map { try Data(contentsOf: URL(fileURLWithPath: path + $0)) }
        try store.close()
        return (files[0], files[1])
    }

    @Test("a part of a page, as SQLite reads long values since 3.45, is checked as all of it is")
    func partOfPage() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/store.sqlite"
            let store = try StateFile.write(path, label: "test")
            try store.writeWithoutTransaction { database in
                try database.execute(sql: "CREATE TABLE number (text TEXT)")
                try database.execute(
                    sql: "INSERT INTO number VALUES (?)", arguments: [String(repeating: "x", count: 20_000)])
                try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
            try store.close()
            let url = URL(fileURLWithPath: path)
            var bytes = try Data(contentsOf: url)
            let last = bytes.count / 4096 - 1
            for (start, count) in [(0, 4096), (0, 4088), (0, 300), (4, 4084), (1000, 512)] {
                let (code, read) = try Self.read(path, from: last * 4096 + start, count)
                #expect(code == SQLITE_OK)
                #expect(read == [UInt8](bytes[(last * 4096 + start)..<(last * 4096 + start + count)]))
            }
            bytes[last * 4096 + 3000] ^= 4
            try bytes.write(to: url)
            for (start, count) in [(0, 4096), (0, 4088), (0, 300), (1000, 512)] {
                #expect(try Self.read(path, from: last * 4096 + start, count).0 == SQLITE_IOERR | 32 << 8)
            }
        }
    }

    /// As SQLite asks for it.
    private static func read(_ path: String, from offset: Int, _ count: Int) throws -> (Int32, [UInt8]) {
        let vfs = try #require(sqlite3_vfs_find("attain-checked"))
        let memory = UnsafeMutableRawPointer.allocate(byteCount: Int(vfs.pointee.szOsFile), alignment: 16)
        defer { memory.deallocate() }
        let file = memory.assumingMemoryBound(to: sqlite3_file.self)
        return try path.withCString { name in
            #expect(
                vfs.pointee.xOpen(vfs, name, file, SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB, nil) == SQLITE_OK)
            let methods = try #require(file.pointee.pMethods)
            defer { _ = methods.pointee.xClose(file) }
            var bytes = [UInt8](repeating: 0, count: count)
            return (methods.pointee.xRead(file, &bytes, Int32(count), Int64(offset)), bytes)
        }
    }

    @Test(
        "a store of which only a part was copied out of its log, since somebody reads it, is whole",
        arguments: [true, false])
    func copiedInPart(wasWhole: Bool) throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/store.sqlite"
            let store = try StateFile.write(path, label: "test")
            try store.writeWithoutTransaction { database in
                try database.execute(sql: "CREATE TABLE stream_progress (epoch INTEGER, position INTEGER)")
                try database.execute(sql: "CREATE TABLE number (id INTEGER PRIMARY KEY, text TEXT)")
                try database.execute(sql: "INSERT INTO stream_progress VALUES (1, 1)")
                if wasWhole { try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
                // Grows by pages that are in the log alone.
                for id in 0..<500 {
                    try database.execute(sql: "INSERT INTO number VALUES (?, 'before')", arguments: [id])
                }
            }
            let reader = try #require(try StateFile.read(path, label: "test"))
            try reader.read { reading in
                _ = try Int.fetchOne(reading, sql: "SELECT count(*) FROM number")
                try store.writeWithoutTransaction { database in
                    try database.execute(sql: "UPDATE number SET text = 'behind' WHERE id >= 400")
                    try database.execute(sql: "UPDATE stream_progress SET position = 2")
                    try database.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)")
                }
            }
            let file = try Data(contentsOf: URL(fileURLWithPath: path))
            let pages = file[28..<32].reduce(0) { $0 << 8 | Int($1) }
            #expect(pages * 4096 > file.count, "all of it was copied")
            let again = try #require(try StateFile.read(path, label: "test"))
            #expect(
                try again.read { try String.fetchOne($0, sql: "SELECT text FROM number WHERE id = 499") } == "behind")
            #expect(!FileManager.default.fileExists(atPath: path + ".damaged"))
        }
    }

    @Test("a write-ahead log that is taken away while its program runs is missed, and the store made anew")
    func takenAway() throws {
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            try harness.log.feed(300)
            try harness.settle(Self.first)
            let path = "\(folder)/first/in-1.sqlite"
            try FileManager.default.removeItem(atPath: path + "-wal")
            try harness.log.feed(300, from: 300)
            let limit = ContinuousClock.now + .seconds(180)
            while !FileManager.default.fileExists(atPath: path + ".corrupt-1"), ContinuousClock.now < limit {
                try harness.settle(Self.first)
            }
            try harness.settle(Self.first)
            #expect(try harness.tally("first").values.reduce(0, +) == 600)
            #expect(harness.size("out") == 600)
        }
    }

    @Test("a store that was killed as its write-ahead log began anew is whole")
    func begunAnew() throws {
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            try harness.log.feed(300)
            try harness.settle(Self.first)
            // All is copied into the file, so that the next transaction would begin the log anew.
            try harness.close("first")
            let path = "\(folder)/first/in-1.sqlite"
            try Self.beginAnew(path + "-wal")
            try harness.settle(Self.first)
            #expect(!FileManager.default.fileExists(atPath: path + ".corrupt-1"))
            #expect(try harness.tally("first").values.reduce(0, +) == 300)
            try harness.log.feed(300, from: 300)
            try harness.settle(Self.first)
            #expect(try harness.tally("first").values.reduce(0, +) == 600)
        }
    }

    /// Writes the header that SQLite would: the first salt one higher, another second one, and the checksum of both.
    private static func beginAnew(_ path: String) throws {
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        func word(_ offset: Int, isBig: Bool = true) -> UInt32 {
            let word = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self) }
            return isBig ? word.bigEndian : word.littleEndian
        }
        func set(_ offset: Int, _ value: UInt32) {
            withUnsafeBytes(of: value.bigEndian) { bytes.replaceSubrange(offset..<offset + 4, with: $0) }
        }
        set(16, word(16) &+ 1)
        set(20, ~word(20))
        let isBig = word(0) & 1 == 1
        var (a, b) = (UInt32(0), UInt32(0))
        for offset in stride(from: 0, to: 24, by: 8) {
            a = a &+ word(offset, isBig: isBig) &+ b
            b = b &+ word(offset + 4, isBig: isBig) &+ a
        }
        set(24, a)
        set(28, b)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
}
