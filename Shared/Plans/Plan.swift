package import Domain

/// A compensation plan as its file says it, checked.
package struct Plan: Hashable, Sendable {
    package let name: String
    package let title: String
    package let currency: Currency
    /// What a statement covers.
    package let pays: PeriodKind
    package let measures: [Measure]
    package let components: [Component]
    package let rounding: Rounding

    /// A sum over credits within a window, with what should be reached.
    package struct Measure: Hashable, Sendable {
        package let name: String
        /// The roles whose credits count; empty for all.
        package let roles: [Role]
        package let over: PeriodKind
        /// The name of the contract's quota; `nil` when there is none.
        package let quota: String?

        package func counts(_ credit: Credit) -> Bool { counts(credit.key.role) }
        package func counts(_ role: Role) -> Bool { roles.isEmpty || roles.contains(role) }
    }

    /// A rule that pays for the credits of a measure.
    package struct Component: Hashable, Sendable {
        package let name: String
        /// Index into the plan's measures.
        package let measure: Int
        package let rate: RateRule
    }

    package enum RateRule: Hashable, Sendable {
        case flat(Rate)
        /// Each part of the measure is paid at the rate of the tier it falls into.
        case marginal(by: Int, tiers: [Tier])
    }

    /// A rate from a share of the quota on, to where the next tier starts.
    package struct Tier: Hashable, Sendable {
        package let from: Rate
        package let rate: Rate
    }

    /// The quotas that a credit in this role, on this day, is measured against.
    package func quotasNeeded(role: Role, on date: CalendarDate) -> [(measure: String, period: Period)] {
        components.compactMap { component in
            guard case .marginal(let by, _) = component.rate, measures[component.measure].counts(role),
                let quota = measures[by].quota
            else { return nil }
            return (quota, Period(measures[by].over, containing: date))
        }
    }
}
