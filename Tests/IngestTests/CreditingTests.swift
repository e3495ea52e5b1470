import Domain
import TestSupport
import Testing

@testable import ingest

@Suite("Who gets what of a deal")
struct CreditingTests {
    @Test(
        "the owner, or those it is split between, get all of it",
        arguments: [
            // what the deal says beside 100 dollars of ada's                                     credits
            ([], ["ada owner 100 USD"]),
            ([("owner", "\"U-ada\"")], ["ada owner 100 USD"]),
            ([("owner", "\"NAME OF ADA\"")], ["ada owner 100 USD"]),
            ([("splits", "[]")], ["ada owner 100 USD"]),
            ([("splits", #"[{"payee":"bob","share":100}]"#)], ["bob split 100 USD"]),
            ([("amount", "99.99"), ("splits", #"[{"payee":"ada","share":75},{"payee":"bob","share":25}]"#)], ["ada split 74.99 USD", "bob split 25 USD"]),
            ([("splits", #"[{"payee":"ada","share":"60%"},{"payee":"bob","share":"40%"}]"#)], ["ada split 60 USD", "bob split 40 USD"]),
            ([("splits", #"[{"payee":"ada","share":30},{"payee":"bob","share":40},{"payee":"U-ada","share":30}]"#)], ["ada split 60 USD", "bob split 40 USD"]),
            ([("splits", #""ada: 60; bob: 40""#)], ["ada split 60 USD", "bob split 40 USD"]),
            ([("amount", "0")], ["ada owner 0 USD"]),
            ([("amount", "-50")], ["ada owner -50 USD"]),
            ([("stage", "\"open\"")], []), ([("stage", "\"lost\"")], []), ([("stage", "\"deleted\"")], []),
            (
                [("lines", #"[{"product":"Bolt","amount":30},{"id":"L2","product":"Nut","amount":70}]"#)],
                ["ada/1 owner 30 USD", "ada/L2 owner 70 USD"]
            ),
        ])
    func direct(changes: [(String, String)], expected: [String]) throws {
        #expect(try CreditingFirm(levels: 0).credits(changes) == expected)
    }

    @Test(
        "the last cent goes where the company says",
        arguments: [
            (Remainder.largest, "50%", "0.01", ["ada split 0.01 USD", "bob split 0 USD"]),
            (.last, "50%", "0.01", ["ada split 0 USD", "bob split 0.01 USD"]),
            (.largest, "50%", "-0.03", ["ada split -0.02 USD", "bob split -0.01 USD"]),
            (.largest, "33.3333333333%", "100", ["ada split 33.33 USD", "bob split 66.67 USD"]),
        ])
    func lastCent(remainder: Remainder, first: String, amount: String, expected: [String]) throws {
        let second = Rate(try 1 - Rate(first).value)
        let splits = #"[{"payee":"ada","share":"\#(first)"},{"payee":"bob","share":"\#(second)"}]"#
        #expect(try CreditingFirm(levels: 0, remainder: remainder).credits([("amount", amount), ("splits", splits)]) == expected)
    }

    @Test(
        "managers are credited by level, as of the close date",
        arguments: [
            (0, "2026-02-05", ["ada owner 100 USD"]), (1, "2026-02-05", ["ada owner 100 USD", "max manager-1 100 USD"]),
            (1, "2026-05-31", ["ada owner 100 USD", "max manager-1 100 USD"]), (1, "2026-06-01", ["ada owner 100 USD", "mia manager-1 100 USD"]),
            (2, "2026-02-05", ["ada owner 100 USD", "max manager-1 100 USD", "vip manager-2 100 USD"]),
            (9, "2026-02-05", ["ada owner 100 USD", "max manager-1 100 USD", "vip manager-2 100 USD"]),
            (Int(Int32.max), "2026-02-05", ["ada owner 100 USD", "max manager-1 100 USD", "vip manager-2 100 USD"]),
        ])
    func managers(levels: Int, closed: String, expected: [String]) throws {
        #expect(try CreditingFirm(levels: levels).credits([("closed", "\"\(closed)\"")]) == expected)
    }

    @Test(
        "a manager of several in a deal is credited once a level, and never with more than the deal",
        arguments: [
            // splits                                                                       managers' credits
            (#"[{"payee":"ada","share":60},{"payee":"bob","share":40}]"#, ["max manager-1 100 USD", "vip manager-2 100 USD"]),
            (#"[{"payee":"ada","share":60},{"payee":"eva","share":40}]"#, ["max manager-1 60 USD", "mia manager-1 40 USD", "vip manager-2 100 USD"]),
            // max has a share of his own and is ada's manager; vip is max's manager and ada's manager's.
            (#"[{"payee":"ada","share":60},{"payee":"max","share":40}]"#, ["max manager-1 60 USD", "vip manager-1 40 USD", "vip manager-2 60 USD"]),
        ])
    func severalReports(splits: String, expected: [String]) throws {
        let credits = try CreditingFirm().credits([("splits", splits)])
        #expect(credits.filter { $0.contains("manager") } == expected)
    }

    @Test("a manager without a contract on the day is passed over, and whoever is above is not")
    func managerWithoutContract() throws {
        let firm = CreditingFirm(missing: ["contract max/2026-01-01/reps"])
        #expect(try firm.credits([]) == ["ada owner 100 USD", "vip manager-2 100 USD"])
    }

    @Test("those who manage each other in a circle are credited once each, and crediting ends")
    func cycle() throws {
        let circle = Timeline<PayeeID?>([.init(from: CalendarDate("2026-01-01")!, value: "ada")])
        let vip = CompanyEntity.payee(Payee(id: "vip", name: "Name of vip", currency: Currency("USD")!, managers: circle))
        let firm = CreditingFirm(levels: 100, more: [vip])
        #expect(try firm.credits([]) == ["ada owner 100 USD", "max manager-1 100 USD", "vip manager-2 100 USD"])
    }

    @Test(
        "a deal is valued in the currency of each plan, at the rate of the close date, half to even",
        arguments: [
            ("2026-02-05", "100", "91.37"), ("2026-02-28", "0.05", "0.05"), ("2026-03-01", "0.05", "0.02"), ("2026-03-01", "0.15", "0.08"),
            ("2026-12-31", "-100", "-50"),
        ])
    func exchange(closed: String, amount: String, expected: String) throws {
        let changes = [("owner", "\"eva\""), ("closed", "\"\(closed)\""), ("amount", amount)]
        let outcome = try CreditingFirm(levels: 1).outcome(changes)
        let (eva, mia) = (outcome.assignments[0].credit, outcome.assignments[1].credit)
        #expect(eva.amount == Money(try Number(expected), Currency("EUR")!))
        #expect(eva.exchangeRate == (closed < "2026-03" ? try Number("0.9137") : try Number("0.5")))
        #expect(eva.original == mia.amount)
        #expect(mia.exchangeRate == nil)
    }

    @Test("whatever the splits, direct credits sum to the line and no manager has more than it")
    func sums() throws {
        var random = SplitMix(seed: 41)
        let people = ["ada", "bob", "max", "mia", "vip"]
        for _ in 0..<400 {
            var left = 10_000
            let count = Int.random(in: 1...5, using: &random)
            let splits = people.shuffled(using: &random).prefix(count).enumerated().map { index, payee in
                let share = index == count - 1 ? left : Int.random(in: 1...left - (count - index - 1), using: &random)
                left -= share
                return #"{"payee":"\#(payee)","share":\#(Double(share) / 100)}"#
            }
            let cents = Int.random(in: -100_000...100_000, using: &random)
            let amount = try #require(Number(Int128(cents), places: 2))
            let firm = CreditingFirm(remainder: random.pick(Remainder.allCases))
            let outcome = try firm.outcome([("amount", "\(amount)"), ("splits", "[\(splits.joined(separator: ","))]")])
            #expect(outcome.problems.isEmpty)
            let direct = outcome.assignments.filter { $0.credit.key.role == .split }
            #expect(try direct.reduce(Number.zero) { try $0 + $1.credit.amount.amount } == amount)
            let indirect = Dictionary(grouping: outcome.assignments.filter { $0.credit.key.role != .split }, by: \.payee)
            for (payee, credits) in indirect {
                let sum = try credits.reduce(Number.zero) { try $0 + $1.credit.amount.amount }
                #expect(try sum.magnitude <= amount.magnitude, "\(payee)")
            }
        }
    }
}
