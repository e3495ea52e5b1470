import Records

/// One row of a file: what it says, or why it cannot be read.
struct FileRow<Content: Sendable>: Sendable {
    /// Counts rows of data from 1; a CSV file's header is none.
    let number: Int
    /// The physical line its first byte is on, from 1.
    let line: Int
    /// The row as it stands in the file, without its line end.
    let raw: [UInt8]
    /// An object: of texts by column for CSV, anything for NDJSON.
    let content: Result<Content, RowFault>
}

/// Why one row cannot be read. It goes to quarantine with this reason; the rows after it are read as ever.
struct RowFault: Error, Hashable, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// The rows of a file in their order.
protocol RowReader {
    associatedtype Content: Sendable
    mutating func next() throws(FileFault) -> FileRow<Content>?
}

/// How long a row may be. A record must stay below the megabyte that brokers accept unless told otherwise.
enum RowLimit {
    static let bytes = 500_000
    /// What is kept of a row that is longer.
    static let excerpt = 2_000
}

/// Bytes read ahead of the row that is being read; a row is looked at again from its start when more have come.
struct ReadAhead<Source: ByteSource> {
    private(set) var bytes: [UInt8] = []
    private(set) var start = 0
    private(set) var isAtEnd = false
    private var source: Source

    init(_ source: Source) { self.source = source }

    var count: Int { bytes.count - start }

    /// Gets more bytes, unless there are none.
    mutating func fill() throws(FileFault) {
        guard !isAtEnd else { return }
        bytes.removeFirst(start)
        start = 0
        guard let more = try source.next() else {
            isAtEnd = true
            return
        }
        if bytes.isEmpty { bytes = more } else { bytes.append(contentsOf: more) }
    }

    /// Has at least so many bytes ready, if the file does.
    mutating func fill(atLeast wanted: Int) throws(FileFault) {
        while count < wanted, !isAtEnd { try fill() }
    }

    mutating func advance(by length: Int) { start += length }

    func starts(with prefix: [UInt8]) -> Bool { bytes[start...].starts(with: prefix) }
}

extension ReadAhead {
    /// Passes over UTF-8's byte order mark, which Excel writes, and refuses UTF-16, which Excel calls "Unicode text".
    mutating func passByteOrderMark(file: String) throws(FileFault) {
        try fill(atLeast: 3)
        if starts(with: [0xEF, 0xBB, 0xBF]) { return advance(by: 3) }
        if starts(with: [0xFF, 0xFE]) || starts(with: [0xFE, 0xFF]) {
            throw FileFault(file, "is UTF-16; save it as \"CSV UTF-8\"")
        }
    }
}
