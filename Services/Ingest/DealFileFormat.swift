import Records

/// How a file of deals is written.
enum DealFileFormat: String, CaseIterable, Sendable {
    case csv, ndjson

    /// What the file's name says; anything else is taken for CSV, which people call all sorts of things.
    init(fileName: String) {
        let name = fileName.lowercased()
        self = [".ndjson", ".jsonl", ".json"].contains { name.hasSuffix($0) } ? .ndjson : .csv
    }
}

/// The rows of a file of deals, whatever its format.
struct DealRows: RowReader {
    private var csv: CSVReader<FileBytes>?
    private var ndjson: NDJSONReader<FileBytes>?

    init(_ file: FileBytes, _ format: DealFileFormat) throws(FileFault) {
        switch format {
        case .csv: csv = try CSVReader(file, file: file.name)
        case .ndjson: ndjson = try NDJSONReader(file, file: file.name)
        }
    }

    /// `nil` for NDJSON, where every row names its own.
    var columns: [String]? { csv?.header.names }

    var blankLines: Int { csv?.blankLines ?? ndjson?.blankLines ?? 0 }

    mutating func next() throws(FileFault) -> FileRow<JSONText>? {
        guard csv != nil else { return try ndjson?.next() }
        guard let row = try csv?.next() else { return nil }
        return FileRow(number: row.number, line: row.line, raw: row.raw, content: row.content.flatMap(text))
    }

    /// A row of columns as the object that goes to the log.
    private func text(_ columns: JSON) -> Result<JSONText, RowFault> {
        Result { () throws(JSONError) in try JSONText(parsing: columns.bytes[...]) }
            .mapError { RowFault("is not JSON: \($0.reason)") }
    }
}
