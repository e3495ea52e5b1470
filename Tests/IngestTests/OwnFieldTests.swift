import Domain
import Plans
import Records
import TestSupport
import Testing

@testable import ingest

/// From the CRM's column to the rule that reads it.
@Suite("The company's own fields")
struct OwnFieldTests {
    private static func firm(_ fields: String = "{margin: decimal, region: string, started: date}") -> CreditingFirm {
        var firm = CreditingFirm(levels: 0)
        firm.more = [.plan(name: "reps", text: "fields: \(fields)\n" + CreditingFirm.plan("USD"))]
        return firm
    }

    @Test("reach every credit of the deal, those of its lines before its own")
    func credits() throws {
        let outcome = try OwnFieldTests.firm().outcome([
            ("quantity", "9"), ("fields", #"{"margin":0.35,"region":"EMEA","started":"2026-01-15","tier":"gold"}"#),
            ("lines", #"[{"amount":60,"quantity":2,"fields":{"region":"APAC"}},{"amount":40}]"#),
        ])
        #expect(outcome.problems == [])
        let start = FieldValue.date(CalendarDate("2026-01-15")!)
        let shared: [String: FieldValue] = [
            "margin": .number(Number(35, places: 2)!), "region": .text("EMEA"), "started": start, "tier": .text("gold"),
        ]
        #expect(
            outcome.assignments.map(\.credit.fields) == [
                shared.merging(["region": .text("APAC"), "quantity": .number(2)]) { $1 }, shared,
            ])
    }

    @Test("of a deal without lines its quantity is the line's")
    func quantity() throws {
        let outcome = try OwnFieldTests.firm().outcome([("quantity", "9")])
        #expect(outcome.assignments.map(\.credit.fields) == [["quantity": .number(9)]])
    }

    @Test("pay by the rules that read them")
    func rules() throws {
        let plan = try Plan(
            parsing: """
                plan: reps
                currency: USD
                fields: {margin: decimal, started: date}
                measures: {all: {over: year}}
                components: {c: {for: all, rate: 'deal.margin + (line.started < date("2026-02-01") ? 5% : 0%)'}}
                """, file: "reps.yaml")
        let credit = try #require(
            try OwnFieldTests.firm().outcome([("fields", #"{"margin":0.35,"started":"2026-01-15"}"#)]).assignments.first
        ).credit
        let evaluator = Evaluator(plan: plan, terms: Terms())
        var sums = evaluator.empty
        #expect(try evaluator.step(credit, sums: &sums).map(\.amount) == [40])
    }

    @Test(
        "that are not of the type that the plan declares keep the deal waiting, and say what to do",
        arguments: [
            (#"{"margin":"35%"}"#, "margin: the text '35%' is not the decimal that plan 'plan' declares"),
            (#"{"region":7}"#, "region: the number '7' is not the string that plan 'plan' declares"),
            (#"{"started":"soon"}"#, "started: the text 'soon' is not the date that plan 'plan' declares"),
            (#"{"started":true}"#, "started: the flag 'true' is not the date that plan 'plan' declares"),
        ])
    func types(fields: String, problem: String) throws {
        let outcome = try OwnFieldTests.firm().outcome([("fields", fields)])
        #expect(outcome.problems.map(\.message) == [problem])
        #expect(outcome.problems.map(\.code) == [.badField])
        #expect(outcome.problems.first?.remedy.contains("state its type under 'fields' in the mapping") == true)
        #expect(outcome.assignments == [])
    }

    @Test("changed after the close are a change like any other, and a plan that asks for another type credits anew")
    func changed() throws {
        try withTemporaryFolder { folder in
            let desk = try DealDesk(folder: folder, firm: OwnFieldTests.firm())
            try desk.deal(CreditingFirm.body([("revision", "1"), ("fields", #"{"region":"7"}"#)]))
            try desk.deal(CreditingFirm.body([("revision", "2"), ("fields", #"{"region":"8"}"#)]))
            try desk.settle()
            let change = try #require(try desk.listed().first?.changes.first)
            #expect(change.differences.map { "\($0.field) \($0.from) → \($0.to)" } == [#"deal.region "7" → "8""#])
            #expect(try desk.fates() == ["ada 100"])
            try desk.apply([.plan(name: "reps", text: "fields: {region: decimal}\n" + CreditingFirm.plan("USD"))])
            try desk.settle()
            #expect(try desk.fates() == [])
            #expect(
                try desk.listed().flatMap(\.problems).map(\.message) == [
                    "region: the text '7' is not the decimal that plan 'plan' declares"
                ])
        }
    }
}
