import Domain
import Foundation
import LedgerSupport
import Records
import Runtime
import Testing

@testable import statements

/// `ATTAIN_GOLDEN=rewrite swift test` writes them anew; the difference is the review.
enum Golden {
    static func check(_ name: String, _ text: String, at location: SourceLocation = #_sourceLocation) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
        let file = folder.appending(path: name)
        if ProcessInfo.processInfo.environment["ATTAIN_GOLDEN"] == "rewrite" {
            try Data(text.utf8).write(to: file)
            return
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == text, sourceLocation: location)
    }
}

@Suite("How a statement looks")
struct RenderingTests {
    /// Two components, tiers, a share, an exchange rate, a rounding, a correction, a holdback, a hostile name.
    static func example() throws -> Statement {
        let period = Period("2026-03").unsafelyKnown
        let crossing = Credit.sample(
            "D-17", date: "2026-03-09", amount: 120_000, currency: usd, account: "Acme, \"Inc.\"", product: "GTX Pro")
        let shared = Credit.sample(
            "D-18", line: "2", role: .split, date: "2026-03-11", amount: Number(43_400),
            original: Money(100_000, eur), share: Rate(try Number("0.4")), exchangeRate: try Number("1.085"),
            currency: usd, account: "=cmd|'/C calc'!A0", product: "<script>alert(1)</script>")
        let attainment = Explanation.Attainment(
            measure: "bookings", period: Period("2026").unsafelyKnown, quota: 1_200_000, before: 1_128_000,
            after: 1_248_000)
        let tiers = [
            try Explanation.Step(72_000, at: Rate("6%"), from: Rate(0), to: .whole),
            try Explanation.Step(48_000, at: Rate("9%"), from: .whole, to: Rate("150%")),
        ]
        func line(
            _ credit: Credit, _ amount: Number, released: Number? = nil, _ explanation: Explanation
        ) -> Statement.Line {
            Statement.Line(
                credit: credit, earned: period, amount: amount, released: released ?? amount, corrects: nil,
                explanation: explanation)
        }
        let lines = [
            NetLine(
                component: "commission",
                line: line(
                    crossing, 8_640,
                    Explanation(
                        total: 8_640, before: 100, steps: tiers, rounding: 0, attainment: attainment))),
            NetLine(
                component: "commission",
                line: line(
                    shared, try Number("3905.99"), released: try Number("2905.99"),
                    Explanation(
                        total: try Number("3905.99"), before: 0,
                        steps: [try .init(43_400, at: Rate("9%"), from: .whole)], rounding: try Number("-0.01"),
                        attainment: attainment))),
            NetLine(
                component: "quarterly-bonus",
                line: line(
                    crossing, -250,
                    Explanation(
                        total: 750, before: 1_000, steps: [try .init(7_500, at: Rate("10%"))], rounding: 0,
                        attainment: nil))),
        ]
        func sum(_ period: String, _ account: Account, _ amount: String) throws -> PeriodBalance {
            PeriodBalance(
                period: Period(period).unsafelyKnown, account: account, currency: usd, amount: try Number(amount))
        }
        return try Statement(
            payee: "ada&co", period: period,
            balances: [
                try sum("2026-01", .payable, "1000.50"), try sum("2026-02", .payable, "-20"),
                try sum("2026-03", .payable, "11295.99"), try sum("2026-03", .held, "1000"),
                try sum("2026-03", .expense, "-12295.99"), try sum("2026-04", .payable, "77"),
            ], lines: lines)
    }

    static let names = Names(company: "Maven & Sons", names: ["ada&co": "Ada <b>Lovelace</b>"])

    @Test("its figures agree with each other")
    func agrees() throws {
        #expect(try Self.example().contradiction() == nil)
    }

    @Test("as text") func text() throws {
        try Golden.check("statement.txt", Self.example().text(name: "Ada", company: "Maven", explained: true))
    }

    @Test("as JSON") func json() throws { try Golden.check("statement.json", Self.example().json.description + "\n") }

    @Test("as CSV") func csv() throws { try Golden.check("statement.csv", Self.example().csv) }

    @Test("a month that comes to nothing shows its lines all the same, as CSV and as text")
    func comesToNothing() throws {
        let period = Period("2026-03").unsafelyKnown
        let lines = try [("D-1", Number(100)), ("D-2", Number(-100))].map { deal, amount in
            NetLine(
                component: "commission",
                line: Statement.Line(
                    credit: Credit.sample(deal, date: "2026-03-09", amount: try amount * 10, currency: usd),
                    earned: period, amount: amount, released: amount, corrects: nil,
                    explanation: Explanation(
                        total: amount, before: 0, steps: [try .init(try amount * 10, at: Rate("10%"))], rounding: 0,
                        attainment: nil)))
        }
        let statement = try Statement(payee: "ada", period: period, balances: [], lines: lines)
        #expect(statement.balances == [])
        for deal in ["D-1", "D-2"] {
            #expect(statement.csv.contains("line,commission,\(deal),"))
            #expect(statement.text(name: nil, company: nil, explained: false).contains(deal))
        }
    }

    @Test("as a page to keep") func html() throws {
        var freshness = Freshness(topic: .ledger)
        freshness.behind = 0
        let page = try Pages().statement(
            ShownStatement(statement: Self.example(), standing: .draft), names: Self.names, freshness: freshness,
            isAlone: true)
        try Golden.check("statement.html", page)
    }

    @Test("names and products from outside are text on a page, never markup")
    func escaping() throws {
        let page = try Pages().statement(
            ShownStatement(statement: Self.example(), standing: .draft), names: Self.names,
            freshness: Freshness(topic: .ledger),
            isAlone: false)
        #expect(!page.contains("<script>"))
        #expect(!page.contains("<b>Lovelace"))
        #expect(page.contains("Ada &lt;b&gt;Lovelace&lt;/b&gt;"))
        #expect(page.contains("/statements/ada%26co/2026-03.csv"))
    }

    @Test("what was posted before, where it came from and when it came are not in it")
    func noTraceOfArrival() throws {
        let json = try Self.example().json.description
        for word in ["before", "sequence", "cause", "hash", "source", "provenance", "deal-events"] {
            #expect(!json.contains(word), "\(word)")
        }
    }
}

@Suite("CSV that is safe to open")
struct CSVTextTests {
    @Test(
        "no text is taken for a formula",
        arguments: [
            ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("\tx", "'\tx"),
            ("\rx", "'\rx"),
            ("\0x", "'\0x"), ("  =1", "'  =1"), ("＝1", "'＝1"), ("\n=1", "'\n=1"),
        ])
    func formula(_ text: String, _ safe: String) {
        #expect(CSVText.written(.text(text)) == (safe == "'＝1" ? "\"'＝1\"" : "\"\(safe)\""))
    }

    @Test("quotes are doubled, plain text stays plain, numbers stay numbers")
    func quoting() {
        #expect(CSVText.written(.text("a\"b,c")) == "\"a\"\"b,c\"")
        // To Swift a quote with an accent is one character, to whoever reads the file it is a quote.
        let accented = CSVText.written(.text("a\"\u{301},=1+1"))
        #expect(Array(accented.unicodeScalars) == Array("\"a\"\"\u{301},=1+1\"".unicodeScalars))
        #expect(CSVText.written(.text("Acme")) == "Acme")
        #expect(CSVText.written(.text("")) == "")
        #expect(CSVText.written(.number("-12.50")) == "-12.50")
    }
}
