package import Domain

/// What has to be known before a plan can pay: quotas of the contract, fields of the credits.
extension Plan {
    /// The fields of a credit that its rules read; `quantity` is one of them.
    package var fieldsRead: [Field] {
        var names: [String] = []
        for binding in formulas.flatMap(\.bindings) {
            if case .field(let name) = binding.reference, !names.contains(name) { names.append(name) }
        }
        return names.map { name in fields.first { $0.name == name } ?? Field(name: name, type: .decimal) }
    }

    /// The names that its rules ask the contract for: quotas, targets, rates and facts.
    package var contractNames: [String] {
        var names = measures.compactMap(\.quota)
        for binding in formulas.flatMap(\.bindings) {
            switch binding.reference {
            case .fact(let name), .contractQuota(let name), .contractTarget(let name), .contractRate(let name):
                names.append(name)
            default: break
            }
        }
        return names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private var formulas: [Formula] {
        measures.flatMap { [$0.of, $0.filter, $0.goal?.amount].compactMap { $0 } }
            + components.flatMap { $0.creditFormulas + $0.stateFormulas.map(\.formula) }
    }

    /// A quota without which a credit in some roles, all if none are named, cannot be rated: that of the period around
    /// its day.
    package struct NeededQuota: Hashable, Sendable {
        package let roles: [Role]
        package let name: String
        package let kind: PeriodKind

        package func isFor(_ role: Role) -> Bool { roles.isEmpty || roles.contains(role) }
    }

    package var quotasNeeded: [NeededQuota] {
        var result: [NeededQuota] = []
        for component in components {
            guard let measure = component.measure else { continue }
            for by in component.rule.measured {
                guard let quota = measures[by].quota, case .period(let kind) = measures[by].window else { continue }
                result.append(NeededQuota(roles: measures[measure].roles, name: quota, kind: kind))
            }
        }
        return result
    }

    /// The quotas that are measured against when credits of that day come in: of a measure that counts the role, and
    /// those that rules ask the contract for by name.
    package func quotasRead(role: Role, on date: CalendarDate) -> [(name: String, period: Period?)] {
        var result: [(name: String, period: Period?)] = []
        func add(_ name: String, _ window: Window) {
            var period: Period?
            if case .period(let kind) = window { period = Period(kind, containing: date) }
            if !result.contains(where: { $0.name == name && $0.period == period }) { result.append((name, period)) }
        }
        func add(_ formula: Formula, _ window: Window) {
            for binding in formula.bindings {
                switch binding.reference {
                case .contractQuota(let name): add(name, window)
                case .attainment(let index), .quota(let index):
                    if measures[index].counts(role), let name = measures[index].quota {
                        add(name, measures[index].window)
                    }
                default: break
                }
            }
        }
        for component in components {
            for formula in component.creditFormulas { add(formula, .period(pays)) }
            for (formula, window) in component.stateFormulas { add(formula, window) }
        }
        for measure in measures {
            if let amount = measure.goal?.amount { add(amount, measure.window) }
        }
        return result
    }
}

extension Terms {
    /// Whether there is a quota for the period: its own, those of shorter periods within it, or one for all.
    package func hasQuota(_ name: String, _ period: Period?) -> Bool {
        amount(quotas, name, period?.kind, period?.start ?? starts ?? CalendarDate(day: 0)) != nil
    }
}
