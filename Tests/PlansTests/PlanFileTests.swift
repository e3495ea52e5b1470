import Domain
import Plans
import Testing

@Suite("Plan files")
struct PlanFileTests {
    /// What is wrong with the text, as `line:column: message`.
    private func problems(_ text: String) -> [String] {
        do {
            _ = try Plan(parsing: text, file: "p.yaml")
            return []
        } catch { return error.all.map { String($0.description.dropFirst("p.yaml:".count)) } }
    }

    @Test("a plan says what it pays, by what, and for whose credits")
    func whole() throws {
        let plan = try Plan(parsing: PlanText().text, file: "p.yaml")
        #expect(plan.name == "reps")
        #expect(plan.title == "Sales reps")
        #expect(plan.currency == Currency("USD"))
        #expect(plan.pays == .month)
        #expect(plan.rounding == .halfEven)
        #expect(plan.measures.map(\.name) == ["bookings"])
        #expect(plan.measures.map(\.window) == [.period(.year)])
        #expect(plan.measures.map(\.quota) == ["bookings"])
        #expect(plan.components.map(\.name) == ["commission", "spiff"])
    }

    @Test(
        "the quotas that a credit is measured against are those of its day, role and component",
        arguments: [("owner", "2026-03-31", ["bookings 2026"]), ("manager-1", "2026-03-31", [])])
    func quotas(role: String, date: String, expected: [String]) throws {
        let plan = try Plan(parsing: PlanText().text, file: "p.yaml")
        let day = try #require(CalendarDate(date))
        let needed = plan.quotasNeeded.filter { $0.isFor(Role(role)) }
        #expect(needed.map { "\($0.name) \(Period($0.kind, containing: day))" } == expected)
    }

    @Test(
        "every mistake is told with its place and what would be right",
        arguments: [
            // what replaces what, what the analyst is told
            ("plan: reps", "", ["2:1: 'plan' is missing"]),
            ("plan: reps", "plan: []", ["1:7: 'plan' is a text"]),
            (
                "plan: reps", "plann: reps",
                ["1:1: 'plann' is not a key of a plan (did you mean 'plan'?)", "1:1: 'plan' is missing"]
            ),
            ("currency: USD", "", ["1:1: 'currency' is missing"]),
            ("currency: USD", "currency: DOLLAR", ["3:11: 'DOLLAR' is not an ISO 4217 currency such as USD"]),
            ("pays: monthly", "pays: daily", ["4:7: 'pays' is weekly, semi-monthly, monthly, quarterly or annual"]),
            ("over: year", "over: day", ["6:55: 'over' is month, quarter, half, year, deal, plan, week or semi-month"]),
            ("over: year, ", "", ["6:13: measure 'bookings' does not say 'over: month', quarter, half or year"]),
            ("of: credit.amount", "of: credit.margin", ["6:18: \"credit\" has no field \"margin\""]),
            (
                "over: year", "over: year, date: invoiced",
                ["6:67: 'date' is deal.closed, a milestone such as deal.invoiced, or a field that is a date"]
            ),
            (
                "roles: [owner]", "roles: owner",
                ["6:40: 'roles' is a list such as [owner, split]; leave it out to count all"]
            ),
            ("roles: [owner]", "roles: [ower]", ["6:41: there is no role 'ower' (did you mean 'owner'?)"]),
            (
                "roles: [owner]", "roles: [manager-01]",
                ["6:41: there is no role 'manager-01' (did you mean 'manager-1'?)"]
            ),
            ("quota: contract.quota.bookings", "quota: bookings", ["6:68: 'quota' is contract.quota.NAME"]),
            (
                ", quota: contract.quota.bookings", "",
                ["11:11: measure 'bookings' has no quota, so it has no attainment"]
            ),
            ("for: bookings", "for: booking", ["9:10: there is no measure 'booking' (did you mean 'bookings'?)"]),
            ("    for: bookings\n", "", ["9:5: component 'commission' does not say 'for: MEASURE'"]),
            (
                "method: marginal", "method: steep",
                ["12:15: 'method' is one of marginal, retroactive, overage, by-deal(before), by-deal(after)"]
            ),
            (
                "boundary: lower-inclusive", "boundary: maybe",
                ["13:17: 'boundary' must be said: lower-inclusive or upper-inclusive"]
            ),
            ("by: attainment(bookings)", "by: bookings", ["11:11: unknown name \"bookings\""]),
            ("by: attainment(bookings)", "by: attainment(margin)", ["11:22: unknown measure \"margin\""]),
            (
                "from: 0%, rate: 5%", "from: 10%, rate: 5%",
                ["14:16: the first tier starts from 0%, so that none is missing"]
            ),
            ("from: 100%, rate: 10%", "from: 0%, rate: 10%", ["14:38: tiers rise: 0% is not above 0%"]),
            ("from: 100%, rate: 10%", "from: 100%", ["14:38: a tier has 'from' and 'rate'"]),
            ("from: 100%, rate: 10%", "from: full, rate: 10%", ["14:45: 'full' is not a number such as 25000 or 6%"]),
            ("rate: 5%}", "rate: 5%, until: 9%}", ["14:37: 'until' is not a key of a tier; known: from, to, rate"]),
            (
                "spiff: {for: bookings, rate: 1%}", "spiff: {for: bookings}",
                ["15:10: component 'spiff' does not say its 'rate'"]
            ),
            (
                "spiff: {for: bookings, rate: 1%}", "spiff: {for: bookings, rate: one}",
                ["15:32: 'one' is not a rate such as 6% or 0.06"]
            ),
            (
                "rounding: {mode: half-even}", "rounding: half-up",
                ["16:11: 'rounding' is written as {mode: half-even, places: 2, at: total}"]
            ),
            (
                "mode: half-even", "mode: bankers",
                ["16:18: 'mode' is one of half-even, half-up, down, up, floor, ceiling"]
            ),
            ("mode: half-even", "places: 3", ["16:20: USD is paid with 2 decimal places"]),
            ("mode: half-even", "at: end", ["16:16: 'at' is one of total, line, step"]),
            ("plan: reps", "plan: reps\nplan: more", ["1:1: 'plan' is there twice; keep one"]),
            ("plan: reps", "plan: [", ["3:9: cannot be read as YAML: did not find expected ',' or ']'"]),
        ] as [(String, String, [String])])
    func mistakes(old: String, new: String, expected: [String]) {
        let text = PlanText().text
        #expect(text.contains(old))
        #expect(problems(text.replacing(old, with: new, maxReplacements: 1)) == expected)
    }

    @Test("all mistakes are told at once, and what follows from another is not told again")
    func all() {
        let text = """
            plan: reps
            currency: XXX
            measures:
              bookings: {over: fortnight}
            components:
              commission: {for: bookings, rate: much}
              bonus: {for: renewals, rate: 1%}
            """
        #expect(
            problems(text) == [
                "2:11: 'XXX' is not an ISO 4217 currency such as USD",
                "4:20: 'over' is month, quarter, half, year, deal, plan, week or semi-month",
                "7:16: there is no measure 'renewals'; known: bookings",
            ])
    }

    @Test(
        "what is no plan at all is refused, and nothing traps",
        arguments: [
            "", "plan", "- a\n- b", "{}", "\0", "? [a]\n: b", "plan: *x", "&a [*a]", "%", "--- a\n--- b",
            "plan: reps\nmeasures: 7\ncomponents: 8",
        ])
    func noPlan(text: String) { #expect(!problems(text).isEmpty) }

    @Test("brackets as deep as a file is long are refused, not followed")
    func depth() { #expect(!problems("plan: " + String(repeating: "[", count: 50_000)).isEmpty) }

    @Test("an attainment need not count what it rates: such a credit is paid at the tier that it stands in")
    func rolesOfAttainment() {
        let text = """
            plan: reps
            currency: USD
            measures:
              all: {over: year}
              own: {roles: [owner], over: year, quota: contract.quota.own}
            components:
              commission:
                for: all
                rate: {by: attainment(own), method: marginal, boundary: lower-inclusive, tiers: [{from: 0%, rate: 1%}]}
            """
        #expect(problems(text) == [])
    }
}
