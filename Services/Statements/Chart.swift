import Domain

/// Bars of what was earned in the last periods, as numbers for an SVG: no script, no style attribute.
struct Chart {
    private let statements: [Statement]
    private let currency: Currency?

    private static let (width, height, limit) = (720, 140, 24)

    /// Of the currency that the latest statement has.
    init(_ statements: [Statement]) {
        self.statements = Array(statements.suffix(Chart.limit))
        currency = statements.last?.balances.first?.currency
    }

    var content: [String: Any] {
        get throws {
            guard let currency, statements.count > 1 else { return ["isShown": false] }
            let values = statements.map { $0.balances.first { $0.currency == currency }?.earned ?? .zero }
            let largest = try values.map { try $0.magnitude }.max() ?? .zero
            guard !largest.isZero else { return ["isShown": false] }
            let step = Chart.width / values.count
            let bars = try zip(statements, values).enumerated().map { index, pair -> [String: Any] in
                let scaled = try pair.1.magnitude.multiplied(by: Number(Chart.height - 40), dividedBy: largest)
                let height = max(1, Chart.whole(scaled))
                return [
                    "x": String(index * step + 4), "y": String(Chart.height - 20 - height), "width": String(step - 8),
                    "height": String(height), "middle": String(index * step + step / 2),
                    "title": "\(Pages.title(pair.0.period)): \(Wording.amount(pair.1, currency)) \(currency)",
                    "label": step >= 44 ? Pages.columnTitle(pair.0.period) : "", "isNegative": pair.1.isNegative,
                ]
            }
            return [
                "isShown": true, "bars": bars, "width": String(Chart.width), "height": String(Chart.height),
                "base": String(Chart.height - 20), "labelBase": String(Chart.height - 4), "currency": currency.code,
            ]
        }
    }

    private static func whole(_ number: Number) -> Int { Int(number.units / 1_000_000_000_000) }
}
