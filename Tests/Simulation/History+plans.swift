import Domain
import TestSupport

extension History {
    /// A plan file of parts that each exist in the field: any of them may meet any other.
    struct Draft {
        let currency: Currency
        let pays: String
        let kind: PeriodKind
        private(set) var text: String

        init(_ random: inout SplitMix, pays fixed: String? = nil) {
            currency = random.chance(80) ? .dollars : .euros
            pays = fixed ?? random.pick(["monthly", "monthly", "monthly", "monthly", "quarterly", "semi-monthly"])
            kind = ["monthly": .month, "quarterly": .quarter][pays] ?? .semiMonth
            text = """
                plan: reps
                currency: \(currency)
                pays: \(pays)
                measures:
                  own: {roles: [owner], over: \(random.pick(["month", "quarter", "year"])), quota: contract.quota.own}
                  all: {over: quarter}
                components:

                """
            text += "  commission: {for: own, rate: \(Draft.rate(&random))\(Draft.steps(&random))}\n"
            text += "  spiff: {for: all, rate: 0.375%}\n"
            if random.chance(50) { text += "  " + random.pick(Draft.ofPeriods) + "\n" }
            if random.chance(20) { text += "total: [{name: most, of: [commission], cap: 250, per: month}]\n" }
            if random.chance(30) { text += "rounding: {mode: \(random.pick(["half-up", "down", "half-even"]))}\n" }
            for (chance, lines) in Draft.settlement where random.chance(chance) { text += random.pick(lines) + "\n" }
        }

        private static func rate(_ random: inout SplitMix) -> String {
            let tiers =
                "[{from: 0%, rate: \(Int.random(in: 1...9, using: &random)).25%}, {from: 62.5%, rate: 7.125%}, "
                + "{from: 100%, rate: 12.5%}]"
            let sums = "[{from: 0, rate: 3%}, {from: 1500, rate: 5%}, {from: 4000, rate: 9%}]"
            return random.pick([
                "6.125%", "7%", "{by: attainment(own), method: marginal, boundary: lower-inclusive, tiers: \(tiers)}",
                "{by: attainment(own), method: retroactive, boundary: lower-inclusive, tiers: \(tiers)}",
                "{by: total(own), method: overage, boundary: upper-inclusive, tiers: \(sums)}",
                "{by: total(own), method: by-deal(after), boundary: lower-inclusive, tiers: \(sums)}",
            ])
        }

        private static func steps(_ random: inout SplitMix) -> String {
            random.chance(25) ? random.pick([", cap: {amount: 180, per: month}", ", multiply: 110%"]) : ""
        }

        private static let ofPeriods = [
            "bonus: {each: quarter, amount: '75.0'}", "base: {each: month, amount: 'fact(\"csat\") / 100.0'}",
            "prize: {each: quarter, when: 'total(all) >= 2000.0', amount: '120.5'}",
            "goal: {each: month, target: '90.0', curve: {by: attainment(own), points: [[0%, 0%], [100%, 100%]], above: flat}}",
        ]

        /// How often a kind of settlement is drawn, and its forms.
        private static let settlement: [(chance: Int, lines: [String])] = [
            (
                55,
                [
                    "release: [{on: booking, share: 50%}, {on: payment, share: 50%, proportional: true}]",
                    "release: [{on: payment, share: 100%}]",
                    "release: [{on: booking, share: 40%}, {on: payment, share: 60%, proportional: true, within: 50 days}]",
                    "release: [{on: payment, share: 100%, within: 20 days, of: approval}]",
                    "release: [{on: booking, share: 90%}, {on: date, after: 45 days, share: 10%}]",
                    "release: [{on: booking, share: 20%}, {on: approval, share: 80%}]",
                    "release: [{on: booking, share: 100%, instalments: {count: 3, every: month}}]",
                    "release: [{on: approval, share: 70%, instalments: {count: 4, every: month}}, "
                        + "{on: 30 days, share: 30%}]",
                ]
            ),
            (
                70,
                [
                    "clawback: {within: 90 days}",
                    "clawback: {within: 90 days, method: prorated-days, attainment: kept}",
                    "clawback: {within: 6 months, method: prorated-months}",
                    "clawback: {steps: [{until: 30 days, share: 100%}, {until: 90 days, share: 50%}], attainment: kept}",
                ]
            ),
            (
                45,
                [
                    "draw: {amount: 100, per: month}", "draw: {amount: 90.5, recover: 50%}",
                    "draw: {amount: 120, per: month, recoverable: false, for: 2 months}",
                    "draw: {amount: 300, per: quarter, until: 2026-04-15}",
                ]
            ),
            (20, ["guarantee: {amount: 60, per: month}", "guarantee: {amount: 150, per: quarter, for: 90 days}"]),
            (30, ["balance: floor", "balance: carry"]), (25, ["payout: {minimum: 40}"]),
        ]
    }
}
