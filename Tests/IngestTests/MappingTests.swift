import Domain
import Records
import Testing

@testable import ingest

@Suite("Mappings")
struct MappingTests {
    private static let head = "source: crm\nid: id\nstage: stage\n"

    static func mapping(_ rest: String) throws -> Mapping { try Mapping.parse(head + rest, file: "crm.yaml") }

    @Test(
        "an amount that the source counts in other units is multiplied, exactly",
        arguments: [
            ("amount: cents", "1050", "1050"), ("amount: {field: cents}", "1050", "1050"),
            ("amount: {field: cents, times: 0.01}", "1050", "10.5"),
            ("amount: {field: cents, times: 0.01}", "-1", "-0.01"),
            ("amount: {field: cents, times: 0.01}", "99999999999999999", "999999999999999.99"),
            ("amount: {field: thousands, times: 1000}", "1.0505", "1050.5"),
            ("amount: {field: cents, times: -0.01}", "250", "-2.5"),
            ("amount: {field: cents, times: 0.01}", "0.00000000001", "'0.00000000001' has more than 12 decimal places"),
            ("amount: {field: m, times: 1e12}", "1e20", "'1e20' is too large"),
            ("amount: {field: cents, times: 0.01}", "12,50", "'12,50' is not a number such as 1054.50"),
        ])
    func times(amount: String, text: String, result: String) throws {
        let field = ["cents", "thousands", "m"].first { amount.contains($0) }!
        let body = try JSONText.value(Array(#"{"id":"D","stage":"won","\#(field)":"\#(text)"}"#.utf8))
        let (deal, problems) = try MappingTests.mapping(amount).deal(from: body)
        #expect(
            deal.amount?.description ?? problems.first?.message == (deal.amount == nil ? "\(field): \(result)" : result)
        )
    }

    @Test("amounts of lines, what was invoiced and payments too")
    func everyAmount() throws {
        let mapping = try MappingTests.mapping(
            "lines: {field: items, amount: {field: price.net_cents, times: 0.01}}\ninvoiced: {field: total, times: 0.01}"
        )
        let body = try JSONText.value(
            Array(
                #"{"id":"D","stage":"won","items":[{"price":{"net_cents":125}},{"price":{"net_cents":75}}],"total":200}"#
                    .utf8))
        #expect(mapping.deal(from: body).deal.lines.map(\.amount.description) == ["1.25", "0.75"])
        #expect(mapping.progress(from: body).progress.invoiced == 2)
        let payments = try Mapping.parse(
            "source: p\nrecords: payments\nid: id\ndeal: deal\ndate: day\namount: {field: cents, times: 0.01}",
            file: "p.yaml")
        let payment = try JSONText.value(Array(#"{"id":"P","deal":"D","day":"2026-03-01","cents":1999}"#.utf8))
        #expect(payments.payment(from: payment, event: "1").amount?.description == "19.99")
    }

    @Test(
        "a mapping with mistakes is refused with the place of each",
        arguments: [
            ("amount: {field: cents, times: many}", "4:31: 'times' is a number such as 0.01"),
            ("amount: {field: cents, times: 0}", "4:31: 'times' is a number such as 0.01"),
            ("amount: {field: cents, tmes: 0.01}", "4:24: 'tmes' is not a key of a field (did you mean 'times'?)"),
            ("owner: {field: rep, times: 2}", "4:21: 'times' is not a key of a field"),
            ("lines: {field: items, amout: a}", "4:23: 'amout' is not a key of a field (did you mean 'amount'?)"),
            ("fields: {kind: type}", "4:10: 'kind' is what every deal has: map it as 'kind:' beside 'fields:'"),
            ("fields: {2nd: x}", "4:10: '2nd' is not a name"),
            (
                "fields: {m: {field: x, type: decmal}}",
                "4:30: the type of a field is one of decimal, string, date, bool (did you mean 'decimal'?)"
            ),
            ("fields: {m: {field: x, type: bool, times: 2}}", "4:36: 'times' is not a key of a bool field"),
        ])
    func refused(rest: String, problem: String) throws {
        let problems = #expect(throws: FileProblems.self) { try MappingTests.mapping(rest) }
        #expect(problems?.all.first?.description.hasPrefix("crm.yaml:\(problem)") == true, "\(problems?.all ?? [])")
    }

    private static let own = """
        fields:
          margin: {field: margin_pct, type: decimal, times: 0.01}
          region: geo.region
          started: {field: start, type: date, format: dd.MM.yyyy}
          strategic: {field: is_strategic, type: bool}
        quantity: {field: dozens, times: 12}
        """

    @Test(
        "the company's own fields are read with their types",
        arguments: [
            ("{}", []), (#"{"margin_pct":35}"#, ["margin 0.35"]), (#"{"margin_pct":"35"}"#, ["margin 0.35"]),
            (#"{"geo":{"region":" EMEA "}}"#, ["region EMEA"]), (#"{"geo.region":"APAC"}"#, ["region APAC"]),
            (#"{"start":"05.02.2026"}"#, ["started 2026-02-05"]), (#"{"start":null}"#, []),
            (#"{"is_strategic":true}"#, ["strategic true"]), (#"{"is_strategic":"No"}"#, ["strategic false"]),
            (#"{"dozens":2.5}"#, ["quantity 30"]),
            (#"{"margin_pct":"much"}"#, ["margin_pct: 'much' is not a number such as 1054.50"]),
            (#"{"start":"2026-13-45"}"#, ["start: '2026-13-45' is not a date of the form dd.MM.yyyy"]),
            (#"{"is_strategic":"maybe"}"#, ["is_strategic: 'maybe' is neither true nor false"]),
        ])
    func ownFields(body: String, expected: [String]) throws {
        let head = #"{"id":"D","stage":"won""# + (body == "{}" ? "" : ",")
        let body = try JSONText.value(Array((head + body.dropFirst()).utf8))
        let (deal, problems) = try MappingTests.mapping(MappingTests.own).deal(from: body)
        #expect(deal.fields.sorted { $0.key < $1.key }.map { "\($0) \($1)" } + problems.map(\.message) == expected)
    }

    @Test("our own form takes them by name, each of the type that it has in JSON")
    func ownFieldsOfOurForm() throws {
        let text =
            #"{"id":"D","stage":"won","quantity":7,"fields":{"margin":0.35,"vip":true,"region":"EMEA","gone":null,"id":"x","a b":1,"list":[1]},"lines":[{"amount":1,"quantity":3,"fields":{"colour":"red"}}]}"#
        let (deal, problems) = Mapping.api.deal(from: try JSONText.value(Array(text.utf8)))
        #expect(
            deal.fields == [
                "quantity": .number(7), "margin": .number(Number(35, places: 2)!), "vip": .flag(true),
                "region": .text("EMEA"),
            ])
        #expect(deal.lines.map(\.fields) == [["quantity": .number(3), "colour": .text("red")]])
        #expect(
            problems.map(\.message) == [
                "fields: 'id' is no name for a field of your own", "fields: 'a b' is no name for a field of your own",
                "fields.list: '[1]' is no single value",
            ])
    }
}
