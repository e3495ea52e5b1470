import Testing

@testable import Expressions

@Suite("Functions")
struct LibraryTests {
    let company = Company()

    @Test(
        "texts",
        arguments: [
            Case("'hello'.contains('ell')", "true"), Case("'hello'.startsWith('he')", "true"),
            Case("'hello'.endsWith('lo')", "true"), Case("size('fiance\\u0301')", "7"), Case("'😀'.size()", "1"),
            Case("'AbÉ'.lowerAscii()", #""abÉ""#), Case("'abé'.upperAscii()", #""ABé""#),
            Case("' \\ta '.trim()", #""a""#),
            Case("'a-b-c'.replace('-', '+')", #""a+b+c""#), Case("'a-b-c'.replace('-', '+', 1)", #""a+b-c""#),
            Case("'a,b'.split(',')", #"["a","b"]"#), Case("'a,b,c'.split(',', 2)", #"["a","b,c"]"#),
            Case("'abc'.split('')", #"["a","b","c"]"#), Case("'abc'.substring(1)", #""bc""#),
            Case("'abc'.substring(1, 2)", #""b""#), Case("'abc'.charAt(3)", #""""#), Case("'abc'.indexOf('c')", "2"),
            Case("'abcb'.lastIndexOf('b')", "3"), Case("['a', 'b'].join('-')", #""a-b""#),
            Case("'abc'.substring(4)", "1:1: position 4 is outside a text of 3"),
        ])
    func texts(_ line: Case) { #expect(company.result(line.text) == line.expected) }

    @Test(
        "patterns match a part, and the written anchor makes it the whole",
        arguments: [
            Case("'GTX-500'.matches('^GT[XK]-\\\\d+$')", "true"), Case("'a\\nb'.matches('a.b')", "false"),
            Case("'ab'.matches('(?s)a.b|AB')", "false"), Case("'AB'.matches('(?i)^ab$')", "true"),
            Case("'aaa'.matches('^a{2}$')", "false"), Case("'aaa'.matches('^a{2,}$')", "true"),
            Case("'foo bar'.matches('\\\\bbar\\\\b')", "true"), Case("'x'.matches('[^a-w]')", "true"),
            Case("'color'.matches('^colou?r$')", "true"), Case("''.matches('')", "true"),
            Case("'ab'.matches('^(?:a|b)+?$')", "true"),
            Case("'a'.matches('[')", #"1:13: the pattern "[" is wrong at character 2: a "]" is missing"#),
            Case("'a'.matches('(a')", #"1:13: the pattern "(a" is wrong at character 3: a ")" is missing"#),
            Case("'a'.matches('(?=a)')", #"1:13: the pattern "(?=a)" is wrong at character 4: (?= is not supported"#),
            Case("'a'.matches('((((){1000}){1000}){1000}){1000}')", "1:13: the pattern is too large; lower its counts"),
            Case("'a'.matches('(((a{1000}){1000}){1000}){1000}')", "1:13: the pattern is too large; lower its counts"),
        ])
    func patterns(_ line: Case) { #expect(company.result(line.text) == line.expected) }

    @Test(
        "conversions",
        arguments: [
            Case("int(3.9)", "3"), Case("int(-3.9)", "-3"), Case("int('12')", "12"), Case("decimal(3)", "3"),
            Case("double('2.50')", "2.5"), Case("string(1.50)", #""1.5""#), Case("string(true)", #""true""#),
            Case("bool('false')", "false"), Case("string(b'abc')", #""abc""#), Case("bytes('é')", #""w6k=""#),
            Case("string(duration('1m1ms'))", #""60.001s""#), Case("int(timestamp('1970-01-01T00:01:00Z'))", "60"),
            Case("int(timestamp('1969-12-31T23:59:59.5Z'))", "-1"),
            Case("int('1.5')", #"1:5: "1.5" is not a whole number"#),
            Case("decimal('x')", #"1:9: "x" is not a number such as 1054.50"#),
            Case("string(b'\\xff')", "1:8: the bytes are not UTF-8"),
            Case("bool('yes')", #"1:6: "yes" is neither true nor false"#),
        ])
    func conversions(_ line: Case) { #expect(company.result(line.text) == line.expected) }

    @Test(
        "dates, moments and durations",
        arguments: [
            Case("date('2026-07-01')", #""2026-07-01""#), Case("credit.date == date('2026-07-01')", "true"),
            Case("credit.date < date('2026-07-02')", "true"), Case("credit.date + 30", #""2026-07-31""#),
            Case("credit.date - 1", #""2026-06-30""#), Case("date('2026-03-01') - date('2026-02-01')", "28"),
            Case("credit.date.getFullYear()", "2026"), Case("credit.date.getMonth()", "6"),
            Case("credit.date.getDate()", "1"),
            Case("credit.date.getDayOfWeek()", "3"), Case("credit.date.getDayOfYear()", "181"),
            Case("date(timestamp('2026-06-30T23:30:00Z'), '+01:00')", #""2026-07-01""#),
            Case("timestamp('2026-01-01T00:00:00Z') + duration('36h')", #""2026-01-02T12:00:00Z""#),
            Case("timestamp('2026-01-02T00:00:00Z') - timestamp('2026-01-01T12:00:00Z')", #""43200s""#),
            Case("duration('1h30m').getMinutes()", "90"), Case("duration('1.234s').getMilliseconds()", "234"),
            Case("date('9999-12-31') + 1", "1:1: the date is outside the years 1 to 9999"),
            Case("date('2026-02-30')", #"1:6: "2026-02-30" is not a date such as 2026-07-01"#),
            Case("duration('1x')", #"1:10: "1x" is not a duration such as 1h30m, exact to the millisecond"#),
        ])
    func dates(_ line: Case) { #expect(company.result(line.text) == line.expected) }

    @Test(
        "numbers",
        arguments: [
            Case("min(3, 2)", "2"), Case("max(credit.amount, 2000)", "2000"), Case("min([3.5, 1])", "1"),
            Case("abs(-2.5)", "2.5"), Case("round(2.5)", "3"), Case("round(2.345, 2)", "2.35"),
            Case("floor(-1.5)", "-2"),
            Case("ceil(1.2)", "2"), Case("trunc(-1.8)", "-1"), Case("math.greatest(1, 5, 3)", "5"),
            Case("min([])", "1:1: an empty list has no least or greatest"),
            Case("round(2.5, 13)", "1:1: round() takes 0 to 12 decimal places, not 13"),
        ])
    func numbers(_ line: Case) { #expect(company.result(line.text) == line.expected) }
}
