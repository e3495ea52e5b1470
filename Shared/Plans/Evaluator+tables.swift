import Domain
import Expressions

/// Finding the tier, the row, the place in a curve.
extension Evaluator {
    /// What a share of the axis is worth: the quota, or one. `nil` when the contract has no quota.
    func scale(_ table: Plan.Table, _ date: CalendarDate, _ scratch: inout Scratch) throws(ArithmeticError) -> Number? {
        if case .attainment(let measure) = table.axis { return try quota(measure, date, &scratch) }
        return 1
    }

    /// The tier that the axis has reached; the first without a quota.
    func reached(
        _ table: Plan.Table, _ credit: Credit?, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Int? {
        guard let measure = table.measure else {
            return try table.tier(at: number(table.by, credit, sums, reading, &scratch), scale: 1)
        }
        guard let scale = try scale(table, reading.date, &scratch) else { return 0 }
        return try table.tier(at: sums.cells[measure], scale: scale)
    }

    /// The position on a table's axis in units of its tiers.
    func position(
        _ table: Plan.Table, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        try number(table.by, nil, sums, reading, &scratch)
    }

    func find(
        _ lookup: Plan.Lookup, _ credit: Credit, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        if lookup.keys.count == 1, lookup.keys[0].bindings.count == 1, lookup.keys[0].text.hasSuffix("product") {
            return lookup.row { _, wanted in wanted == nil || wanted == .text(credit.product) } ?? .zero
        }
        var values: [FieldValue?] = []
        for key in lookup.keys {
            values.append(try self.key(key, credit, sums, reading, &scratch).map { FieldValue($0) })
        }
        return lookup.row { index, wanted in wanted == nil || wanted == values[index] } ?? .zero
    }

    func find(
        _ matrix: Plan.Matrix, _ credit: Credit?, _ sums: Sums, _ reading: Reading, _ scratch: inout Scratch
    ) throws(ArithmeticError) -> Number {
        let row = try matrix.rows.band(number(matrix.rows.by, credit, sums, reading, &scratch), matrix.boundary)
        let column = try matrix.columns.band(
            number(matrix.columns.by, credit, sums, reading, &scratch), matrix.boundary)
        return matrix.values[row][column]
    }
}

extension Plan.Lookup {
    /// The value of the most specific row that fits: most keys that are not "*", then the first key first.
    func row(_ fits: (Int, FieldValue?) -> Bool) -> Number? {
        rows.first { row in row.keys.indices.allSatisfy { fits($0, row.keys[$0]) } }?.value
    }

    /// Most specific rows first.
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

extension Plan.Table {
    /// How much of the way between two positions lies in a tier; negative on the way down. Below zero the first tier
    /// goes on.
    func overlap(
        from start: Number, to end: Number, tier index: Int, scale: Number
    ) throws(ArithmeticError) -> Number {
        var (low, high) = (start, end)
        if index > 0 {
            let limit = try tiers[index].from * scale
            if low < limit { low = limit }
            if high < limit { high = limit }
        }
        if index + 1 < tiers.count {
            let limit = try tiers[index + 1].from * scale
            if low > limit { low = limit }
            if high > limit { high = limit }
        }
        return try high - low
    }

    /// The tier that a position lies in, with the limits where the boundary says.
    func tier(at position: Number, scale: Number) throws(ArithmeticError) -> Int {
        var index = tiers.count - 1
        while index > 0 {
            let limit = try tiers[index].from * scale
            if position > limit || (position == limit && boundary == .lower) { return index }
            index -= 1
        }
        return 0
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
