/// Who gets what cannot be divided evenly.
package enum Remainder: String, Hashable, Sendable, CaseIterable {
    /// Each smallest unit to the share that lost most by rounding down; among equals, the first. 99.99 as 75/25
    /// gives 74.99 and 25.00.
    case largest
    /// All of it to the last share.
    case last
}

extension Money {
    /// Splits the amount by weights, in smallest units of the currency, so that the parts sum to the whole: every part
    /// is rounded toward zero, then the remainder is handed out as stated. The weights need not sum to one.
    package func allocated(by weights: [Number], remainder: Remainder) throws(ArithmeticError) -> [Money] {
        var total = Number.zero
        for weight in weights { try total += weight }
        guard !total.isZero else { throw .divisionByZero }
        if weights.count == 1 { return [self] }
        var parts: [Number] = []
        var lost: [Number] = []
        var left = amount
        for weight in weights {
            let exact = try amount.multiplied(by: weight, dividedBy: total)
            let part = try exact.rounded(to: currency.minorPlaces, .down)
            parts.append(part)
            lost.append(try (exact - part).magnitude)
            try left -= part
        }
        try distribute(left, over: &parts, lost: lost, remainder: remainder)
        return parts.map { part in Money(part, currency) }
    }

    private func abs(_ number: Number) -> Int128.Magnitude { number.units.magnitude }

    private func distribute(
        _ left: Number, over parts: inout [Number], lost: [Number], remainder: Remainder
    ) throws(ArithmeticError) {
        guard !left.isZero, !parts.isEmpty else { return }
        guard remainder == .largest, let minor = Number(1, places: currency.minorPlaces) else {
            try parts[parts.count - 1] += left
            return
        }
        let unit = left.isNegative ? try -minor : minor
        let order = parts.indices.sorted { (lost[$1], $0) < (lost[$0], $1) }
        var rest = left
        var next = 0
        while rest.isNegative == left.isNegative, !rest.isZero {
            // What is left of an amount finer than the smallest unit goes along with the last one handed out.
            let step = abs(rest) < abs(unit) ? rest : unit
            try parts[order[next % order.count]] += step
            try rest -= step
            next += 1
        }
    }
}
