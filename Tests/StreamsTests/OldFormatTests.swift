import Foundation
import GRDB
import TestSupport
import Testing

@testable import Streams

/// Logs as earlier programs made them, by hand.
@Suite("an embedded log of an older format")
struct OldFormatTests {
    private let source = TopicPartition("a", 0)

    @Test("of the first, which kept its records in the index, is taken over")
    func first() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/attain.log"
            try DatabaseQueue(path: path).writeWithoutTransaction { database in
                try database.execute(
                    sql: """
                        CREATE TABLE record_batch (
                            id INTEGER PRIMARY KEY, count INTEGER NOT NULL CHECK (count > 0),
                            checksum INTEGER NOT NULL, records BLOB NOT NULL
                        ) STRICT;
                        """)
                for base in [0, 10, 20] {
                    let (head, bytes) = batch(base)
                    try database.execute(
                        sql: "INSERT INTO record_batch VALUES (?, 10, ?, ?)",
                        arguments: [head.row, head.checksum, Data(bytes)])
                }
                try addTables(version: 1, database)
            }
            try expectTakenOver(path)
        }
    }

    @Test("of the second, which packed each record by itself, is read on and packs what comes as it is packed now")
    func second() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/attain.log"
            let records = try RecordFile(path: path + "-records")
            try DatabaseQueue(path: path).writeWithoutTransaction { database in
                try database.execute(
                    sql: """
                        CREATE TABLE record_batch (
                            id INTEGER PRIMARY KEY, count INTEGER NOT NULL CHECK (count > 0),
                            checksum INTEGER NOT NULL, start INTEGER NOT NULL, size INTEGER NOT NULL
                        ) STRICT;
                        CREATE TABLE records_end (position INTEGER NOT NULL) STRICT;
                        """)
                var (end, known) = (Int64(0), Int64(0))
                for base in [0, 10, 20] {
                    let (head, bytes) = batch(base)
                    // The last one was lost to the index with the power.
                    if base < 20 {
                        try database.execute(
                            sql: "INSERT INTO record_batch VALUES (?, 10, ?, ?, ?)",
                            arguments: [head.row, head.checksum, end + 32, head.size])
                    }
                    known = end
                    end = try records.append([(head, bytes)], at: end)
                }
                try database.execute(sql: "INSERT INTO records_end VALUES (?)", arguments: [known])
                try addTables(version: 2, database)
            }
            try expectTakenOver(path)
        }
    }

    private func expectTakenOver(_ path: String) throws {
        for round in 0..<3 {
            let log = try EmbeddedLog(path: path)
            #expect(try log.identity() == "old")
            #expect(try texts(in: log) == (0..<30 + 10 * round).map(String.init))
            let producer = try log.makeProducer()
            for number in 30 + 10 * round..<40 + 10 * round { try producer.append(record(number), to: source) }
            try producer.flush()
        }
        let last = try EmbeddedLog(path: path).makeReader().read(source, from: 29, limit: 2, timeout: .zero)
        #expect(last.map(\.record) == [record(29), record(30)])
        // A program of that format that is still running must not append what is packed otherwise.
        let isThere = try DatabaseQueue(path: path).read { try $0.tableExists("record_batch") }
        #expect(!isThere)
    }

    private func addTables(version: Int, _ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE log (identity TEXT NOT NULL) STRICT;
                INSERT INTO log VALUES ('old');
                CREATE TABLE topic (
                    name TEXT PRIMARY KEY, partitions INTEGER NOT NULL CHECK (partitions > 0),
                    is_compacted INTEGER NOT NULL, first_partition_id INTEGER NOT NULL UNIQUE
                ) STRICT;
                INSERT INTO topic VALUES ('a', 1, 0, 1);
                CREATE TABLE group_position (
                    group_name TEXT NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL,
                    position INTEGER NOT NULL, PRIMARY KEY (group_name, topic, partition)
                ) STRICT, WITHOUT ROWID;
                PRAGMA user_version = \(version);
                """)
    }

    /// Ten records from a number on, each by itself: time, counts of key, value and headers, and these.
    private func batch(_ first: Int) -> (head: RecordFile.Head, bytes: [UInt8]) {
        var bytes: [UInt8] = []
        for number in first..<first + 10 {
            let record = record(number)
            let (key, value) = (record.key ?? [], record.value ?? [])
            bytes += withUnsafeBytes(of: record.timestamp.littleEndian, Array.init)
            for count in [key.count, value.count, record.headers.bytes.count] {
                bytes += withUnsafeBytes(of: Int32(count).littleEndian, Array.init)
            }
            bytes += key + value + record.headers.bytes
        }
        let row = 1 << EmbeddedDatabase.offsetBits + Int64(first)
        return (RecordFile.Head(row: row, RecordBatch(bytes: bytes, count: 10)), bytes)
    }

    private func record(_ number: Int) -> Streams.Record {
        var headers = Headers()
        headers.append("ce_id", "a/0/\(number)/0")
        return Record(
            key: Array("key".utf8), value: Array("\(number)".utf8), headers: headers, timestamp: Int64(number) * 1000)
    }

    private func texts(in log: EmbeddedLog) throws -> [String] {
        let reader = try log.makeReader()
        return try reader.readAll(source, count: Int(reader.endOffset(of: source))).map { $0.record.text ?? "" }
    }
}
