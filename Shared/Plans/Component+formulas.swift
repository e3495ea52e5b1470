import Domain

/// What a component reads.
extension Plan.Component {
    /// Read credit by credit.
    var creditFormulas: [Formula] {
        guard measure != nil else { return [] }
        return [filter].compactMap { $0 } + rule.formulas
    }

    /// Read for a window, which they have to fit.
    var stateFormulas: [(formula: Formula, window: Plan.Window)] {
        let own = measure == nil ? rule.formulas.map { (formula: $0, window: window) } : []
        return own + steps.flatMap { step in step.formulas.map { (formula: $0, window: step.window) } }
    }

    /// The components whose pay it reads, all above it.
    package var inputs: [Int] {
        if case .state(.total(let inputs)) = rule { return inputs }
        var result: [Int] = []
        for formula in creditFormulas + stateFormulas.map(\.formula) {
            for component in formula.components where !result.contains(component) { result.append(component) }
        }
        return result
    }

    /// What it pays for a window belongs to the last pay period that the window reaches.
    var isPaidAtEnd: Bool { measure == nil }
}

extension Plan.Rule {
    var formulas: [Formula] {
        switch self {
        case .rate(let base, let rating): [base].compactMap { $0 } + rating.formulas
        case .table(let base, let table, _): [base, table.by].compactMap { $0 }
        case .state(let rule): rule.formulas
        }
    }
}

extension Plan.Rating {
    var formulas: [Formula] {
        switch self {
        case .flat: []
        case .formula(let formula): [formula]
        case .lookup(let lookup): lookup.keys
        case .matrix(let matrix): [matrix.rows.by, matrix.columns.by]
        case .bands(let table): [table.by]
        }
    }
}

extension Plan.StateRule {
    var formulas: [Formula] {
        switch self {
        case .amount(let amount): [amount]
        case .curve(let target, let curve): [target, curve.by].compactMap { $0 }
        case .table(let base, let table, _): [base, table.by].compactMap { $0 }
        case .matrix(let base, let matrix): [base, matrix.rows.by, matrix.columns.by].compactMap { $0 }
        case .scorecard(let target, let goals): [target] + goals.map(\.score)
        case .milestones(let milestones): [milestones.by]
        case .award(_, let condition): [condition].compactMap { $0 }
        case .total: []
        }
    }
}

extension Plan.Adjustment {
    /// Whether nothing comes out while nothing goes in: caps, and factors that are constant.
    var isOfInputAlone: Bool {
        guard when == nil else { return false }
        switch kind {
        case .multiply(let factor): return factor.constant != nil
        case .cap(let limit): return limit.constant.map { !$0.isNegative } ?? false
        default: return false
        }
    }

    var formulas: [Formula] {
        let own: Formula =
            switch kind {
            case .multiply(let it), .add(let it), .cap(let it), .floor(let it), .requires(let it): it
            case .multiplyBy(let table): table.by
            }
        return [own, when].compactMap { $0 }
    }
}
