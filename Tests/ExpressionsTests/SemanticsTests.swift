import Domain
import Testing

@testable import Expressions

@Suite("Semantics")
struct SemanticsTests {
    let company = Company()

    @Test(
        "either side of && and || may decide alone, whatever the other does",
        arguments: [
            Case("1 / 0 > 0 || true", "true"), Case("true || 1 / 0 > 0", "true"), Case("1 / 0 > 0 && false", "false"),
            Case("false && 1 / 0 > 0", "false"), Case("1 / 0 > 0 || false", "1:1: division by zero"),
            Case("false || 1 / 0 > 0", "1:10: division by zero"), Case("true && 1 / 0 > 0", "1:9: division by zero"),
            Case("1 / 0 > 0 && 2 / 0 > 0", "1:1: division by zero"), Case("false ? 1 / 0 : 2", "2"),
            Case("[0, 1].exists(x, 1 / x == 1)", "true"), Case("[0, 1].all(x, 1 / x == 2)", "false"),
            Case("[0, 1].all(x, 1 / x == 1)", "1:15: division by zero"),
            Case("[0, 1].exists_one(x, 1 / x == 1)", "1:22: division by zero"),
            Case("deal.region == 'EMEA' || deal.kind == 'new'", "true"),
        ])
    func logic(_ line: Case) { #expect(company.result(line.text) == line.expected) }

    @Test(
        "numbers compare on one line, other types never equal across",
        arguments: [
            Case("1 == 1.0", "true"), Case("dyn(1) == dyn('1')", "false"), Case("1 < 1.5", "true"),
            Case("9223372036854775807 < 9223372036854775808.0", "true"), Case("1 in [1.0]", "true"),
            Case("{1: 'one'}[dyn(1.0)]", #""one""#), Case("[10, 20][dyn(1.0)]", "20"),
            Case("[10, 20][dyn(0.5)]", "1:1: list[decimal] is not defined"),
            Case("[1, [2]] == [1.0, [2.0]]", "true"), Case("{'a': 1} == {'a': 1.0}", "true"),
            Case("{} == {'a': 1}", "false"),
            Case("'a' < 'b' && b'a' < b'b' && false < true", "true"), Case("'é' == 'e\\u0301'", "false"),
            Case("'\\uFFFF' < '\\U00010000'", "true"), Case("null == null", "true"), Case("type(1) == int", "true"),
            Case("type(credit.amount) == double", "true"), Case("type(type(1))", #""type""#),
        ])
    func equality(_ line: Case) { #expect(company.result(line.text) == line.expected) }

    @Test(
        "macros go over the elements of a list or the keys of a map",
        arguments: [
            Case("[1, 2, 3].all(x, x > 0)", "true"), Case("[1, 2, 3].exists(x, x > 2)", "true"),
            Case("[1, 2, 2].exists_one(x, x == 2)", "false"), Case("[1, 2, 3].map(x, x * x)", "[1,4,9]"),
            Case("[1, 2, 3].map(x, x > 1, x * 10)", "[20,30]"), Case("[1, 2, 3].filter(x, x % 2 == 1)", "[1,3]"),
            Case("{'a': 1, 'b': 2}.filter(k, k == 'a')", #"["a"]"#), Case("[].all(x, x > 0)", "true"),
            Case("[1, 2].map(x, [3, 4].map(y, x * y))", "[[3,4],[6,8]]"),
            Case("[1].map(x, [2].map(x, x))", "[[2]]"), Case("[1].exists(isNew, isNew == 1 && .isNew)", "true"),
            Case("[1.5, 2.5].sum()", "4"), Case("[0.5, 1].map(x, x * 2)", "[1,2]"),
        ])
    func macros(_ line: Case) { #expect(company.result(line.text) == line.expected) }

    @Test(
        "a field without a value is an error to read and false to has()",
        arguments: [
            Case("has(deal.kind)", "true"), Case("has(deal.region)", "false"),
            Case("has(deal.region) && deal.region == 'EMEA'", "false"),
            Case("deal.region", "1:1: deal.region has no value"),
            Case("has({'a': null}.a)", "true"), Case("has({'a': 1}.b)", "false"), Case("{'a': {'b': 2}}.a.b", "2"),
            Case("{'a': 1}.b", #"1:1: the map has no key "b""#), Case("{'x-y': 3}.`x-y`", "3"),
            Case("[1, 2][2]", "1:1: index 2 is outside a list of 2"), Case("'a' in {'a': 1}", "true"),
            Case("attainment(bookings) >= 50%", "true"), Case("attainment(\"bookings\")", "0.5"),
            Case("attainment(renewals)", "1:1: attainment(renewals) has no value"),
            Case("fact(\"csat\")", "1:1: fact(csat) has no value"), Case("twice(credit.amount) + twice(1)", "2002"),
            Case("1 + broken()", "1:5: the host is out"), Case("true || broken() == 1", "true"),
        ])
    func fields(_ line: Case) { #expect(company.result(line.text) == line.expected) }

    @Test("a slot that holds another type than declared is an error")
    func wrongSlot() {
        var company = company
        company.set("credit.amount", .string("1000"))
        #expect(
            company.result("credit.amount * 2")
                == "1:1: credit.amount of type string where decimal is declared is not defined")
        company.set("credit.amount", .int(1000))
        #expect(company.result("credit.amount * 6%") == "60")
    }

    @Test("a lookup first seen after the frame was made has no value, and gets one when its slot is set")
    func lateLookup() throws {
        var company = company
        let program = try company.names.compile(Source("fact(\"csat\") * 2"), as: .decimal)
        #expect(company.outcome(of: program) == "1:1: fact(csat) has no value")
        company.frame[company.names.slot("fact", "csat")] = .decimal(4)
        #expect(company.outcome(of: program) == "8")
        #expect(program.slots.map(\.name) == ["fact(csat)"])
    }

    @Test("a program says which slots it reads")
    func dependencies() throws {
        var names = company.names
        let program = try names.compile(Source("attainment(bookings) > 1 ? credit.amount : credit.amount * 2"))
        #expect(program.slots.map(\.name) == ["credit.amount", "attainment(bookings)"])
        #expect(program.type == .decimal)
    }
}
