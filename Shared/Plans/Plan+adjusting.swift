package import Domain

extension Plan {
    /// What a contract may have otherwise than the plan's standard, and how far.
    package struct Adjustable: Hashable, Sendable {
        package let kind: Kind
        package let name: String
        /// Holds where the contract says nothing.
        package let standard: Number?
        package let from: Number
        package let to: Number

        package enum Kind: String, Hashable, Sendable, CaseIterable {
            case quota, target, rate
        }

        /// As the plan file names it.
        package var key: String { "\(kind.rawValue).\(name)" }

        package func allows(_ value: Number) -> Bool { from <= value && value <= to }

        /// A number as this kind of them is written.
        package func text(_ value: Number) -> String { kind == .rate ? "\(Rate(value))" : "\(value)" }
    }

    /// A number of a contract that is beyond what the plan lets it have.
    package struct Excess: Hashable, Sendable {
        package let adjustable: Adjustable
        package let item: Terms.Item
        /// What the item comes to in a window that reads it: a month's quota is a part of the year's.
        package let period: Period?
        package let value: Number
    }

    /// What is beyond the plan's ranges: the first of each name and window.
    package func excesses(of terms: Terms) -> [Excess] {
        var result: [Excess] = []
        for adjustable in adjustables {
            var seen: Set<Period?> = []
            for item in terms.quotas where item.name == adjustable.name {
                for (period, value) in values(item, of: adjustable, terms) where !adjustable.allows(value) {
                    guard seen.insert(period).inserted else { continue }
                    result.append(Excess(adjustable: adjustable, item: item, period: period, value: value))
                }
            }
        }
        return result
    }

    private func values(
        _ item: Terms.Item, of adjustable: Adjustable, _ terms: Terms
    ) -> [(period: Period?, value: Number)] {
        let kinds: [PeriodKind] = windows(reading: adjustable).compactMap {
            if case .period(let kind) = $0 { kind } else { nil }
        }
        guard let period = item.period, adjustable.kind != .rate, !kinds.isEmpty else {
            return [(item.period, item.value)]
        }
        return kinds.compactMap { kind in
            guard kind.code >= period.kind.code else { return nil }
            return terms.amount(terms.quotas, item.name, kind, period.start)
                .map { (Period(kind, containing: period.start), $0) }
        }
    }

    /// Whether any rule reads it.
    func asks(for adjustable: Adjustable) -> Bool {
        !windows(reading: adjustable).isEmpty
    }

    private func windows(reading adjustable: Adjustable) -> [Window] {
        var result: [Window] = []
        for measure in measures {
            if adjustable.kind == .quota, measure.quota == adjustable.name { result.append(measure.window) }
            for formula in [measure.of, measure.filter, measure.goal?.amount] {
                if formula?.reads(adjustable) == true { result.append(measure.window) }
            }
        }
        for component in components {
            for formula in component.creditFormulas where formula.reads(adjustable) { result.append(.period(pays)) }
            for (formula, window) in component.stateFormulas where formula.reads(adjustable) { result.append(window) }
        }
        return result
    }
}

extension Formula {
    fileprivate func reads(_ adjustable: Plan.Adjustable) -> Bool {
        bindings.contains {
            switch $0.reference {
            case .contractQuota(let name): adjustable.kind == .quota && name == adjustable.name
            case .contractTarget(let name): adjustable.kind == .target && name == adjustable.name
            case .contractRate(let name): adjustable.kind == .rate && name == adjustable.name
            default: false
            }
        }
    }
}

extension Terms {
    /// With the plan's standards where the contract says nothing of all periods.
    package func completed(by plan: Plan) -> Terms {
        var terms = self
        for adjustable in plan.adjustables {
            guard let standard = adjustable.standard else { continue }
            let item = Item(adjustable.name, nil, standard)
            let isNew = { (items: [Item]) in !items.contains { $0.name == item.name && $0.period == nil } }
            switch adjustable.kind {
            case .quota: if isNew(terms.quotas) { terms.quotas.append(item) }
            case .target: if isNew(terms.targets) { terms.targets.append(item) }
            case .rate: if isNew(terms.rates) { terms.rates.append(item) }
            }
        }
        return terms
    }
}
