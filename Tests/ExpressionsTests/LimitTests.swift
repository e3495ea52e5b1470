import Testing

@testable import Expressions

@Suite("Limits")
struct LimitTests {
    let company = Company()

    private func nested(_ open: String, _ core: String, _ close: String, _ count: Int) -> String {
        String(repeating: open, count: count) + core + String(repeating: close, count: count)
    }

    @Test("what CEL asks every implementation to take is taken")
    func required() {
        #expect(company.result(Array(repeating: "1", count: 64).joined(separator: " + ")) == "64")
        #expect(company.result(Array(repeating: "isNew", count: 64).joined(separator: " && ")) == "true")
        #expect(company.result(nested("(", "1", ")", 50)) == "1")
        #expect(company.result(nested("[", "1", "][0]", 50)) == "1")
        #expect(company.result(String(repeating: "isNew ? 1 : ", count: 40) + "2") == "1")
    }

    @Test("an expression that is too long, too deep or too nested is refused")
    func tooMuch() {
        #expect(
            company.result(String(repeating: "1+", count: 40_000)) == "1:1: the expression is longer than 65536 bytes")
        #expect(company.result(nested("(", "1", ")", 5000)).hasPrefix("1:101: more than 100 brackets within brackets"))
        #expect(company.result(nested("[", "", "", 5000)).hasPrefix("1:101: more than 100 brackets within brackets"))
        #expect(
            company.result("1" + String(repeating: "+1", count: 5000)).hasPrefix(
                "1:1: the expression has more than 250 levels"))
        #expect(
            company.result("anything" + String(repeating: ".a", count: 5000)).hasPrefix(
                "1:1: the expression has more than 250 levels"))
        #expect(company.result(String(repeating: "!", count: 5000) + "isNew").hasPrefix("1:"))
        #expect(company.result(String(repeating: "isNew?1:", count: 5000) + "2").hasPrefix("1:"))
    }

    @Test(
        "an evaluation that would not end in time ends with an error",
        arguments: [
            LimitTests.nestedMacros(10),
            "['foo', 'bar']" + String(repeating: ".map(x, [x + x, x + x])", count: 30),
            "[1]" + String(repeating: ".map(x, [x, x])", count: 60),
            "['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa']" + String(repeating: ".map(x, x + x)", count: 60),
            "['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa']"
                + String(repeating: ".map(x, x.replace('a', 'aaaaaaaaaaaaaaaa'))", count: 20),
            // A text of 2 MB compared a hundred thousand times.
            "['\(String(repeating: "a", count: 1024))']" + String(repeating: ".map(x, x + x)", count: 11)
                + ".all(x, ['0123456789'].map(y, y + y).all(y, "
                + nestedMacros(6).replacing("true", with: "x == x + '' ") + "))",
        ])
    func bounded(_ text: String) {
        #expect(company.result(text).hasSuffix("the expression takes too many steps"))
    }

    @Test("a pattern made to blow up is matched in linear time")
    func pattern() {
        let text = String(repeating: "a", count: 5000) + "b"
        #expect(company.result("'\(text)'.matches('^(a+)+$')") == "false")
        #expect(company.result("'\(text)'.matches('(a|aa)*(a|aa)*(a|aa)*c')") == "false")
        #expect(company.result("'\(text)'.matches('(a?){500}a{500}')") != "")
    }

    static func nestedMacros(_ depth: Int) -> String {
        var text = "true"
        for level in 0..<depth { text = "[1, 2, 3, 4, 5, 6, 7, 8].all(x\(level), \(text))" }
        return text
    }
}
