import Testing

@testable import Expressions

@Suite("Literals and operators")
struct LiteralTests {
    let company = Company()

    @Test(
        "a literal is what langdef says it is",
        arguments: [
            Case("42", "42"), Case("-9223372036854775808", "-9223372036854775808"), Case("0xFF", "255"),
            Case("1.50", "1.5"), Case(".5", "0.5"), Case("1e3", "1000"), Case("25e-2", "0.25"),
            Case("true", "true"), Case("null", "null"),
            Case(#""a\tb\x41\u00e9\U0001F600\101""#, #""a\tbAé😀A""#), Case(#"r'\d'"#, #""\\d""#),
            Case("'''two\nlines'''", #""two\nlines""#), Case(#"b'\xff'"#, #""/w==""#), Case("b'abcd'", #""YWJjZA==""#),
            Case("[1, 'a', true,]", #"[1,"a",true]"#), Case("{'b': 1, 'a': [2]}", #"{"a":[2],"b":1}"#),
            Case("{1: 'one', true: 'yes'}", #"{"true":"yes","1":"one"}"#),
        ])
    func literal(_ line: Case) { #expect(company.result(line.text) == line.expected) }

    @Test(
        "a percent sign behind a number is a hundredth, unless an operand follows",
        arguments: [
            Case("50%", "0.5"), Case("6.25%", "0.0625"), Case("1e2%", "1"), Case("-5%", "-0.05"),
            Case("50% - 1%", "0.49"),
            Case("100%*2", "2"), Case("[5%, 10%]", "[0.05,0.1]"), Case("5% in [0.05]", "true"),
            Case("5%==0.05", "true"),
            Case("5% != 0.05", "false"), Case("isNew ? 5% : 10%", "0.05"),
            Case("7%2", "1"), Case("7 % 2", "1"), Case("7% 2", "1"), Case("7%(2)", "1"), Case("7 % -2", "1"),
            Case("0.0000000001%", "0.000000000001"),
            Case("0.00000000001%", "1:1: the number has more than 12 decimal places"),
        ])
    func percent(_ line: Case) { #expect(company.result(line.text) == line.expected) }

    @Test(
        "operators bind as the table of langdef says",
        arguments: [
            Case("1 + 2 * 3", "7"), Case("(1 + 2) * 3", "9"), Case("10 - 3 - 2", "5"), Case("-2 + 3", "1"),
            Case("!false && false", "false"), Case("true || false && false", "true"), Case("1 < 2 == true", "true"),
            Case("false ? 1 : true ? 2 : 3", "2"), Case("- - 5", "5"), Case("!!true", "true"), Case("-(5)", "-5"),
            Case("2 + 3 in [5]", "true"), Case("1 // a comment\n + 1", "2"), Case("1 // a comment\r + 1", "2"),
        ])
    func precedence(_ line: Case) { #expect(company.result(line.text) == line.expected) }

    @Test(
        "arithmetic is exact, and what does not fit is an error",
        arguments: [
            Case("0.1 + 0.2 == 0.3", "true"), Case("7 / 2", "3"), Case("-7 / 2", "-3"), Case("-7 % 3", "-1"),
            Case("1.0 / 3", "0.333333333333"), Case("1 + 0.5", "1.5"), Case("credit.amount * 6%", "60"),
            Case("credit.amount / credit.count", "333.333333333333"),
            Case(
                "9223372036854775807 + 1",
                "1:1: the whole number is outside -9223372036854775808 to 9223372036854775807"),
            Case(
                "2 * (-9223372036854775808 / -1)",
                "1:6: the whole number is outside -9223372036854775808 to 9223372036854775807"),
            Case(
                "-9223372036854775808 % -1",
                "1:1: the whole number is outside -9223372036854775808 to 9223372036854775807"),
            Case(
                "-(-9223372036854775808)",
                "1:1: the whole number is outside -9223372036854775808 to 9223372036854775807"),
            Case("credit.amount / 0", "1:1: division by zero"), Case("1 + 2 % 0", "1:5: division by zero"),
            Case("1e20 * 1e20", "1:1: the number is too large (more than 1.7 × 10^26)"),
            Case("'a' + 'b' + ''", #""ab""#), Case("[1] + [2.5]", "[1,2.5]"), Case("b'a' + b'b' == b'ab'", "true"),
        ])
    func arithmetic(_ line: Case) { #expect(company.result(line.text) == line.expected) }
}
