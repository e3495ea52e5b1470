import Domain
import Foundation
import Records

/// A CSV file of the company folder: rows whose cells are known by column.
struct FolderTable {
    let file: String
    let rows: [Row]
    /// Whether every row could be read: else nobody knows what the others say.
    let isWhole: Bool

    struct Row {
        let file: String
        let line: Int
        let cells: [String: String]

        /// Without the space around it; empty where the file has no such column.
        subscript(column: String) -> String { cells[column] ?? "" }
    }

    struct Columns {
        let required: [String]
        var optional: [String] = []
        /// Columns of somebody else's are let pass.
        var allowsOthers = false
        var all: [String] { required + optional }
    }
}

/// Collects what is wrong in files that people wrote, all of it.
struct ProblemList {
    private(set) var all: [FileProblem] = []

    var count: Int { all.count }

    mutating func add(_ file: String, line: Int? = nil, column: Int? = nil, _ message: String) {
        all.append(FileProblem(file: file, line: line, column: column, message))
    }

    mutating func add(_ row: FolderTable.Row, _ column: String, _ message: String) {
        add(row.file, line: row.line, "column '\(column)': \(message)")
    }

    mutating func add(contentsOf problems: [FileProblem]) { all.append(contentsOf: problems) }
}

extension FolderTable {
    /// Reads the file; rows that cannot be read are reported and left out. `nil` when there is no such file.
    init?(_ folder: URL, _ file: String, _ columns: Columns, problems: inout ProblemList) {
        let path = folder.appendingPathComponent(file).path
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        self.file = file
        var isWhole = true
        do {
            var reader = try CSVReader(FileBytes(path: path), file: file)
            FolderTable.check(reader.header, columns, file, &problems)
            var rows: [Row] = []
            while let row = try reader.next() {
                switch row.content {
                case .success(let json): rows.append(Row(file: file, line: row.line, cells: FolderTable.cells(json)))
                case .failure(let fault):
                    problems.add(file, line: row.line, fault.description)
                    isWhole = false
                }
            }
            self.rows = rows
        } catch {
            problems.add(file, line: error.line, error.reason)
            rows = []
            isWhole = false
        }
        self.isWhole = isWhole
    }

    private static func check(
        _ header: CSVHeader, _ columns: Columns, _ file: String, _ problems: inout ProblemList
    ) {
        for name in columns.required where !header.names.contains(name) {
            problems.add(
                file, line: 1, "column '\(name)' is missing; the header should be \(columns.all.joined(separator: ","))"
            )
        }
        guard !columns.allowsOthers else { return }
        for name in header.names where !columns.all.contains(name) {
            problems.add(file, line: 1, "there is no column '\(name)'\(suggestion(for: name, among: columns.all))")
        }
    }

    private static func cells(_ json: JSON) -> [String: String] {
        guard case .object(let members) = json else { return [:] }
        var cells: [String: String] = [:]
        for member in members {
            if case .string(let text) = member.value { cells[member.name] = text.trimmed }
        }
        return cells
    }
}

// Each reads one cell, or reports what is wrong with it and what would be right.
extension ProblemList {
    mutating func text(_ row: FolderTable.Row, _ column: String) -> String? {
        let text = row[column]
        guard !text.isEmpty else {
            // A column that is not there at all has been reported for the header.
            if row.cells[column] != nil { add(row, column, "is empty; every row needs one") }
            return nil
        }
        guard text.utf8.count <= 200 else {
            add(row, column, "has more than 200 bytes; shorten it")
            return nil
        }
        guard !text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else {
            add(row, column, "holds a line break or another control character; remove it")
            return nil
        }
        return text
    }

    mutating func date(_ row: FolderTable.Row, _ column: String) -> CalendarDate? {
        guard let text = text(row, column) else { return nil }
        guard let date = CalendarDate(text) else {
            add(row, column, "'\(text)' is not a date such as 2026-03-01")
            return nil
        }
        return date
    }

    mutating func optionalDate(_ row: FolderTable.Row, _ column: String) -> CalendarDate? {
        row[column].isEmpty ? nil : date(row, column)
    }

    mutating func currency(_ row: FolderTable.Row, _ column: String) -> Currency? {
        guard let text = text(row, column) else { return nil }
        guard let currency = Currency(text) else {
            let upper = Currency(text.uppercased()).map { "; write '\($0)'" }
            add(row, column, "'\(text)' is not an ISO 4217 currency\(upper ?? " such as USD or EUR")")
            return nil
        }
        return currency
    }

    mutating func positiveNumber(_ row: FolderTable.Row, _ column: String, orPercent: Bool = false) -> Number? {
        guard let text = text(row, column) else { return nil }
        do {
            let number = orPercent && text.hasSuffix("%") ? try Rate(text).value : try Number(text)
            if number > 0 { return number }
            add(row, column, "'\(text)' is not more than zero")
        } catch {
            let hint = text.contains(",") ? "; leave out thousands separators and write a point before decimals" : ""
            add(row, column, "'\(text)' \(error)\(hint)")
        }
        return nil
    }

    mutating func period(_ row: FolderTable.Row, _ column: String) -> Period? {
        guard let text = text(row, column) else { return nil }
        guard let period = Period(text) else {
            add(row, column, "'\(text)' is not a period; write a year (2026), a quarter (2026-Q1) or a month (2026-03)")
            return nil
        }
        return period
    }

    /// One of a few words; the default where the cell is empty.
    mutating func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ row: FolderTable.Row, _ column: String, default standard: Value
    ) -> Value? {
        let text = row[column]
        guard !text.isEmpty else { return standard }
        guard let value = Value(rawValue: text) else {
            add(
                row, column,
                "'\(text)' is none of its values\(suggestion(for: text, among: Value.allCases.map(\.rawValue)))")
            return nil
        }
        return value
    }
}
