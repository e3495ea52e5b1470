package import GRDB
import GRDBSQLite

/// What a task's statement is given or gives. For what runs for every record: GRDB's own arguments and rows are boxed one by
/// one and observed, which takes longer than what SQLite does with them.
package enum StoredValue {
    case integer(Int64)
    case text(String)
    case bytes([UInt8])

    /// The bytes that SQLite reads it from.
    fileprivate var size: Int {
        switch self {
        case .integer: 0
        case .text(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        }
    }
}

extension Statement {
    /// Runs it to its end; answers how many rows it changed.
    @discardableResult
    package func run(_ values: StoredValue...) throws -> Int { try run(values) }

    @discardableResult
    package func run(_ values: [StoredValue]) throws -> Int {
        try bound(to: values) { raw in
            guard sqlite3_step(raw) == SQLITE_DONE else { throw failure(raw) }
            return Int(sqlite3_changes(sqlite3_db_handle(raw)))
        }
    }

    /// What `read` makes of the first row; `nil` when there is none.
    package func first<Result>(_ values: StoredValue..., read: (StoredRow) throws -> Result) throws -> Result? {
        try first(values, read: read)
    }

    package func first<Result>(_ values: [StoredValue], read: (StoredRow) throws -> Result) throws -> Result? {
        try bound(to: values) { raw in
            switch sqlite3_step(raw) {
            case SQLITE_ROW: return try read(StoredRow(raw: raw))
            case SQLITE_DONE: return nil
            default: throw failure(raw)
            }
        }
    }

    /// Every row.
    package func each(_ values: StoredValue..., read: (StoredRow) throws -> Void) throws {
        try each(values, read: read)
    }

    package func each(_ values: [StoredValue], read: (StoredRow) throws -> Void) throws {
        try bound(to: values) { raw in
            while true {
                switch sqlite3_step(raw) {
                case SQLITE_ROW: try read(StoredRow(raw: raw))
                case SQLITE_DONE: return
                default: throw failure(raw)
                }
            }
        }
    }

    private func bound<Result>(to values: [StoredValue], _ body: (OpaquePointer) throws -> Result) throws -> Result {
        let raw = sqliteStatement
        defer {
            sqlite3_reset(raw)
            sqlite3_clear_bindings(raw)
        }
        let size = values.reduce(0) { $0 + $1.size }
        return try withUnsafeTemporaryAllocation(byteCount: size, alignment: 1) { room in
            var start = 0
            for (index, value) in values.enumerated() {
                let end = start + value.size
                bind(value, to: Int32(index + 1), raw, UnsafeMutableRawBufferPointer(rebasing: room[start..<end]))
                start = end
            }
            return try body(raw)
        }
    }

    /// In `room`, of the value's size, lies what SQLite reads until the statement is reset: copies of its own would be a block
    /// of memory for each value.
    private func bind(
        _ value: StoredValue, to place: Int32, _ raw: OpaquePointer, _ room: UnsafeMutableRawBufferPointer
    ) {
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .integer(let integer): sqlite3_bind_int64(raw, place, integer)
        case .text where room.isEmpty: sqlite3_bind_text(raw, place, "", 0, copied)
        case .text(var text):
            text.withUTF8 { room.copyMemory(from: UnsafeRawBufferPointer($0)) }
            let utf8 = room.assumingMemoryBound(to: CChar.self)
            sqlite3_bind_text64(raw, place, utf8.baseAddress, UInt64(utf8.count), nil, UInt8(SQLITE_UTF8))
        case .bytes where room.isEmpty: sqlite3_bind_zeroblob(raw, place, 0)
        case .bytes(let bytes):
            room.copyBytes(from: bytes)
            sqlite3_bind_blob64(raw, place, room.baseAddress, UInt64(room.count), nil)
        }
    }

    private func failure(_ raw: OpaquePointer) -> DatabaseError {
        let handle = sqlite3_db_handle(raw)
        return DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(handle)),
            message: String(cString: sqlite3_errmsg(handle)), sql: sql)
    }
}

/// The row at hand, its columns counted from 0; not to be kept.
package struct StoredRow {
    fileprivate let raw: OpaquePointer

    package func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(raw, column) }

    package func text(_ column: Int32) -> String { String(decoding: buffer(column), as: UTF8.self) }

    package func bytes(_ column: Int32) -> [UInt8] { Array(buffer(column)) }

    private func buffer(_ column: Int32) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: sqlite3_column_blob(raw, column), count: Int(sqlite3_column_bytes(raw, column)))
    }
}
