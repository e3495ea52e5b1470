import GRDB

/// The queries on `batch`.
enum EmbeddedTable {
    static func rows(of partitionID: Int64) -> Range<Int64> {
        partitionID << EmbeddedDatabase.offsetBits..<(partitionID + 1) << EmbeddedDatabase.offsetBits
    }

    /// The offset the next record of this partition gets.
    static func end(of partitionID: Int64, _ database: Database) throws -> Int64 {
        let rows = rows(of: partitionID)
        let last = try database.cachedStatement(
            sql: "SELECT id, count FROM batch WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1")
        guard let row = try Row.fetchOne(last, arguments: [rows.lowerBound, rows.upperBound]) else { return 0 }
        return row[0] as Int64 - rows.lowerBound + (row[1] as Int64)
    }

    static func beginning(of partitionID: Int64, _ database: Database) throws -> Int64 {
        let rows = rows(of: partitionID)
        let first = try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT id FROM batch WHERE id >= ? AND id < ? ORDER BY id LIMIT 1"),
            arguments: [rows.lowerBound, rows.upperBound])
        return first.map { $0 - rows.lowerBound } ?? 0
    }

    static func insert(_ head: RecordFile.Head, at position: Int64, _ database: Database) throws {
        try database.cachedStatement(sql: "INSERT INTO batch VALUES (?, ?, ?, ?, ?)").run(
            .integer(head.row), .integer(head.count), .integer(head.checksum),
            .integer(position + Int64(RecordFile.Head.size)), .integer(head.size))
    }

    /// Where what the index knows ends in the file of records.
    static func setRecordsEnd(_ position: Int64, _ database: Database) throws {
        try database.cachedStatement(sql: "UPDATE records_end SET position = ?").run(.integer(position))
    }

    /// Takes in what the index does not know: of a writer that was killed, or lost with the power. What is not whole nobody was
    /// told of. Answers where the file ends.
    static func catchUp(with records: RecordFile, _ database: Database) throws -> Int64 {
        let statement = try database.cachedStatement(sql: "SELECT position FROM records_end")
        guard let known = try statement.first(read: { $0.integer(0) }) else {
            throw LogError.damaged(records.path, "its index does not say where it ends")
        }
        let size = try records.size
        guard size >= known else {
            throw LogError.damaged(records.path, "\(known) bytes were written to it, and it has \(size)")
        }
        guard size > known else { return known }
        var end = known
        while let head = try records.head(at: end) {
            let partitionID = head.row >> EmbeddedDatabase.offsetBits
            guard try self.end(of: partitionID, database) == head.row - rows(of: partitionID).lowerBound else {
                throw LogError.damaged(records.path, "the batch at \(end) is not the next one that its index expects")
            }
            try insert(head, at: end, database)
            end += Int64(RecordFile.Head.size) + head.size
        }
        records.truncate(to: end)
        try setRecordsEnd(end, database)
        return end
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
                SELECT id, count, checksum, start, size FROM batch WHERE id + count > ?2 AND id =
                (SELECT id FROM batch WHERE id >= ?1 AND id <= ?2 ORDER BY id DESC LIMIT 1)
                """)
        let highest = rows.lowerBound + min(offset, rows.upperBound - rows.lowerBound - 1)
        return try statement.first(.integer(rows.lowerBound), .integer(highest)) { row in
            Place(
                row: row.integer(0), base: row.integer(0) - rows.lowerBound, count: Int(row.integer(1)),
                checksum: row.integer(2), start: row.integer(3), size: Int(row.integer(4)))
        }
    }
}
