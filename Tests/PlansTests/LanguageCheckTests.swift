import Domain
import Plans
import Testing

@Suite("Checks of the plan language")
struct LanguageCheckTests {
    private static let head = """
        plan: p
        currency: USD
        fields: {margin: decimal, region: string, big: bool}
        measures:
          bookings: {over: year, quota: contract.quota.bookings}
          monthly: {over: month}
        components:

        """

    /// The problems of a component that stands in line 8, without the file.
    private func problems(_ component: String) -> [String] {
        do {
            return try Plan(parsing: LanguageCheckTests.head + "  c: " + component, file: "p").warnings.map {
                "warning " + String($0.description.dropFirst(2))
            }
        } catch { return error.all.map { String($0.description.dropFirst(2)) } }
    }

    @Test(
        "a mistake is told with its place",
        arguments: [
            ("{for: bookings, rate: '6% * deal.margn'}", "\"deal\" has no field \"margn\" (did you mean 'margin'?)"),
            ("{for: bookings, when: credit.amount, rate: 6%}", "bool"),
            (
                "{for: bookings, rate: {by: attainment(monthly), method: marginal, boundary: lower-inclusive, tiers: [{from: 0, rate: 1%}]}}",
                "measure 'monthly' has no quota, so it has no attainment"
            ),
            (
                "{for: bookings, rate: {by: total(bookings), method: marginal, tiers: [{from: 0, rate: 1%}]}}",
                "'boundary' must be said: lower-inclusive or upper-inclusive"
            ),
            (
                "{for: bookings, rate: {by: total(bookings), boundary: lower-inclusive, tiers: [{from: 0, rate: 1%}]}}",
                "'method' must be said"
            ),
            (
                "{for: bookings, rate: {by: total(bookings), method: marginal, boundary: lower-inclusive, tiers: [{from: 0, to: 5, rate: 1%}, {from: 6, rate: 2%}]}}",
                "there is a gap between 5 and 6"
            ),
            (
                "{for: bookings, rate: {by: total(bookings), method: marginal, boundary: lower-inclusive, tiers: [{from: 0, to: 7, rate: 1%}, {from: 6, rate: 2%}]}}",
                "tiers overlap between 6 and 7"
            ),
            (
                "{for: bookings, rate: {by: total(monthly), method: retroactive, boundary: lower-inclusive, tiers: [{from: 0, rate: 1%}]}}",
                "begins again each month, but the component adds up a year"
            ),
            ("{each: quarter, amount: total(monthly)}", "only its last month would count"),
            ("{each: quarter, amount: credit.amount}", "unknown name"),
            (
                "{each: quarter, target: '100', goals: [{weight: 60%, score: '1'}, {weight: 30%, score: '1'}]}",
                "the weights sum to 90%, not 100%"
            ),
            (
                "{each: quarter, target: '100', curve: {by: attainment(bookings), points: [[0%, 0%], [100%, 100%]]}}",
                "'above' must be said: flat (capped), extend or zero"
            ),
            ("{each: quarter, amount: '100', cap: {amount: 5, per: month}}", "a step per month cannot hold it"),
            (
                "{for: bookings, amount: '100', rate: 1%}",
                "'amount' is paid for a period: say 'each: quarter' beside it"
            ),
            (
                "{for: bookings, rate: {lookup: [deal.region], rows: [[EMEA, 1%], [EMEA, 2%], [\"*\", 3%]]}}",
                "a row above has the same keys, so this one is never reached"
            ),
            ("{for: bookings, rate: 6%, capp: 5}", "'capp' is not a key of a component (did you mean 'cap'?)"),
            (
                "{for: bookings, rate: {by: attainment(bookings), method: marginal, boundary: lower-inclusive, tiers: [{from: 0, rate: 1%}, {from: 100, rate: 2%}]}}",
                "attainment is a share of the quota: '100' is 10000%; write '100%'"
            ),
            (
                "{for: bookings, rate: {by: total(bookings), method: marginal, boundary: lower-inclusive, tiers: [{from: 0%, rate: 1%}, {from: 50%, rate: 2%}]}}",
                "'total(bookings)' is a sum, not a share: '50%' is 0.5; write the sum itself"
            ),
            (
                "{each: year, target: '1', curve: {by: attainment(bookings), points: [[0, 0%], [100, 100%]], above: flat}}",
                "'100' is 10000%; write '100%'"
            ),
            (
                "{each: year, milestones: {by: attainment(bookings), boundary: lower-inclusive, pays: each, steps: [{at: 120, amount: 1}]}}",
                "'120' is 12000%; write '120%'"
            ),
            ("{for: bookings, rate: 6%, cap: 5000 EUR}", "expected an operator or the end, found \"EUR\""),
            (
                "{for: bookings, rate: {lookup: [deal.big], rows: [[yes, 1%], [\"*\", 3%]]}}",
                "'the key' is true or false"
            ),
            (
                "{for: bookings, rate: {lookup: [deal.margin], rows: [[high, 1%], [\"*\", 3%]]}}",
                "'high' is not a number such as 25000 or 6%"
            ),
            ("{each: month, amount: earned(d)}", "unknown component"),
            ("{for: bookings, rate: 6%, then: [{cap: 5, floor: 3}]}", "a step says exactly one of"),
        ])
    func mistakes(component: String, message: String) {
        let found = problems(component)
        #expect(found.contains { $0.contains(message) }, "\(found)")
        #expect(found.allSatisfy { $0.hasPrefix("8:") }, "\(found)")
    }

    @Test(
        "pay that falls as sales rise is warned of",
        arguments: [
            (
                "{for: bookings, rate: {by: attainment(bookings), method: retroactive, boundary: lower-inclusive, tiers: [{from: 0%, rate: 9%}, {from: 100%, rate: 6%}]}}",
                "at 100% of attainment(bookings) it falls from 9% to 6% on all that is counted"
            ),
            (
                "{for: bookings, rate: {by: attainment(bookings), method: marginal, boundary: lower-inclusive, tiers: [{from: 0%, rate: 9%}, {from: 100%, rate: -1%}]}}",
                "above 100% each further part takes -1%"
            ),
            (
                "{each: year, target: '100', curve: {by: attainment(bookings), points: [[0%, 0%], [100%, 100%], [150%, 80%]], above: flat}}",
                "from 100% to 150% the curve falls from 100% to 80%"
            ),
        ])
    func cliffs(component: String, message: String) {
        let found = problems(component)
        #expect(
            found.contains { $0.hasPrefix("warning 8:") && $0.contains("pays less where more is sold: \(message)") },
            "\(found)")
    }

    @Test("attainment compared with a plain number is warned of, where it stands")
    func units() {
        #expect(
            problems("{for: bookings, rate: 6%, requires: attainment(bookings) >= 50 && 1.2 < attainment(bookings)}")
                == [
                    "warning 8:66: attainment is a share of the quota: 50 is 5000%; write 50%"
                ])
    }

    @Test(
        "a field is named as rules can write it, and not as what every deal has",
        arguments: [
            ("kind: string", "3:10: every deal has 'kind' of itself: leave it out, or name the field otherwise"),
            ("deal size: decimal", "3:10: 'deal size' is not a name: letters, digits and _, beginning with a letter"),
            (
                "size: decimel",
                "3:16: the type of a field is one of decimal, string, date, bool (did you mean 'decimal'?)"
            ),
        ])
    func fields(field: String, message: String) {
        let text = LanguageCheckTests.head.replacing("margin: decimal, region: string, big: bool", with: field)
        let found = #expect(throws: FileProblems.self) {
            try Plan(parsing: text + "  c: {for: bookings, rate: 6%}", file: "p")
        }
        #expect(found?.all.map(\.description) == ["p:" + message])
    }

    @Test(
        "all measures are dated alike, by a day that a deal has",
        arguments: [
            ("deal.invoiced", "deal.invoiced", []), ("deal.start", "deal.start", []),
            ("deal.closed", nil, []), ("credit.date", "deal.closed", []),
            (
                "deal.invoiced", nil,
                ["6:6: 'a' is dated by deal.invoiced, and credits have one date: say it for 'b' too"]
            ),
            (
                "deal.invoiced", "deal.paid",
                ["6:25: 'a' is dated by deal.invoiced: all measures of a plan are dated alike"]
            ),
            ("deal.margin", "deal.margin", ["5:25: the field 'margin' is a decimal, not a date"]),
            (
                "invoiced", nil,
                ["5:25: 'date' is deal.closed, a milestone such as deal.invoiced, or a field that is a date"]
            ),
        ] as [(String, String?, [String])])
    func dates(first: String, second: String?, expected: [String]) {
        let text = """
            plan: p
            currency: USD
            fields: {margin: decimal, start: date}
            measures:
              a: {over: year, date: \(first)}
              b: {over: year\(second.map { ", date: \($0)" } ?? "")}
            components: {c: {for: a, rate: 6%}}
            """
        var found: [String] = []
        do { _ = try Plan(parsing: text, file: "p") } catch {
            found = error.all.map { String($0.description.dropFirst(2)) }
        }
        #expect(found == expected)
    }

    @Test("a marginal table whose rates fall still pays more for more, and is not warned of")
    func noCliff() {
        let rate =
            "{by: attainment(bookings), method: marginal, boundary: lower-inclusive, tiers: [{from: 0%, rate: 9%}, {from: 100%, rate: 6%}]}"
        #expect(problems("{for: bookings, rate: \(rate)}") == [])
    }
}
