import Domain
import Testing

@testable import Expressions

@Suite("Diagnostics")
struct DiagnosticTests {
    let company = Company()

    @Test(
        "a mistake is named with its place, what was expected, and what was probably meant",
        arguments: [
            Case("credit.amuont * 2", #"1:1: "credit" has no field "amuont"; did you mean "amount"?"#),
            Case("2 * crdit.amount", #"1:5: unknown name "crdit.amount"; did you mean "credit.amount"?"#),
            Case("isnew", #"1:1: unknown name "isnew"; did you mean "isNew"?"#),
            Case("xyzzy", #"1:1: unknown name "xyzzy""#),
            Case("credit", #"1:1: "credit" is a group of fields; add one of: amount, count, date"#),
            Case("has(deal.regoin)", #"1:1: "deal" has no field "regoin"; did you mean "region"?"#),
            Case("attainment(bokings)", #"1:12: unknown measure "bokings"; did you mean "bookings"?"#),
            Case("attainment(1 + 2)", "1:12: attainment() takes the name of a measure"),
            Case("deal.kind.contain('x')", #"1:11: unknown function "contain"; did you mean "contains"?"#),
            Case("twcie(1)", #"1:1: unknown function "twcie"; did you mean "twice"?"#),
            Case("contains('a', 'b')", "1:1: contains() is called differently: string.contains(string)"),
            Case("credit.amount + deal.kind", "1:1: decimal + string is not defined; expected decimal + decimal"),
            Case(
                "deal.kind.contains(5)", "1:11: string.contains(int) is not defined; expected string.contains(string)"),
            Case("deal.kind == 5", "1:1: string == int is not defined; expected A == A"),
            Case("deal.region == null", "1:1: string is never null; use has() to ask whether a field has a value"),
            Case("credit.amount && true", "1:1: what \"&&\" joins must be bool, found decimal"),
            Case("credit.amount ? 1 : 2", "1:1: the condition before \"?\" must be bool, found decimal"),
            Case("isNew ? 1 : 'a'", "1:1: both sides of \":\" must have one type, found int and string"),
            Case("[1].filter(x, x)", "1:15: the condition of filter() must be bool, found int"),
            Case("[1].map(1, 2)", "1:9: map() takes a new name first, as in list.map(x, x > 0)"),
            Case("[1].all(i, x, x > i)", "1:5: all() takes 2 arguments, found 3"),
            Case("deal.kind.map(x, x)", "1:1: map() goes over a list or a map, found string"),
            Case("has(credit)", "1:1: has() takes a field, as in has(deal.region)"),
            Case("deal.kind[0]", "1:1: string cannot be indexed; only a list or a map can"),
            Case("credit.amount.cents", #"1:1: decimal has no fields, so no "cents""#),
            Case("date('2026-13-01')", #"1:6: "2026-13-01" is not a date such as 2026-07-01"#),
            Case("{1.5: 2}", "1:2: a map's key must be string, int or bool, found decimal"),
        ])
    func checked(_ line: Case) { #expect(company.result(line.text) == line.expected) }

    @Test(
        "a slip of the pen is named with its place",
        arguments: [
            Case("", "1:1: expected a value, found the end"), Case("1 +", "1:4: expected a value, found the end"),
            Case("(1 + 2", "1:7: expected \")\", found the end"),
            Case("1 2", #"1:3: expected an operator or the end, found "2""#),
            Case("deal.kind = 'a'", #"1:11: "=" is not an operator; write "==" to compare"#),
            Case("true & false", #"1:6: "&" is not an operator; write "&&" for and"#),
            Case("'abc", "1:1: the text is not closed; a ' is missing"),
            Case(#"'\q'"#, #"1:2: "\q" is not an escape sequence; write "\\" for a backslash"#),
            Case("5u", #"1:1: unsigned numbers (CEL's uint) are not supported; leave out the "u""#),
            Case("99999999999999999999", #"1:1: the whole number is too large; write it with ".0""#),
            Case("9223372036854775808", #"1:1: the whole number is too large; write it with ".0""#),
            Case("0x", "1:1: a hexadecimal number needs digits after 0x"),
            Case("€5", #"1:1: unexpected character "€""#),
            Case("while", #"1:1: "while" is a reserved word and cannot be a name"#),
            Case("Money{amount: 1}", #"1:1: messages cannot be constructed; write a map: {"name": value}"#),
            Case("isNew ? 1", #"1:10: expected ":" and what holds otherwise, found the end"#),
            Case("{'a' 1}", #"1:6: expected ":" and the value for this key, found "1""#),
            Case("deal.", #"1:6: expected a field or function name after ".", found the end"#),
            Case("min(1,)", #"1:7: expected an argument after ",", found ")""#),
        ])
    func parsed(_ line: Case) { #expect(company.result(line.text) == line.expected) }

    @Test("every problem comes at once, in the order of the text")
    func allAtOnce() {
        #expect(
            company.result("credit.amuont > 'a'.siz() &&\n  [1, +, crdit.x].exists(x, y > 1) || 5u == fact(1)").split(
                separator: "\n") == [
                    #"1:1: "credit" has no field "amuont"; did you mean "amount"?"#,
                    #"1:21: unknown function "siz"; did you mean "size"?"#,
                    #"2:7: expected a value, found "+""#,
                    #"2:10: unknown name "crdit.x"; did you mean "credit"?"#,
                    #"2:29: unknown name "y"; did you mean "x"?"#,
                    #"2:39: unsigned numbers (CEL's uint) are not supported; leave out the "u""#,
                    #"2:50: fact() takes the name of a fact"#,
                ])
    }

    @Test("a place is given in the file that its author edits, counted in code points")
    func places() {
        var names = company.names
        let source = Source("'é😀' == deal.knd ||\n  nope", file: "plan.yaml", line: 12, column: 8, indent: 6)
        let error = #expect(throws: ExpressionError.self) { try names.compile(source, as: .bool) }
        #expect(
            error?.description == """
                plan.yaml:12:16: "deal" has no field "knd"; did you mean "kind"?
                plan.yaml:13:8: unknown name "nope"
                """)
    }

    @Test("the result must be of the type that is asked for, and an int will do for a decimal")
    func resultType() throws {
        var names = company.names
        #expect(try names.compile(Source("5"), as: .decimal).decimal(company.frame) == 5)
        let error = #expect(throws: ExpressionError.self) { try names.compile(Source("'a'"), as: .decimal) }
        #expect(error?.description == "1:1: the result must be decimal, found string")
    }

    @Test("a division of whole numbers that drops something is warned of")
    func remainderWarning() {
        let warning = "1:1: warning: int / int drops what is left over (7 / 2 is 3); write one of them as a decimal"
        #expect(company.warnings("1 / 3") == [warning])
        #expect(company.warnings("credit.count / 2") == [warning])
        #expect(company.warnings("10 / 2") == [])
        #expect(company.warnings("1.0 / 3") == [])
    }

    @Test("no more than fifty problems are listed")
    func atMostFifty() {
        let text = "[" + Array(repeating: "nope", count: 200).joined(separator: ", ") + "]"
        #expect(company.result(text).split(separator: "\n").count == 50)
    }
}
