import Records

/// What stands between two fields.
enum CSVDelimiter: String, Hashable, Sendable, CaseIterable {
    case comma, semicolon, tab

    var byte: UInt8 {
        switch self {
        case .comma: UInt8(ascii: ",")
        case .semicolon: UInt8(ascii: ";")
        case .tab: UInt8(ascii: "\t")
        }
    }

    /// A header without any comma but with a semicolon (spreadsheets in much of Europe) or a tab is obvious; everything
    /// else is read with commas.
    init(obviousIn header: some Sequence<UInt8>) {
        let bytes = Set(header)
        let choices: [CSVDelimiter] = [.comma, .semicolon, .tab]
        self = choices.first { bytes.contains($0.byte) } ?? .comma
    }
}

/// The columns of a CSV file.
struct CSVHeader: Hashable, Sendable {
    let names: [String]

    /// As many as spreadsheets have.
    private static let limit = 16_384

    init() { names = [] }

    /// Spaces around a name are not part of it. A column without a name, such as the row numbers some programs write,
    /// is called by its place.
    init(_ texts: [Result<String, RowFault>], file: String) throws(FileFault) {
        guard texts.count <= CSVHeader.limit else {
            throw FileFault(file, line: 1, "the header has \(texts.count) columns; the limit is \(CSVHeader.limit)")
        }
        var names: [String] = []
        var places: [String: Int] = [:]
        for (index, text) in texts.enumerated() {
            let name: String
            switch text {
            case .success(let text): name = text.trimmed
            case .failure(let fault): throw FileFault(file, line: 1, "the header's column \(index + 1) \(fault)")
            }
            let unique = name.isEmpty ? "column \(index + 1)" : name
            if let first = places.updateValue(index, forKey: unique) {
                throw FileFault(
                    file, line: 1,
                    "columns \(first + 1) and \(index + 1) are both called '\(unique)'; rename one of them")
            }
            names.append(unique)
        }
        self.names = names
    }

    /// The column for messages: a row can have more fields than there are columns.
    func name(_ index: Int) -> String { index < names.count ? "column '\(names[index])'" : "field \(index + 1)" }
}

extension StringProtocol {
    /// Without spaces and tabs at either end.
    var trimmed: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        let front = drop(while: isBlank)
        guard let last = front.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(front[...last])
    }
}
