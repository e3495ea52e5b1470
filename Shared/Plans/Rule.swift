package import Domain

extension Plan {
    /// How a component comes to its pay.
    package enum Rule: Hashable, Sendable {
        /// Base × rate, credit by credit. The base is the measure's when `of` is `nil`.
        case rate(of: Formula?, Rating)
        /// Base × what a table says, by a measure that grows with the credits.
        case table(of: Formula?, Table, Method)
        /// A function of what has been accumulated, at the end of the window as far as it is known.
        case state(StateRule)

        /// The measures whose attainment decides.
        package var measured: [Int] {
            guard case .table(_, let table, _) = self, case .attainment(let measure) = table.axis else { return [] }
            return [measure]
        }
    }

    package enum Rating: Hashable, Sendable {
        case flat(Rate)
        case formula(Formula)
        case lookup(Lookup)
        case matrix(Matrix)
        /// The rate of the band that a value of the credit itself falls into.
        case bands(Table)
    }

    package enum Method: String, Hashable, Sendable, CaseIterable {
        /// Each part is paid at the rate of the tier it falls into.
        case marginal
        /// Everything in the window is paid at the rate of the tier reached.
        case retroactive
        /// Up to the second tier at the first rate; all beyond it at the rate of the tier reached.
        case overage
        /// A deal is paid at the rate of the tier in which it begins.
        case byDealBefore = "by-deal(before)"
        /// A deal is paid at the rate of the tier that it reaches.
        case byDealAfter = "by-deal(after)"
    }

    /// Tiers along an axis.
    package struct Table: Hashable, Sendable {
        package let by: Formula
        package let axis: Axis
        package let boundary: Boundary
        package let tiers: [Tier]
    }

    package enum Axis: Hashable, Sendable {
        /// Shares of the quota of a measure.
        case attainment(Int)
        /// The sum of a measure.
        case total(Int)
        /// Anything else.
        case value
    }

    /// Where a value belongs that lies exactly on a limit.
    package enum Boundary: String, Hashable, Sendable, CaseIterable {
        case lower = "lower-inclusive"
        case upper = "upper-inclusive"
    }

    /// A value from a place on the axis on, to where the next tier starts.
    package struct Tier: Hashable, Sendable {
        package let from: Number
        /// A rate, a factor, or an amount.
        package let value: Number
    }

    /// Rows by keys; `nil` stands for "*", and the most specific row wins.
    package struct Lookup: Hashable, Sendable {
        package let keys: [Formula]
        /// The most specific first.
        package let rows: [Row]

        package struct Row: Hashable, Sendable {
            package let keys: [FieldValue?]
            package let value: Number
        }
    }

    /// Values by two axes.
    package struct Matrix: Hashable, Sendable {
        package let rows: Bands
        package let columns: Bands
        package let values: [[Number]]
        package let boundary: Boundary

        package struct Bands: Hashable, Sendable {
            package let by: Formula
            package let from: [Number]
        }
    }

    package enum StateRule: Hashable, Sendable {
        case amount(Formula)
        /// Target × what the curve gives.
        case curve(target: Formula?, Curve)
        /// Base × what the table gives: at the tier reached, or summed up tier by tier.
        case table(base: Formula?, Table, Method)
        case matrix(base: Formula?, Matrix)
        /// Target × the weighted scores.
        case scorecard(target: Formula, [ScoredGoal])
        case milestones(Milestones)
        /// Not money.
        case award(String, when: Formula?)
        /// What the steps make of the sum of other components, less that sum.
        case total([Int])
    }

    /// Straight lines between points.
    package struct Curve: Hashable, Sendable {
        package let by: Formula
        package let points: [Point]
        package let below: Edge
        package let above: Edge

        package struct Point: Hashable, Sendable {
            package let x: Number
            package let y: Number
        }

        package enum Edge: String, Hashable, Sendable, CaseIterable {
            /// The value of the last point.
            case flat
            /// The slope goes on.
            case extend
            /// Nothing.
            case zero
        }
    }

    package struct ScoredGoal: Hashable, Sendable {
        package let name: String
        package let weight: Rate
        package let score: Formula
        package let curve: Curve?
    }

    package struct Milestones: Hashable, Sendable {
        package let by: Formula
        package let boundary: Boundary
        /// Whether each milestone reached is paid, or only the highest.
        package let paysEach: Bool
        package let steps: [Tier]
    }

    /// A step that follows the pay of a component, within its own window.
    package struct Adjustment: Hashable, Sendable {
        package let kind: Kind
        package let window: Window
        package let when: Formula?

        package enum Kind: Hashable, Sendable {
            case multiply(Formula)
            case multiplyBy(Table)
            case add(Formula)
            case cap(Formula)
            case floor(Formula)
            case requires(Formula)
        }
    }
}
