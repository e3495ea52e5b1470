import Domain

/// How a component comes to its pay, in plain words: a line, and below it the tiers, rows or points.
extension Plan {
    func words(of rule: Rule) -> [String] {
        switch rule {
        case .rate(let base, let rating): words(of: rating, base.map { " of \($0.text)" } ?? "")
        case .table(let base, let table, let method):
            [method.words + (base.map { ", of \($0.text)" } ?? "")] + words(of: table) { "\(Rate($0))" }
        case .state(let rule): words(of: rule)
        }
    }

    private func words(of rating: Rating, _ of: String) -> [String] {
        switch rating {
        case .flat(let rate): ["\(rate)\(of)"]
        case .formula(let formula): ["\(formula.text)\(of)"]
        case .lookup(let lookup):
            ["a rate\(of) by \(lookup.keys.map(\.text).joined(separator: " and "))"]
                + lookup.rows.map { row in
                    row.keys.map { $0?.description ?? "anything else" }.joined(separator: ", ")
                        + ": \(Rate(row.value))"
                }
        case .matrix(let matrix): ["a rate\(of) by two things"] + words(of: matrix) { "\(Rate($0))" }
        case .bands(let table): ["a rate\(of) by \(table.by.text)"] + words(of: table) { "\(Rate($0))" }
        }
    }

    private func words(of rule: StateRule) -> [String] {
        switch rule {
        case .amount(let amount): [amount.text]
        case .curve(let target, let curve):
            ["\(target.map { "\($0.text) times " } ?? "")the curve of \(curve.by.text)"] + words(of: curve)
        case .table(let base?, let table, let method):
            ["\(base.text), \(method.words)"] + words(of: table) { "\(Rate($0))" }
        case .table(nil, let table, let method): [method.words] + words(of: table, money)
        case .matrix(let base?, let matrix):
            ["\(base.text) times a value by two things"] + words(of: matrix) { "\(Rate($0))" }
        case .matrix(nil, let matrix): ["an amount by two things"] + words(of: matrix, money)
        case .scorecard(let target, let goals):
            ["\(target.text) times the weighted scores"]
                + goals.flatMap { goal in
                    ["\(goal.weight) for \(goal.name): \(goal.score.text)"]
                        + (goal.curve.map { words(of: $0).map { "  \($0)" } } ?? [])
                }
        case .milestones(let milestones): words(of: milestones)
        case .award(let award, let condition): ["\(award)\(condition.map { " when \($0.text)" } ?? ""), not in money"]
        case .total(let inputs):
            ["what the following changes in the sum of \(inputs.map { components[$0].name }.joined(separator: ", "))"]
        }
    }

    private func words(of milestones: Milestones) -> [String] {
        let mark = milestones.boundary == .lower ? "at" : "above"
        return ["\(milestones.paysEach ? "each milestone" : "the highest milestone") of \(milestones.by.text)"]
            + milestones.steps.map { "\(mark) \(limit($0.from, milestones.by)): \(money($0.value))" }
    }

    private func words(of curve: Curve) -> [String] {
        curve.points.map { "\(limit($0.x, curve.by)) gives \(Rate($0.y))" } + [
            curve.below.words("below that"), curve.above.words("beyond that"),
        ]
    }

    private func words(of table: Table, _ value: (Number) -> String) -> [String] {
        let mark = table.boundary == .lower ? "from" : "above"
        guard table.tiers.count > 1 else { return table.tiers.map { value($0.value) } }
        return table.tiers.map { "\(mark) \(limit($0.from, table.by)) of \(table.by.text): \(value($0.value))" }
    }

    private func words(of matrix: Matrix, _ value: (Number) -> String) -> [String] {
        let mark = matrix.boundary == .lower ? "from" : "above"
        return zip(matrix.rows.from, matrix.values).map { from, values in
            let cells = zip(matrix.columns.from, values).map { column, cell in
                "\(value(cell)) \(mark) \(limit(column, matrix.columns.by))"
            }
            return "\(mark) \(limit(from, matrix.rows.by)) of \(matrix.rows.by.text), by \(matrix.columns.by.text): "
                + cells.joined(separator: ", ")
        }
    }

    func words(of step: Adjustment) -> [String] {
        let text = "then \(step.words) per \(step.window.text)" + (step.when.map { ", where \($0.text)" } ?? "")
        guard case .multiplyBy(let table) = step.kind else { return [text] }
        return [text] + words(of: table) { "\(Rate($0))" }.map { "  \($0)" }
    }

    /// Of an attainment as a share, of anything else as the number it is.
    private func limit(_ number: Number, _ by: Formula) -> String {
        by.bindings.contains { $0.reference.isShare } ? "\(Rate(number))" : number.formatted(places: 0)
    }

    private func money(_ amount: Number) -> String { "\(amount.formatted(places: currency.minorPlaces)) \(currency)" }
}

extension Reference {
    fileprivate var isShare: Bool {
        if case .attainment = self { true } else { false }
    }
}

extension Plan.Curve.Edge {
    fileprivate func words(_ place: String) -> String {
        switch self {
        case .flat: "\(place) no more and no less"
        case .extend: "\(place) it goes on as between the last points"
        case .zero: "\(place) nothing"
        }
    }
}

extension Plan.Method {
    var words: String {
        switch self {
        case .marginal: "each part at the rate of its tier"
        case .retroactive: "everything at the rate of the tier reached"
        case .overage: "the first tier at its rate, all beyond it at the rate of the tier reached"
        case .byDealBefore: "a deal at the rate of the tier in which it begins"
        case .byDealAfter: "a deal at the rate of the tier that it reaches"
        }
    }
}
