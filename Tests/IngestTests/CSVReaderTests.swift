import Records
import Testing

@testable import ingest

/// What a reader makes of a file, a line a row: number, line, and its texts or what is wrong.
func rendered(_ bytes: some Sequence<UInt8>, pieces size: Int = .max) -> [String] {
    var result: [String] = []
    do {
        var reader = try CSVReader(Pieces(bytes, size: size), file: "deals.csv")
        while let row = try reader.next() { result.append(rendered(row)) }
    } catch { result.append("\(error)") }
    return result
}

func rendered(_ row: FileRow<JSONText>) -> String {
    rendered(FileRow(number: row.number, line: row.line, raw: row.raw, content: row.content.map(\.root.tree)))
}

func rendered(_ row: FileRow<JSON>) -> String {
    let place = "\(row.number) @\(row.line) "
    switch row.content {
    case .failure(let fault): return place + "✗ \(fault)"
    case .success(.object(let members)):
        return place
            + members.map { member in
                guard case .string(let text) = member.value else { return member.value.description }
                return text
            }.joined(separator: "|")
    case .success(let other): return place + other.description
    }
}

@Suite("A CSV file is read row by row")
struct CSVReaderTests {
    static let wellFormed: [(name: String, text: String, rows: [String])] = [
        ("LF", "id,a\n1,x\n2,y\n", ["1 @2 1|x", "2 @3 2|y"]),
        ("CRLF", "id,a\r\n1,x\r\n2,y\r\n", ["1 @2 1|x", "2 @3 2|y"]),
        ("lone CR", "id,a\r1,x\r2,y\r", ["1 @2 1|x", "2 @3 2|y"]),
        ("mixed line ends", "id,a\r\n1,x\n2,y\r3,z", ["1 @2 1|x", "2 @3 2|y", "3 @4 3|z"]),
        ("no newline at the end", "id,a\n1,x", ["1 @2 1|x"]),
        ("a byte order mark", "\u{FEFF}id,a\n1,x\n", ["1 @2 1|x"]),
        ("quotes", "id,a\n1,\"x, y\"\n2,\"say \"\"no\"\"\"\n", ["1 @2 1|x, y", "2 @3 2|say \"no\""]),
        ("a line break in quotes", "id,a\n1,\"x\r\ny\"\n2,z\n", ["1 @2 1|x\r\ny", "2 @4 2|z"]),
        ("empty quotes", "id,a\n\"\",\"\"\n", ["1 @2 |"]),
        ("empty fields", "id,a,b\n,,\n1,,\n", ["1 @2 ||", "2 @3 1||"]),
        ("an empty last field at the file's end", "id,a\n1,", ["1 @2 1|"]),
        ("blank lines are no rows", "id,a\n\n1,x\n\n\n2,y\n\n", ["1 @3 1|x", "2 @6 2|y"]),
        ("semicolons", "id;a\n1;x,y\n", ["1 @2 1|x,y"]),
        ("tabs", "id\ta\n1\tx\n", ["1 @2 1|x"]),
        ("one column", "id\n1\n2\n", ["1 @2 1", "2 @3 2"]),
        ("only a header", "id,a\n", []),
        ("letters of every kind", "id,a\n1,Rūta 測量 🎯\n", ["1 @2 1|Rūta 測量 🎯"]),
    ]

    @Test("well-formed files give the same rows, however the bytes come in", arguments: wellFormed.indices)
    func wellFormedFiles(index: Int) {
        let (name, text, rows) = CSVReaderTests.wellFormed[index]
        for size in [1, 2, 3, 5, 1000] {
            #expect(rendered(text.utf8, pieces: size) == rows, "\(name), \(size) bytes at a time")
        }
    }

    @Test("a row keeps its bytes as they were")
    func raw() throws {
        var reader = try CSVReader(Pieces("id,a\r\n1,\"x\"\"\ny\"\r\n".utf8), file: "deals.csv")
        #expect(try reader.next()?.raw == Array("1,\"x\"\"\ny\"".utf8))
    }

    @Test("the mapping's delimiter wins over what the header suggests")
    func statedDelimiter() throws {
        var reader = try CSVReader(Pieces("a,b;c\n1,2;3\n".utf8), file: "deals.csv", delimiter: .semicolon)
        #expect(reader.header.names == ["a,b", "c"])
        #expect(try reader.next().map(rendered) == "1 @2 1,2|3")
    }

    @Test("columns without a name are called by their place, spaces around names are no part of them")
    func headerNames() throws {
        let reader = try CSVReader(Pieces(", amount ,id\n".utf8), file: "deals.csv")
        #expect(reader.header.names == ["column 1", "amount", "id"])
    }

    @Test("a quote that is never closed costs one row of a file larger than any row may be")
    func unclosedQuoteInLargeFile() throws {
        let rows = (1...60_000).map { "\($0),some text\n" }.joined()
        let text = "id,a\n0,\"open\n" + rows
        var reader = try CSVReader(Pieces(text.utf8, size: 4096), file: "deals.csv")
        #expect(try reader.next().map(rendered) == "1 @2 ✗ column 'a' has no closing quote")
        var count = 0
        while let row = try reader.next() {
            count += 1
            #expect(row.number == count + 1)
        }
        #expect(count == 60_000)
    }

    @Test("a row longer than the limit is passed over and keeps an excerpt")
    func longRow() throws {
        let text = "id,a\n1,\(String(repeating: "x", count: 1_200_000))\n2,y\n"
        for size in [4096, 700_000, 5_000_000] {
            var reader = try CSVReader(Pieces(text.utf8, size: size), file: "deals.csv")
            let row = try reader.next()
            #expect(row.map(rendered) == "1 @2 ✗ is longer than 500000 bytes")
            #expect(row?.raw.count == RowLimit.excerpt)
            #expect(try reader.next().map(rendered) == "2 @3 2|y")
            #expect(try reader.next() == nil)
        }
    }

    @Test("any bytes at all give rows or reasons, whose lines rise and which do not depend on the pieces")
    func anyBytes() {
        var state: UInt64 = 2026
        let alphabet = Array("a,\"\n\r;é1 ".utf8) + [0, 0xFF]
        for _ in 0..<300 {
            var bytes = Array("a,b\n".utf8)
            for _ in 0..<40 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes.append(alphabet[Int(state >> 33) % alphabet.count])
            }
            let whole = rendered(bytes)
            for size in [1, 3, 7] { #expect(rendered(bytes, pieces: size) == whole, "\(bytes)") }
        }
    }
}
