import GRDB

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

    /// Where a batch lies, and what of.
    struct Place {
        let row: Int64
        let base: Int64
        let count: Int
        let checksum: Int64
        let start: Int64
        let size: Int
    }

    /// Of the batch that holds `offset`; `nil` at the end of the partition.
    static func place(holding offset: Int64, _ partitionID: Int64, _ database: Database) throws -> Place? {
        let rows = rows(of: partitionID)
        let statement = try database.cachedStatement(
            sql: """
                SELECT id, count, checksum, start, size FROM record_batch WHERE id + count > ?2 AND id =
                (SELECT id FROM record_batch WHERE id >= ?1 AND id <= ?2 ORDER BY id DESC LIMIT 1)
                """)
        let highest = rows.lowerBound + min(offset, rows.upperBound - rows.lowerBound - 1)
        return try statement.first(.integer(rows.lowerBound), .integer(highest)) { row in
            Place(
                row: row.integer(0), base: row.integer(0) - rows.lowerBound, count: Int(row.integer(1)),
                checksum: row.integer(2), start: row.integer(3), size: Int(row.integer(4)))
        }
    }
}
