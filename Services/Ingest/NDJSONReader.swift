import Records

/// Reads a file of one JSON object a line. A line that is none costs that line only.
struct NDJSONReader<Source: ByteSource>: RowReader {
    private(set) var blankLines = 0
    private var ahead: ReadAhead<Source>
    /// Lines, which are also what the rows are counted by, so that a row is found with any editor.
    private var line = 0

    init(_ source: Source, file: String) throws(FileFault) {
        ahead = ReadAhead(source)
        try ahead.passByteOrderMark(file: file)
    }

    mutating func next() throws(FileFault) -> FileRow<JSONText>? {
        while let (raw, isTooLong) = try nextLine() {
            line += 1
            if raw.allSatisfy({ $0 == 32 || $0 == 9 }) {
                blankLines += 1
                continue
            }
            return FileRow(number: line, line: line, raw: raw, content: content(raw, isTooLong))
        }
        return nil
    }

    private func content(_ raw: [UInt8], _ isTooLong: Bool) -> Result<JSONText, RowFault> {
        if isTooLong { return .failure(RowFault("is longer than \(RowLimit.bytes) bytes")) }
        do {
            let json = try JSONText(parsing: raw[...])
            guard json.root.isObject else { return .failure(RowFault("is \(json.root.tree.kind), not a JSON object")) }
            return .success(json)
        } catch { return .failure(RowFault("is not JSON: column \(error.column): \(error.reason)")) }
    }

    /// The next line without its end; of one that is too long, only its start.
    private mutating func nextLine() throws(FileFault) -> (raw: [UInt8], isTooLong: Bool)? {
        var searched = 0
        while true {
            let bytes = ahead.bytes[(ahead.start + searched)...]
            if let end = bytes.firstIndex(of: .lineFeed) { return take(end - ahead.start, lineEnd: 1) }
            if ahead.isAtEnd { return ahead.count == 0 ? nil : take(ahead.count, lineEnd: 0) }
            guard ahead.count <= RowLimit.bytes else { return try passLongLine() }
            searched = ahead.count
            try ahead.fill()
        }
    }

    private mutating func take(_ length: Int, lineEnd: Int) -> (raw: [UInt8], isTooLong: Bool) {
        var raw = ahead.bytes[ahead.start..<ahead.start + length]
        if raw.last == .carriageReturn { raw.removeLast() }
        ahead.advance(by: length + lineEnd)
        let isTooLong = raw.count > RowLimit.bytes
        return (Array(isTooLong ? raw.prefix(RowLimit.excerpt) : raw), isTooLong)
    }

    private mutating func passLongLine() throws(FileFault) -> (raw: [UInt8], isTooLong: Bool) {
        let excerpt = Array(ahead.bytes[ahead.start...].prefix(RowLimit.excerpt))
        while true {
            if let end = ahead.bytes[ahead.start...].firstIndex(of: .lineFeed) {
                ahead.advance(by: end + 1 - ahead.start)
                return (excerpt, true)
            }
            ahead.advance(by: ahead.count)
            guard !ahead.isAtEnd else { return (excerpt, true) }
            try ahead.fill()
        }
    }
}
