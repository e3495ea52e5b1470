import Domain
import Records
import TestSupport
import Testing

@Suite("Reading JSON")
struct JSONTests {
    private func outcome(_ bytes: [UInt8]) -> String {
        do { return try JSON.parse(bytes).description } catch { return "refused: \(error)" }
    }

    @Test(
        "what RFC 8259 allows is read, and written as it was",
        arguments: [
            // text, as written again; nil for the same
            ("null", nil), ("true", nil), ("false", nil), ("0", nil), ("-0", nil), ("-0.5e+10", nil), ("1E400", nil), ("1e-400", nil),
            ("9223372036854775808", nil), ("1234567890123456789", nil), ("0.1000", nil), ("\"\"", nil), ("[]", nil), ("{}", nil),
            (" [ 1 , 2 ] \n", "[1,2]"), ("{ \"a\" : { \"a\" : 1 } }", "{\"a\":{\"a\":1}}"), ("\t\r\n1", "1"),
            (#""\"\\\/\b\f\n\r\t""#, #""\"\\/\u0008\u000c\n\u000d\u0009""#), (#""\u0041\u00e9\u20ac""#, "\"Aé€\""),
            (#""\ud83d\ude00""#, "\"😀\""), (#""\u0000""#, nil), ("\"\u{7f}\u{2028}\"", nil), (#"{"":1}"#, nil),
            (#"{"a":1,"A":2}"#, nil), ("[[[[[]]]]]", nil),
        ] as [(String, String?)])
    func valid(text: String, written: String?) { #expect(outcome(Array(text.utf8)) == written ?? text) }

    @Test(
        "what is no JSON, or means two things, is refused with its place",
        arguments: [
            ("", "line 1, column 1: ends where a value should be"), (" ", "line 1, column 2: ends where a value should be"),
            ("nul", "line 1, column 1: expected true, false or null"), ("nulL", "line 1, column 1: expected true, false or null"),
            ("NaN", "line 1, column 1: expected a value"), ("Infinity", "line 1, column 1: expected a value"),
            ("+1", "line 1, column 1: expected a value"), (".5", "line 1, column 1: expected a value"),
            ("01", "line 1, column 2: nothing may follow the value"), ("1.", "line 1, column 3: expected a digit"),
            ("-", "line 1, column 2: expected a digit"), ("1e", "line 1, column 3: expected a digit"),
            ("1e+", "line 1, column 4: expected a digit"), ("0x1", "line 1, column 2: nothing may follow the value"),
            ("1 2", "line 1, column 3: nothing may follow the value"), ("[1,]", "line 1, column 4: expected a value"),
            ("[1 2]", "line 1, column 4: expected ',' or ']'"), ("[", "line 1, column 2: ends where a value should be"),
            ("{\"a\":1,}", "line 1, column 8: expected a name in quotes"), ("{a:1}", "line 1, column 2: expected a name in quotes"),
            ("{'a':1}", "line 1, column 2: expected a name in quotes"), ("{\"a\" 1}", "line 1, column 6: expected ':' after the name"),
            ("{\"a\":1 \"b\":2}", "line 1, column 8: expected ',' or '}'"), ("{\"a\":}", "line 1, column 6: expected a value"),
            ("{\"a\":1,\n \"a\":2}", "line 2, column 2: the name 'a' is there twice"),
            (#"{"a":1,"\u0061":2}"#, "line 1, column 8: the name 'a' is there twice"),
            ("\"a", "line 1, column 3: the text has no closing quote"), ("\"a\nb\"", "line 1, column 3: a control character must be escaped"),
            ("\"\0\"", "line 1, column 2: a control character must be escaped"), (#""\x41""#, "line 1, column 4: unknown escape"),
            (#""\u12""#, "line 1, column 6: expected four hexadecimal digits"), (#""\"#, "line 1, column 3: the text has no closing quote"),
            (#""\ud800""#, "line 1, column 8: half of a surrogate pair"), (#""\udc00""#, "line 1, column 8: half of a surrogate pair"),
            (#""\ud800\u0041""#, "line 1, column 14: half of a surrogate pair"), ("// a\n1", "line 1, column 1: expected a value"),
            ("\u{feff}1", "line 1, column 1: starts with a byte order mark; send plain UTF-8"),
            ("\"a\u{1f}\"", "line 1, column 3: a control character must be escaped"),
        ])
    func invalid(text: String, reason: String) { #expect(outcome(Array(text.utf8)) == "refused: \(reason)") }

    @Test(
        "bytes that are no UTF-8 are refused",
        arguments: [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0x80]] as [[UInt8]])
    func encoding(bytes: [UInt8]) {
        #expect(outcome([34] + bytes + [34]).contains("the text is not valid UTF-8"))
        #expect(outcome(Array(#"{"a\n"#.utf8) + bytes + Array("\":1}".utf8)).contains("the text is not valid UTF-8"))
        #expect(outcome(bytes).hasPrefix("refused"))
    }

    @Test("nesting has a bottom: 64 levels are read, 65 are not, ten thousand are not followed")
    func depth() {
        func nested(_ depth: Int) -> [UInt8] { Array((String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)).utf8) }
        #expect(outcome(nested(64)).hasPrefix("["))
        #expect(outcome(nested(65)) == "refused: line 1, column 65: nested deeper than 64")
        #expect(outcome(nested(10_000)).hasPrefix("refused"))
        #expect(outcome(Array(String(repeating: "{\"a\":", count: 10_000).utf8)).hasPrefix("refused"))
    }

    @Test("a number may have 100 characters, and names are compared among any number of them")
    func limits() {
        #expect(outcome(Array(String(repeating: "9", count: 100).utf8)) == String(repeating: "9", count: 100))
        #expect(outcome(Array(String(repeating: "9", count: 101).utf8)).contains("more than 100 characters"))
        let members = (0..<300).map { "\"m\($0)\":0" }
        #expect(outcome(Array("{\(members.joined(separator: ","))}".utf8)).hasPrefix("{"))
        for twice in [0, 6, 7, 8, 9, 299] {
            #expect(outcome(Array("{\((members + ["\"m\(twice)\":1"]).joined(separator: ","))}".utf8)).contains("'m\(twice)' is there twice"))
        }
    }

    @Test("what is written is read as the same value")
    func roundTrip() throws {
        var random = SplitMix(seed: 21)
        for _ in 0..<2_000 {
            let value = JSONTests.value(&random, depth: 0)
            #expect(try JSON.parse(value.bytes) == value)
        }
    }

    @Test("a hundred thousand mutations of a deal end in a value that reads itself, or in an error with a place")
    func fuzz() throws {
        var random = SplitMix(seed: 22)
        let deal = Array(
            #"{"id":"D\u00e91","amount":-48000.50e2,"splits":[{"payee":"ada","share":60},{"payee":"b\\b","share":40}],"won":true,"x":null,"y":[[],{}]}"#.utf8)
        var read = 0
        for _ in 0..<100_000 {
            let bytes = JSONTests.mutated(deal, &random)
            do {
                let value = try JSON.parse(bytes)
                read += 1
                guard try JSON.parse(value.bytes) == value else {
                    Issue.record("\(bytes) is written as \(value)")
                    continue
                }
            } catch {
                guard error.line >= 1, error.column >= 1, !error.reason.isEmpty else {
                    Issue.record("\(bytes) has no place")
                    continue
                }
            }
        }
        #expect(read > 1_000)
    }

    private static func value(_ random: inout SplitMix, depth: Int) -> JSON {
        switch Int.random(in: depth > 4 ? 2..<6 : 0..<6, using: &random) {
        case 0: return .array((0..<Int.random(in: 0...4, using: &random)).map { _ in value(&random, depth: depth + 1) })
        case 1:
            return .object(
                (0..<Int.random(in: 0...12, using: &random)).map { .init("\($0)\(text(&random))", value(&random, depth: depth + 1)) })
        case 2: return .number(Number(units: Int128(Int64.random(in: .min ... .max, using: &random))).description)
        case 3: return .bool(random.chance(50))
        case 4: return .null
        default: return .string(text(&random))
        }
    }

    private static func text(_ random: inout SplitMix) -> String {
        let scalars = (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in
            Unicode.Scalar(UInt32.random(in: random.chance(70) ? 0...0x7f : 0x80...0x10ffff, using: &random))
        }
        return String(String.UnicodeScalarView(scalars))
    }

    static func mutated(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var result = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) where !result.isEmpty {
            let index = Int.random(in: 0..<result.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: result[index] = UInt8.random(in: 0...255, using: &random)
            case 1: result[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: result.remove(at: index)
            case 3: result.insert(random.pick(Array("{}[],:\"\\0e-. ".utf8)), at: index)
            case 4: result.removeSubrange(index...)
            default: result.insert(contentsOf: result[index..<min(result.count, index + 9)], at: index)
            }
        }
        return result
    }
}
