package import Domain

/// A compensation plan as its file says it, checked.
package struct Plan: Hashable, Sendable {
    package let name: String
    package let title: String
    package let currency: Currency
    /// What a statement covers.
    package let pays: PeriodKind
    package let date: Dating
    /// The company's own fields of deals and lines that the rules read.
    package let fields: [Field]
    package let adjustables: [Adjustable]
    package let measures: [Measure]
    /// In the order of the file; the steps of `total` follow as components of their own.
    package let components: [Component]
    package let rounding: Rounding
    /// Where an amount is rounded.
    package let roundingPlace: RoundingPlace
    package let settlement: Settlement
    package let examples: [Example]
    /// What is legal and probably not meant, such as pay that falls as sales rise.
    package let warnings: [FileProblem]
    let frames: Frames
    let code: Code

    package enum RoundingPlace: String, Hashable, Sendable, CaseIterable {
        /// The total of a component and pay period is rounded; its lines sum to that.
        case total
        /// What a component pays for each credit is rounded by itself.
        case line
        /// Every step is rounded: the pay for a credit, and what each adjustment makes of it.
        case step
    }

    package struct Field: Hashable, Sendable {
        package let name: String
        package let type: FieldType

        /// What every deal and line has already, by the names that rules have for it.
        package static let taken = ["id", "kind", "account", "product", "quantity"]

        /// Whether rules can write it after `deal.`.
        package static func isName(_ text: String) -> Bool {
            guard let first = text.utf8.first, !(48...57).contains(first), text.utf8.count <= 100 else { return false }
            return text.utf8.allSatisfy { $0 == 95 || (48...57).contains($0) || (65...90).contains($0 & 0xDF) }
        }
    }

    package enum FieldType: String, Hashable, Sendable, CaseIterable {
        case decimal, string, date, bool
    }

    /// A sum over credits within a window, with what should be reached.
    package struct Measure: Hashable, Sendable {
        package let name: String
        /// The roles whose credits count; empty for all.
        package let roles: [Role]
        /// What a credit adds; `nil` for its amount.
        package let of: Formula?
        /// Which credits count; `nil` for all.
        package let filter: Formula?
        package let window: Window
        package let goal: Goal?

        /// The name of the contract's quota; `nil` when there is none or it is an expression.
        package var quota: String? { goal?.name }

        func counts(_ role: Role) -> Bool { roles.isEmpty || roles.contains(role) }
    }

    /// Whether what a quota comes to hangs on the days of the contract.
    package var proratesQuotas: Bool { measures.contains { $0.goal?.isProrated == true } }

    /// What a measure is measured against.
    package struct Goal: Hashable, Sendable {
        /// The quota's name in the contract, where it is only that.
        package let name: String?
        package let amount: Formula?
        /// Shares of the quota in the first windows of a contract: 25%, 50%, 75%.
        package let ramp: [Rate]
        /// Whether the quota shrinks with the days of a window that the contract does not cover.
        package let isProrated: Bool
    }

    /// A rule that pays.
    package struct Component: Hashable, Sendable {
        package let name: String
        /// Index of the measure whose credits it pays for; `nil` when it pays for a state, not for credits.
        package let measure: Int?
        /// What it accumulates over.
        package let window: Window
        /// Which of the measure's credits it pays for.
        package let filter: Formula?
        package let rule: Rule
        package let steps: [Adjustment]
        /// Whether it is paid; what is not paid is there to be read by others.
        package let isPaid: Bool

        package var isPeriodic: Bool { measure == nil }
    }

    /// How long a sum lasts before it begins again.
    package enum Window: Hashable, Sendable {
        case deal
        case period(PeriodKind)
        /// As long as the contract.
        case plan
    }
}
