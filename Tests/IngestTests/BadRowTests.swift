import Foundation
import Records
import Testing

@testable import ingest

@Suite("A broken row costs that row only, and says why")
struct BadRowTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let rows: [String]
        var testDescription: String { name }

        init(_ name: String, _ text: String, _ rows: String...) {
            self.init(name, Array(text.utf8), rows)
        }

        init(_ name: String, _ bytes: [UInt8], _ rows: [String]) {
            self.name = name
            self.bytes = bytes
            self.rows = rows
        }
    }

    static let csv = [
        Case("too few fields", "id,a,b\n1,x\n2,y,z\n", "1 @2 ✗ has 2 fields, the header has 3 columns", "2 @3 2|y|z"),
        Case("too many fields", "id,a\n1,x,\n2,y\n", "1 @2 ✗ has 3 fields, the header has 2 columns", "2 @3 2|y"),
        Case(
            "a quote within text", "id,a\n1,5\" pipe\n2,y\n",
            "1 @2 ✗ column 'a' has a quote within unquoted text; put the whole field in quotes and double those in it",
            "2 @3 2|y"),
        Case(
            "text after a closing quote", "id,a\n1,\"x\" y\n2,z\n",
            "1 @2 ✗ column 'a' has text after its closing quote; double the quotes that belong to the text", "2 @3 2|z"),
        Case(
            "a space before a quote", "id,a\n1, \"x\"\n2,z\n",
            "1 @2 ✗ column 'a' has a quote within unquoted text; put the whole field in quotes and double those in it",
            "2 @3 2|z"),
        Case("no closing quote", "id,a\n1,\"x\n2,y\n", "1 @2 ✗ column 'a' has no closing quote", "2 @3 2|y"),
        Case(
            "no closing quote on the last line", "id,a\n1,x\n2,\"y", "1 @2 1|x",
            "2 @3 ✗ column 'a' has no closing quote"),
        Case(
            "a quote that another row's closes", "id,a\n1,\"x\n2,\"y\"\n3,z\n",
            "1 @2 ✗ column 'a' has text after its closing quote; double the quotes that belong to the text", "2 @3 2|y",
            "3 @4 3|z"),
        Case(
            "a quote in a field too many", "id,a\n1,x,\"y\" z\n2,w\n",
            "1 @2 ✗ field 3 has text after its closing quote; double the quotes that belong to the text", "2 @3 2|w"),
        Case("a NUL byte", "id,a\n1,x\0y\n2,z\n", "1 @2 ✗ column 'a' holds a NUL byte", "2 @3 2|z"),
        Case(
            "Latin-1 letters", Array("id,a\n1,caf".utf8) + [0xE9] + Array("\n2,y\n".utf8),
            ["1 @2 ✗ column 'a' is not UTF-8; save the file as \"CSV UTF-8\"", "2 @3 2|y"]),
        Case(
            "half of a letter", Array("id,a\n1,".utf8) + [0xF0, 0x9F, 0x8E] + Array("\n2,y\n".utf8),
            ["1 @2 ✗ column 'a' is not UTF-8; save the file as \"CSV UTF-8\"", "2 @3 2|y"]),
    ]

    static let csvFiles = [
        Case("nothing at all", "", "deals.csv: is empty; its first line should name the columns"),
        Case("only a byte order mark", "\u{FEFF}", "deals.csv: is empty; its first line should name the columns"),
        Case(
            "a column twice", "id,a,b,a\n1,x,y,z\n",
            "deals.csv line 1: columns 2 and 4 are both called 'a'; rename one of them"),
        Case(
            "a broken header", "id,\"a\n", "deals.csv line 1: the header's column 2 has no closing quote"),
        Case(
            "a quote in the header", "id,a\"b\n1,2\n",
            "deals.csv line 1: the header's column 2 has a quote within unquoted text; put the whole field in quotes and "
                + "double those in it"),
        Case(
            "UTF-16", [0xFF, 0xFE, 0x69, 0x00, 0x64, 0x00, 0x0A, 0x00],
            ["deals.csv: is UTF-16; save it as \"CSV UTF-8\""]),
        Case(
            "big-endian UTF-16", [0xFE, 0xFF, 0x00, 0x69, 0x00, 0x64],
            ["deals.csv: is UTF-16; save it as \"CSV UTF-8\""]),
        Case(
            "a header in Latin-1", Array("id,caf".utf8) + [0xE9, 0x0A],
            ["deals.csv line 1: the header's column 2 is not UTF-8; save the file as \"CSV UTF-8\""]),
    ]

    @Test("in CSV", arguments: csv + csvFiles)
    func brokenCSV(it: Case) {
        for size in [1, 3, 1000] { #expect(rendered(it.bytes, pieces: size) == it.rows) }
    }

    static let ndjson = [
        Case(
            "no JSON", "{\"id\":1}\nhello\n{\"id\":2}\n", "1 @1 1", "2 @2 ✗ is not JSON: column 1: expected a value",
            "3 @3 2"),
        Case(
            "half an object", "{\"id\":1\n{\"id\":2}\n", "1 @1 ✗ is not JSON: column 8: expected ',' or '}'", "2 @2 2"),
        Case("an array", "[1]\n{\"id\":2}\n", "1 @1 ✗ is an array, not a JSON object", "2 @2 2"),
        Case("a text", "\"x\"\n{\"id\":2}\n", "1 @1 ✗ is a text, not a JSON object", "2 @2 2"),
        Case("a name twice", "{\"a\":1,\"a\":2}\n", "1 @1 ✗ is not JSON: column 8: the name 'a' is there twice"),
        Case("a comma too many", "{\"a\":1,}\n", "1 @1 ✗ is not JSON: column 8: expected a name in quotes"),
        Case(
            "two values on a line", "{\"a\":1} {\"a\":2}\n",
            "1 @1 ✗ is not JSON: column 9: nothing may follow the value"),
        Case("NaN", "{\"a\":NaN}\n", "1 @1 ✗ is not JSON: column 6: expected a value"),
        Case("a leading zero", "{\"a\":01}\n", "1 @1 ✗ is not JSON: column 7: expected ',' or '}'"),
        Case("half of a pair", "{\"a\":\"\\ud83c\"}\n", "1 @1 ✗ is not JSON: column 13: half of a surrogate pair"),
        Case(
            "Latin-1 letters", Array("{\"a\":\"caf".utf8) + [0xE9] + Array("\"}\n{\"id\":2}".utf8),
            ["1 @1 ✗ is not JSON: column 11: the text is not valid UTF-8", "2 @2 2"]),
        Case(
            "deep nesting", String(repeating: "{\"a\":", count: 70) + "\n",
            "1 @1 ✗ is not JSON: column 321: nested deeper than 64"),
        Case("UTF-16", [0xFF, 0xFE, 0x7B, 0x00], ["deals.ndjson: is UTF-16; save it as \"CSV UTF-8\""]),
    ]

    @Test("in NDJSON", arguments: ndjson)
    func brokenNDJSON(it: Case) {
        for size in [1, 3, 1000] {
            var rows: [String] = []
            do {
                var reader = try NDJSONReader(Pieces(it.bytes, size: size), file: "deals.ndjson")
                while let row = try reader.next() { rows.append(rendered(row)) }
            } catch { rows.append("\(error)") }
            #expect(rows == it.rows)
        }
    }

    @Test("in NDJSON, a line longer than the limit")
    func longLine() throws {
        let text = "{\"a\":\"\(String(repeating: "x", count: 1_200_000))\"}\n\r\n{\"id\":2}"
        for size in [4096, 700_000, 5_000_000] {
            var reader = try NDJSONReader(Pieces(text.utf8, size: size), file: "deals.ndjson")
            #expect(try reader.next().map(rendered) == "1 @1 ✗ is longer than 500000 bytes")
            #expect(try reader.next().map(rendered) == "3 @3 2")
            #expect(reader.blankLines == 1)
            #expect(try reader.next() == nil)
        }
    }
}
