package import Domain

extension Plan {
    /// What becomes of pay after it is earned. The evaluator leaves it aside: settlement over periods takes it up.
    package struct Settlement: Hashable, Sendable {
        package var releases: [Release] = []
        package var clawback: Clawback?
        package var draw: Draw?
        package var balance = Balance.carry

        /// A share of what is earned that becomes due on an event.
        package struct Release: Hashable, Sendable {
            package let on: String
            package let share: Rate
            package let isProportional: Bool
        }

        package struct Clawback: Hashable, Sendable {
            /// Days after the credit's date.
            package let within: Int
            package let method: String
            package let attainment: String
        }

        package struct Draw: Hashable, Sendable {
            package let amount: Number
            package let per: PeriodKind
            package let isRecoverable: Bool
            package let recover: Rate
        }

        /// What a negative month does.
        package enum Balance: String, Hashable, Sendable, CaseIterable {
            case carry, floor
        }

        /// The keys that settlement will need and that no component waits for.
        package var keys: [String] {
            (releases.isEmpty ? [] : ["release"]) + (clawback == nil ? [] : ["clawback"])
                + (draw == nil ? [] : ["draw"])
                + (balance == .carry ? [] : ["balance"])
        }

        /// Hands an amount out over the releases, in the order they are written; the parts sum to the amount.
        package func released(_ amount: Money) throws(ArithmeticError) -> [(on: String, amount: Money)] {
            guard !releases.isEmpty else { return [] }
            let parts = try amount.allocated(by: releases.map(\.share.value), remainder: .largest)
            return zip(releases, parts).map { ($0.on, $1) }
        }
    }

    /// Credits with what they must pay, as the plan's file gives them.
    package struct Example: Hashable, Sendable {
        package let name: String
        package let line: Int
        package let terms: Terms
        package let credits: [Credit]
        /// A day of the period to be evaluated where there are no credits.
        package let day: CalendarDate?
        package let expected: [Expected]

        package struct Expected: Hashable, Sendable {
            /// A component, or `total`.
            package let name: String
            package let amount: Number
            package let line: Int

            package static func == (left: Self, right: Self) -> Bool {
                left.name == right.name && left.amount == right.amount
            }

            package func hash(into hasher: inout Hasher) { hasher.combine(name) }
        }

        /// Wherever it stands in the file.
        package static func == (left: Self, right: Self) -> Bool {
            left.name == right.name && left.terms == right.terms && left.credits == right.credits
                && left.day == right.day && left.expected == right.expected
        }

        package func hash(into hasher: inout Hasher) { hasher.combine(name) }
    }
}

/// What a contract gives to the rules beside the plan.
package struct Terms: Hashable, Sendable {
    package var quotas: [Item]
    package var targets: [Item]
    /// Numbers from outside that rules read: a score, the sales of a store.
    package var facts: [Item]
    /// The first and the last day of the contract, where they matter for ramps and proration.
    package var starts: CalendarDate?
    package var ends: CalendarDate?

    package init(
        quotas: [Item] = [], targets: [Item] = [], facts: [Item] = [], starts: CalendarDate? = nil,
        ends: CalendarDate? = nil
    ) {
        self.quotas = quotas
        self.targets = targets
        self.facts = facts
        self.starts = starts
        self.ends = ends
    }

    package struct Item: Hashable, Sendable {
        package let name: String
        /// The period it is for; `nil` for all.
        package let period: Period?
        package let value: Number

        package init(_ name: String, _ period: Period? = nil, _ value: Number) {
            self.name = name
            self.period = period
            self.value = value
        }
    }
}

extension Terms {
    /// What the company keeps by payee, name and period serves as quota, target and fact alike: the plan says which.
    package init(of contract: Contract, _ quotas: [Quota]) {
        let items = quotas.map { Terms.Item($0.measure, $0.period, $0.amount) }
        self.init(quotas: items, targets: items, facts: items, starts: contract.from, ends: contract.to)
    }
}
