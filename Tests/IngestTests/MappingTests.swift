import Domain
import Records
import Testing

@testable import ingest

@Suite("Mappings")
struct MappingTests {
    private static let head = "source: crm\nid: id\nstage: stage\n"

    static func mapping(_ rest: String) throws -> Mapping { try Mapping(parsing: head + rest, file: "crm.yaml") }

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
        let body = try JSON.parse(Array(#"{"id":"D","stage":"won","\#(field)":"\#(text)"}"#.utf8))
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
        let body = try JSON.parse(
            Array(
                #"{"id":"D","stage":"won","items":[{"price":{"net_cents":125}},{"price":{"net_cents":75}}],"total":200}"#
                    .utf8))
        #expect(mapping.deal(from: body).deal.lines.map(\.amount.description) == ["1.25", "0.75"])
        #expect(mapping.progress(from: body).progress.invoiced == 2)
        let payments = try Mapping(
            parsing: "source: p\nrecords: payments\nid: id\ndeal: deal\ndate: day\namount: {field: cents, times: 0.01}",
            file: "p.yaml")
        let payment = try JSON.parse(Array(#"{"id":"P","deal":"D","day":"2026-03-01","cents":1999}"#.utf8))
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
        ])
    func refused(rest: String, problem: String) throws {
        let problems = #expect(throws: FileProblems.self) { try MappingTests.mapping(rest) }
        #expect(problems?.all.first?.description.hasPrefix("crm.yaml:\(problem)") == true, "\(problems?.all ?? [])")
    }
}
