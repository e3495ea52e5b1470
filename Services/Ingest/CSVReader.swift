import Foundation
import Records

/// Reads a CSV file row by row: RFC 4180, as people and spreadsheets write it.
///
/// Our own, because the libraries there are (SwiftCSV, CSV.swift, TabularData) hold the whole file or repair what is
/// broken without saying so, and none tells the row, line and column of a fault. Here a broken row costs that row only,
/// keeps its bytes for quarantine, and every later row keeps its number.
struct CSVReader<Source: ByteSource>: RowReader {
    private(set) var header = CSVHeader()
    /// Lines with nothing on them at all: not rows, but counted.
    private(set) var blankLines = 0
    private let file: String
    private let scanner: CSVScanner
    private var ahead: ReadAhead<Source>
    private var fields: [CSVScanner.Field] = []
    private var line = 1
    private var number = 0

    /// Reads as far as the header. `delimiter`: what the mapping says; without, a header tells when it is obvious.
    init(_ source: Source, file: String, delimiter: CSVDelimiter? = nil) throws(FileFault) {
        self.file = file
        ahead = ReadAhead(source)
        try ahead.passByteOrderMark(file: file)
        try ahead.fill()
        let first = try CSVReader.firstLine(&ahead)
        scanner = CSVScanner(delimiter: (delimiter ?? CSVDelimiter(obviousIn: first)).byte)
        guard ahead.count > 0 else { throw FileFault(file, "is empty; its first line should name the columns") }
        switch try scan() {
        case .row(let content, let length, let lines):
            header = try CSVHeader(texts(content), file: file)
            ahead.advance(by: length)
            line += lines
        case .broken(let reason, let field, _):
            throw FileFault(file, line: 1, "the header's column \(field + 1) \(reason)")
        case .needsMore: throw FileFault(file, line: 1, "the header is longer than \(RowLimit.bytes) bytes")
        }
    }

    mutating func next() throws(FileFault) -> FileRow<JSON>? {
        while true {
            let outcome = try scan()
            guard ahead.count > 0 else { return nil }
            if case .row(0, let length, _) = outcome {
                blankLines += 1
                line += 1
                ahead.advance(by: length)
                continue
            }
            number += 1
            return switch outcome {
            case .row(let content, let length, let lines): take(content, length, lines)
            case .broken(let reason, let field, let firstLine): try giveUp("\(header.name(field)) \(reason)", firstLine)
            case .needsMore: try giveUp("is longer than \(RowLimit.bytes) bytes", nil)
            }
        }
    }

    /// Scans the next row, getting more bytes until it is whole, or so long that it cannot be one.
    private mutating func scan() throws(FileFault) -> CSVScanner.Outcome {
        while true {
            let outcome = ahead.bytes.withUnsafeBufferPointer {
                scanner.scan(
                    UnsafeBufferPointer(rebasing: $0[ahead.start...]), isAtEnd: ahead.isAtEnd, fields: &fields)
            }
            guard outcome == .needsMore else { return outcome }
            guard ahead.count <= RowLimit.bytes else { return tooLong() }
            try ahead.fill()
        }
    }

    /// A quote that is never closed makes all the rest of a large file one field.
    private func tooLong() -> CSVScanner.Outcome {
        let bytes = ahead.bytes[ahead.start...]
        guard let first = bytes.firstIndex(of: .lineFeed), first - ahead.start < RowLimit.bytes else {
            return .needsMore
        }
        return .broken("has no closing quote", field: fields.count, firstLine: first - ahead.start + 1)
    }

    private mutating func take(_ content: Int, _ length: Int, _ lines: Int) -> FileRow<JSON> {
        let kept = content <= RowLimit.bytes ? content : RowLimit.excerpt
        let row = FileRow(
            number: number, line: line, raw: Array(ahead.bytes[ahead.start..<ahead.start + kept]),
            content: self.content(content))
        ahead.advance(by: length)
        line += lines
        return row
    }

    private func content(_ length: Int) -> Result<JSON, RowFault> {
        guard length <= RowLimit.bytes else { return .failure(RowFault("is longer than \(RowLimit.bytes) bytes")) }
        guard fields.count == header.names.count else {
            return .failure(RowFault("has \(fields.count) fields, the header has \(header.names.count) columns"))
        }
        var members: [JSON.Member] = []
        members.reserveCapacity(fields.count)
        for (index, field) in fields.enumerated() {
            switch text(of: field) {
            case .success(let text): members.append(JSON.Member(header.names[index], .string(text)))
            case .failure(let fault): return .failure(RowFault("\(header.name(index)) \(fault)"))
            }
        }
        return .success(.object(members))
    }

    private func text(of field: CSVScanner.Field) -> Result<String, RowFault> {
        let range = field.range.lowerBound + ahead.start..<field.range.upperBound + ahead.start
        guard let text = String(validating: ahead.bytes[range], as: UTF8.self) else {
            return .failure(RowFault("is not UTF-8; save the file as \"CSV UTF-8\""))
        }
        guard !text.utf8.contains(0) else { return .failure(RowFault("holds a NUL byte")) }
        guard field.isQuoted, text.utf8.contains(.quote) else { return .success(text) }
        return .success(text.replacingOccurrences(of: "\"\"", with: "\""))
    }

    private func texts(_ content: Int) -> [Result<String, RowFault>] { fields.map { text(of: $0) } }

    /// Leaves a broken row at the end of its first line.
    private mutating func giveUp(_ reason: String, _ firstLine: Int?) throws(FileFault) -> FileRow<JSON> {
        let start = line
        var raw: [UInt8] = []
        try passLine(known: firstLine, keeping: &raw)
        line += 1
        return FileRow(number: number, line: start, raw: raw, content: .failure(RowFault(reason)))
    }

    private mutating func passLine(known length: Int?, keeping raw: inout [UInt8]) throws(FileFault) {
        var isWhole = false
        while !isWhole {
            let bytes = ahead.bytes[ahead.start...]
            let length = length ?? CSVReader.lineEnd(bytes, isAtEnd: ahead.isAtEnd)
            isWhole = length != nil || ahead.isAtEnd
            // A carriage return at the very end waits for the line feed that may belong to it.
            let passed = length ?? bytes.count - (bytes.last == .carriageReturn && !isWhole ? 1 : 0)
            raw.append(contentsOf: bytes.prefix(passed).prefix(max(0, RowLimit.bytes - raw.count)))
            ahead.advance(by: passed)
            if !isWhole { try ahead.fill() }
        }
        while let last = raw.last, last == .lineFeed || last == .carriageReturn { raw.removeLast() }
        if raw.count >= RowLimit.bytes { raw = Array(raw.prefix(RowLimit.excerpt)) }
    }

    /// How long the line is with its end; `nil` when that is not among these bytes, or may go on after them.
    private static func lineEnd(_ bytes: ArraySlice<UInt8>, isAtEnd: Bool) -> Int? {
        guard let index = bytes.firstIndex(where: { $0 == .lineFeed || $0 == .carriageReturn }) else { return nil }
        let length = index - bytes.startIndex + 1
        if bytes[index] == .lineFeed { return length }
        guard index + 1 < bytes.endIndex else { return isAtEnd ? length : nil }
        return bytes[index + 1] == .lineFeed ? length + 1 : length
    }

    private static func firstLine(_ ahead: inout ReadAhead<Source>) throws(FileFault) -> ArraySlice<UInt8> {
        while !ahead.isAtEnd, ahead.count < RowLimit.bytes,
            !ahead.bytes[ahead.start...].contains(where: { $0 == .lineFeed || $0 == .carriageReturn })
        { try ahead.fill() }
        return ahead.bytes[ahead.start...].prefix { $0 != .lineFeed && $0 != .carriageReturn }
    }
}
