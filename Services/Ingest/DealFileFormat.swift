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

    mutating func next() throws(FileFault) -> FileRow? {
        if csv != nil { return try csv?.next() }
        return try ndjson?.next()
    }
}
