import Runtime
import Testing

@testable import calculator

/// `calculator expression`: what it prints, as somebody at a terminal reads it.
@Suite("One expression on the command line")
struct ExpressionCommandTests {
    @Test(
        "a result is JSON",
        arguments: [
            ("1000 * 6%", [], "60"),
            ("deal.margin > 30% ? 8% : 5%", ["deal.margin=0.35"], "0.08"),
            ("credit.amount * 9%", ["credit.amount=48000.00"], "4320"),
            ("attainment(bookings) >= 100%", ["attainment(bookings)=1.04"], "true"),
            ("fact(\"csat\") * 2.0", ["fact(csat)=0.9"], "1.8"),
            ("deal.kind in [\"new\", \"expansion\"]", ["deal.kind=\"new\""], "true"),
            ("lines.map(l, l.amount).sum()", [#"lines=[{"amount": 10.5}, {"amount": 2}]"#], "12.5"),
            ("date(closed) + 30", ["closed=\"2026-07-01\""], "\"2026-07-31\""),
            ("has(deal.region) ? deal.region : \"none\"", ["deal={}"], "\"none\""),
            (
                #"{"a": duration("90m"), "b": b"xyz", "c": null, 1: 6.50}"#, [],
                #"{"1":6.5,"a":"5400s","b":"eHl6","c":null}"#
            ),
            ("type(x) == int && type(y) == decimal", ["x=3", "y=3.0"], "true"),
            ("x", ["x=9223372036854775808"], "9223372036854775808"),
        ] as [(String, [String], String)])
    func results(text: String, bindings: [String], json: String) throws {
        #expect(try ExpressionCommand.answer(text, bindings) == .init(json: json))
    }

    @Test(
        "what is wrong is said with its place and what was probably meant",
        arguments: [
            (
                "credit.amont * 6%", ["credit.amount=5.0"],
                """
                1:1: "credit" has no field "amont"; did you mean "amount"?
                    credit.amont * 6%
                    ^
                """
            ),
            (
                "[1, 2", [],
                """
                1:6: expected "]", found the end
                    [1, 2
                         ^
                """
            ),
            (
                "2 +\n  1.5 / 0.0", [],
                """
                2:3: division by zero
                      1.5 / 0.0
                      ^
                """
            ),
        ] as [(String, [String], String)])
    func mistakes(text: String, bindings: [String], remark: String) throws {
        #expect(try ExpressionCommand.answer(text, bindings) == .init(json: nil, remarks: [remark]))
    }

    @Test("what is legal and probably not meant comes with a warning")
    func warnings() throws {
        let answer = try ExpressionCommand.answer("x / 3", ["x=1000"])
        #expect(answer.json == "333")
        #expect(answer.remarks.first?.hasPrefix("1:1: warning: int / int drops what is left over") == true)
    }

    @Test(
        "a binding that is none is refused",
        arguments: [
            (["x"], "it is not NAME=JSON"), (["x=abc"], "'abc' is no value in JSON"), (["2x=1"], "'2x' is not a name"),
            (["f(=1"], "'f(' is not a name"), (["x=1", "x=2"], "it is bound twice"),
            (["x={\"a\": 1e99}"], "is too large"),
        ])
    func badBindings(bindings: [String], reason: String) {
        let problem = #expect(throws: Problem.self) { try ExpressionCommand.answer("x", bindings) }
        #expect(problem?.message.contains(reason) == true, "\(problem?.message ?? "")")
    }
}
