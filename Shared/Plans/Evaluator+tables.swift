import Domain
import Expressions

/// Finding the tier, the row, the place in a curve.
extension Evaluator {
    /// What a share of the axis is worth: the quota, or one. `nil` when the contract has no quota.
    func scale(_ grid: Code.Grid, _ date: CalendarDate, _ scratch: inout Scratch) throws(ArithmeticError) -> Number? {
        if grid.isOfQuota, let measure = grid.measure { return try quota(measure, date, &scratch) }
        return 1
    }

    /// The place of the tier that a position lies in; of the first without a scale.
    func tier(
        at position: Number, _ grid: Code.Grid, _ scale: Number?, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Int {
        guard let scale else { return grid.tiers.lowerBound }
        try scratch.setLimits(grid, code.tiers, scale: scale)
        return scratch.tier(at: position, grid)
    }

    /// The place of the tier that the axis has reached; of the first without a quota.
    func reached(
        _ grid: Code.Grid, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Int {
        guard let measure = grid.measure else {
            return try tier(at: number(code.formulas[grid.by], sums, reading, &scratch), grid, 1, &scratch)
        }
        return try tier(at: sums.cells[measure], grid, scale(grid, reading.date, &scratch), &scratch)
    }

    func find(
        _ finder: Int, _ credit: Credit, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        let first = code.finders[finder].firstKey
        for index in code.finders[finder].keys.indices {
            scratch.keys[first + index] = try key(index, of: finder, credit, sums, reading, &scratch)
        }
        return code.finders[finder].value(of: scratch.keys)
    }

    private func key(
        _ index: Int, of finder: Int, _ credit: Credit, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Int {
        let text: String
        switch code.finders[finder].keys[index] {
        case .product: text = credit.product
        case .kind: text = credit.kind
        case .account: text = credit.account
        case .formula(let place):
            let value = try key(code.formulas[place], credit, sums, reading, &scratch)
            return code.finders[finder].number(of: value, at: index)
        }
        return scratch.keyNumbers[code.finders[finder].firstKey + index].answer(text) {
            code.finders[finder].number(of: .text(text), at: index)
        }
    }

    func find(
        _ matrix: Plan.Matrix, at position: (Formula) throws(ArithmeticError) -> Number
    ) throws(ArithmeticError) -> Number {
        let row = try matrix.rows.band(position(matrix.rows.by), matrix.boundary)
        let column = try matrix.columns.band(position(matrix.columns.by), matrix.boundary)
        return matrix.values[row][column]
    }
}

extension Plan.Lookup {
    /// Most specific rows first: most keys that are not "*", then the first key first.
    static func sorted(_ rows: [Row]) -> [Row] {
        func rank(_ row: Row) -> [Int] {
            [row.keys.count { $0 == nil }] + row.keys.map { $0 == nil ? 1 : 0 }
        }
        return rows.enumerated().sorted { left, right in
            let (a, b) = (rank(left.element), rank(right.element))
            return a == b ? left.offset < right.offset : a.lexicographicallyPrecedes(b)
        }.map(\.element)
    }
}

extension Plan.Matrix.Bands {
    func band(_ position: Number, _ boundary: Plan.Boundary) -> Int {
        from.lastIndex { position > $0 || (position == $0 && boundary == .lower) } ?? 0
    }
}

extension FieldValue {
    /// As a key of a lookup; what cannot be a key fits only "*".
    init(_ value: Value) {
        switch value {
        case .string(let text): self = .text(text)
        case .decimal(let number): self = .number(number)
        case .int(let number): self = .number(Number(Int(number)))
        case .bool(let flag): self = .flag(flag)
        case .date(let date): self = .date(date)
        default: self = .flag(false)
        }
    }
}
