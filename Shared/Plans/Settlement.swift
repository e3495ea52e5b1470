package import Domain

extension Plan {
    /// What becomes of pay after it is earned. The evaluator leaves it aside: the calculation through the periods takes it up.
    package struct Settlement: Hashable, Sendable {
        package var releases: [Release] = []
        package var clawback: Clawback?
        /// Paid on top when a period falls short of it, for good.
        package var guarantee: Draw?
        /// Advanced when a period falls short of it.
        package var draw: Draw?
        package var balance = Balance.carry
        /// Less than this is carried to the next period.
        package var minimumPayout: Number?

        /// A share of what is earned that becomes payable on an event.
        package struct Release: Hashable, Sendable {
            /// As the plan's file names it: `booking`, `payment`, `date`, or a milestone.
            package let on: String
            package let share: Rate
            package let trigger: Trigger
            /// In how many equal parts, one every such period; `nil` for all at once.
            package let instalments: Instalments?
            /// What is paid later is not due any more; `nil` where that is never too late.
            package let deadline: Deadline?
        }

        package struct Deadline: Hashable, Sendable {
            package let within: Length
            /// The milestone that it counts from; `nil` for the credit's date.
            package let of: String?
        }

        package enum Trigger: Hashable, Sendable {
            case booking
            /// Once paid in full, or in proportion to what is paid.
            case payment(isProportional: Bool)
            /// So many days after the credit's date.
            case days(Int)
            /// On the day on which the deal reached it.
            case milestone(String)
        }

        package struct Instalments: Hashable, Sendable {
            package let count: Int
            package let every: PeriodKind
        }

        package struct Clawback: Hashable, Sendable {
            package let within: Length
            package let method: Method
            package let attainment: Attainment

            package enum Method: Hashable, Sendable {
                case full, proratedDays, proratedMonths
                /// Until when which share is taken back.
                case stepped([Step])
            }

            package struct Step: Hashable, Sendable {
                package let until: Length
                package let share: Rate
            }

            /// Whether what is cancelled still counts toward tiers.
            package enum Attainment: String, Hashable, Sendable, CaseIterable {
                case reversed, kept
            }
        }

        package struct Draw: Hashable, Sendable {
            package let amount: Number
            package let per: PeriodKind
            package let isRecoverable: Bool
            /// The share of what is earned beyond the draw that is kept until it is recovered.
            package let recover: Rate
            /// How long from the beginning of the contract; `nil`: as long as it lasts.
            package let lasts: Length?
            /// The last day.
            package let until: CalendarDate?
        }

        /// What a negative period does.
        package enum Balance: String, Hashable, Sendable, CaseIterable {
            case carry, floor
        }
    }

    /// A span that begins on a day: `90 days`, `12 months`.
    package struct Length: Hashable, Sendable, CustomStringConvertible {
        package let count: Int
        package let unit: Unit

        package init(_ count: Int, _ unit: Unit) {
            self.count = count
            self.unit = unit
        }

        package enum Unit: String, Hashable, Sendable, CaseIterable {
            case days, weeks, months, quarters, years
        }

        /// The day so long after another.
        package func after(_ day: CalendarDate) -> CalendarDate {
            switch unit {
            case .days: day.adding(days: count)
            case .weeks: day.adding(days: count * 7)
            case .months: day.adding(months: count)
            case .quarters: day.adding(months: count * 3)
            case .years: day.adding(months: count * 12)
            }
        }

        package var description: String { "\(count) \(unit)" }
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
    /// Rates of the contract's own, where the plan lets it have them.
    package var rates: [Item]
    /// The first and the last day of the contract, where they matter for ramps and proration.
    package var starts: CalendarDate?
    package var ends: CalendarDate?
    /// A quota that is summed up from parts is prorated part by part; once it was as a whole.
    package var proratesParts: Bool

    package init(
        quotas: [Item] = [], targets: [Item] = [], facts: [Item] = [], rates: [Item] = [], starts: CalendarDate? = nil,
        ends: CalendarDate? = nil, proratesParts: Bool = true
    ) {
        self.quotas = quotas
        self.targets = targets
        self.facts = facts
        self.rates = rates
        self.starts = starts
        self.ends = ends
        self.proratesParts = proratesParts
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
    /// What the company keeps by payee, name and period serves as quota, target, rate and fact alike: the plan says which.
    package init(of contract: Contract, _ quotas: [Quota], proratesParts: Bool = true) {
        let items = quotas.map { Terms.Item($0.measure, $0.period, $0.amount) }
        self.init(
            quotas: items, targets: items, facts: items, rates: items, starts: contract.from, ends: contract.to,
            proratesParts: proratesParts)
    }
}
