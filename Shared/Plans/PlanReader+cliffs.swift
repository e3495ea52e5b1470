import Domain

/// Where selling more pays less: legal, and hardly ever meant.
extension PlanReader {
    mutating func warnOfCliffs(_ component: Plan.Component) {
        switch component.rule {
        case .rate(_, .bands(let table)): warn(of: table, .byDealAfter, in: component)
        case .rate(_, .matrix(let matrix)): warn(of: matrix, in: component)
        case .table(_, let table, let method): warn(of: table, method, in: component)
        case .state(.table(_, let table, let method)): warn(of: table, method, in: component)
        case .state(.matrix(_, let matrix)): warn(of: matrix, in: component)
        case .state(.curve(_, let curve)): warn(of: curve, in: component)
        case .state(.scorecard(_, let goals)):
            for goal in goals { if let curve = goal.curve { warn(of: curve, in: component) } }
        case .state(.milestones(let milestones)) where !milestones.paysEach:
            for (low, high) in zip(milestones.steps, milestones.steps.dropFirst()) where high.value < low.value {
                cliff(
                    milestones.by, component, "at \(high.from) the milestone pays \(high.value) instead of \(low.value)"
                )
            }
        default: break
        }
        for step in component.steps {
            if case .multiplyBy(let table) = step.kind { warn(of: table, .retroactive, in: component) }
        }
    }

    private mutating func cliff(_ formula: Formula, _ component: Plan.Component, _ what: String) {
        warnings.append(
            FileProblem(
                file: file, line: formula.line, column: formula.column,
                "'\(component.name)' pays less where more is sold: \(what)"))
    }

    private mutating func warn(of table: Plan.Table, _ method: Plan.Method, in component: Plan.Component) {
        for tier in table.tiers where tier.value.isNegative && method == .marginal {
            cliff(
                table.by, component, "above \(text(tier.from, of: table)) each further part takes \(Rate(tier.value))")
        }
        guard method != .marginal else { return }
        for (index, (low, high)) in zip(table.tiers, table.tiers.dropFirst()).enumerated() where high.value < low.value
        {
            // The first limit of an overage changes only what lies beyond it.
            if method == .overage, index == 0, !high.value.isNegative { continue }
            cliff(
                table.by, component,
                "at \(text(high.from, of: table)) of \(table.by.text) it falls from \(Rate(low.value)) "
                    + "to \(Rate(high.value)) on all that is counted")
        }
    }

    private func text(_ limit: Number, of table: Plan.Table) -> String {
        if case .attainment = table.axis { return Rate(limit).description }
        return limit.formatted(places: 2)
    }

    private mutating func warn(of curve: Plan.Curve, in component: Plan.Component) {
        for (low, high) in zip(curve.points, curve.points.dropFirst()) where high.y < low.y {
            cliff(
                curve.by, component,
                "from \(Rate(low.x)) to \(Rate(high.x)) the curve falls from \(Rate(low.y)) to \(Rate(high.y))")
        }
        if curve.above == .zero, let last = curve.points.last, last.y > .zero {
            cliff(curve.by, component, "beyond \(Rate(last.x)) nothing is paid")
        }
    }

    private mutating func warn(of matrix: Plan.Matrix, in component: Plan.Component) {
        for (row, line) in matrix.values.enumerated() {
            for (column, value) in line.enumerated() {
                if column > 0, value < line[column - 1] {
                    cliff(
                        matrix.columns.by, component,
                        "in row \(row + 1), column \(column + 1) pays \(value) instead of \(line[column - 1])")
                }
                if row > 0, value < matrix.values[row - 1][column] {
                    cliff(
                        matrix.rows.by, component,
                        "in column \(column + 1), row \(row + 1) pays \(value) instead of \(matrix.values[row - 1][column])"
                    )
                }
            }
        }
    }
}
