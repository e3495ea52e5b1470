import Domain
import Plans
import Testing

@Suite("Checks of the plan language")
struct LanguageCheckTests {
    private static let head = """
        plan: p
        currency: USD
        fields: {margin: decimal, region: string}
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
            ("{for: bookings, rate: {by: attainment(monthly), method: marginal, boundary: lower-inclusive, tiers: [{from: 0, rate: 1%}]}}", "measure 'monthly' has no quota, so it has no attainment"),
            ("{for: bookings, rate: {by: total(bookings), method: marginal, tiers: [{from: 0, rate: 1%}]}}", "'boundary' must be said: lower-inclusive or upper-inclusive"),
            ("{for: bookings, rate: {by: total(bookings), boundary: lower-inclusive, tiers: [{from: 0, rate: 1%}]}}", "'method' must be said"),
            ("{for: bookings, rate: {by: total(bookings), method: marginal, boundary: lower-inclusive, tiers: [{from: 0, to: 5, rate: 1%}, {from: 6, rate: 2%}]}}", "there is a gap between 5 and 6"),
            ("{for: bookings, rate: {by: total(bookings), method: marginal, boundary: lower-inclusive, tiers: [{from: 0, to: 7, rate: 1%}, {from: 6, rate: 2%}]}}", "tiers overlap between 6 and 7"),
            ("{for: bookings, rate: {by: total(monthly), method: retroactive, boundary: lower-inclusive, tiers: [{from: 0, rate: 1%}]}}", "begins again each month, but the component adds up a year"),
            ("{each: quarter, amount: total(monthly)}", "only its last month would count"),
            ("{each: quarter, amount: credit.amount}", "unknown name"),
            ("{each: quarter, target: '100', goals: [{weight: 60%, score: '1'}, {weight: 30%, score: '1'}]}", "the weights sum to 90%, not 100%"),
            ("{each: quarter, target: '100', curve: {by: attainment(bookings), points: [[0%, 0%], [100%, 100%]]}}", "'above' must be said: flat (capped), extend or zero"),
            ("{each: quarter, amount: '100', cap: {amount: 5, per: month}}", "a step per month cannot hold it"),
            ("{for: bookings, amount: '100', rate: 1%}", "'amount' is paid for a period: say 'each: quarter' beside it"),
            ("{for: bookings, rate: {lookup: [deal.region], rows: [[EMEA, 1%], [EMEA, 2%], [\"*\", 3%]]}}", "a row above has the same keys, so this one is never reached"),
            ("{for: bookings, rate: 6%, capp: 5}", "'capp' is not a key of a component (did you mean 'cap'?)"),
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
            ("{for: bookings, rate: {by: attainment(bookings), method: retroactive, boundary: lower-inclusive, tiers: [{from: 0%, rate: 9%}, {from: 100%, rate: 6%}]}}", "at 100% of attainment(bookings) it falls from 9% to 6% on all that is counted"),
            ("{for: bookings, rate: {by: attainment(bookings), method: marginal, boundary: lower-inclusive, tiers: [{from: 0%, rate: 9%}, {from: 100%, rate: -1%}]}}", "above 100% each further part takes -1%"),
            ("{each: year, target: '100', curve: {by: attainment(bookings), points: [[0%, 0%], [100%, 100%], [150%, 80%]], above: flat}}", "from 100% to 150% the curve falls from 100% to 80%"),
        ])
    func cliffs(component: String, message: String) {
        let found = problems(component)
        #expect(found.contains { $0.hasPrefix("warning 8:") && $0.contains("pays less where more is sold: \(message)") }, "\(found)")
    }

    @Test("a marginal table whose rates fall still pays more for more, and is not warned of")
    func noCliff() {
        let rate = "{by: attainment(bookings), method: marginal, boundary: lower-inclusive, tiers: [{from: 0%, rate: 9%}, {from: 100%, rate: 6%}]}"
        #expect(problems("{for: bookings, rate: \(rate)}") == [])
    }
}
