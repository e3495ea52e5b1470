import GRDB
import GRDBSQLite

/// The queries on `record_batch`.
enum EmbeddedTable {
    static func rows(of partitionID: Int64) -> Range<Int64> {
        partitionID << EmbeddedDatabase.offsetBits..<(partitionID + 1) << EmbeddedDatabase.offsetBits
    }

    /// The offset the next record of this partition gets.
    static func end(of partitionID: Int64, _ database: Database) throws -> Int64 {
        let rows = rows(of: partitionID)
        let last = try database.cachedStatement(
            sql: "SELECT id, count FROM record_batch WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1")
        guard let row = try Row.fetchOne(last, arguments: [rows.lowerBound, rows.upperBound]) else { return 0 }
        return row[0] as Int64 - rows.lowerBound + (row[1] as Int64)
    }

    static func beginning(of partitionID: Int64, _ database: Database) throws -> Int64 {
        let rows = rows(of: partitionID)
        let first = try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT id FROM record_batch WHERE id >= ? AND id < ? ORDER BY id LIMIT 1"),
            arguments: [rows.lowerBound, rows.upperBound])
        return first.map { $0 - rows.lowerBound } ?? 0
    }

    /// The batch that holds `offset`; `nil` at the end of the partition, where the last batch's bytes are not looked at:
    /// whoever has read all asks for more all the time.
    static func batch(
        holding offset: Int64, of source: TopicPartition, _ partitionID: Int64, _ database: Database, _ path: String
    ) throws -> LoadedBatch? {
        let rows = rows(of: partitionID)
        let statement = try database.cachedStatement(
            sql: """
                SELECT id, count, checksum, records FROM record_batch WHERE id + count > ?2 AND id =
                (SELECT id FROM record_batch WHERE id >= ?1 AND id <= ?2 ORDER BY id DESC LIMIT 1)
                """)
        let raw = statement.sqliteStatement
        sqlite3_bind_int64(raw, 1, rows.lowerBound)
        sqlite3_bind_int64(raw, 2, rows.lowerBound + min(offset, rows.upperBound - rows.lowerBound - 1))
        defer { sqlite3_reset(raw) }
        switch sqlite3_step(raw) {
        case SQLITE_ROW: break
        case SQLITE_DONE: return nil
        case let code:
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errstr(code)))
        }
        let (base, count) = (sqlite3_column_int64(raw, 0) - rows.lowerBound, sqlite3_column_int64(raw, 1))
        guard offset < base + count else { return nil }
        return try load(raw, source, base: base, count: Int(count), path)
    }

    private static func load(
        _ raw: OpaquePointer?, _ source: TopicPartition, base: Int64, count: Int, _ path: String
    ) throws -> LoadedBatch {
        let bytes = UnsafeRawBufferPointer(
            start: sqlite3_column_blob(raw, 3), count: Int(sqlite3_column_bytes(raw, 3)))
        let checksum = RecordBatch.checksum(bytes, row: sqlite3_column_int64(raw, 0), count: count)
        guard checksum == sqlite3_column_int64(raw, 2),
            let batch = LoadedBatch(source: source, baseOffset: base, count: count, bytes: Array(bytes))
        else {
            throw LogError.damaged(
                path, "the batch of \(count) records at offset \(base) of \(source) fails its checksum")
        }
        return batch
    }
}
