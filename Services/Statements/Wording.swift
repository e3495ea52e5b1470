import Domain

/// Says in sentences how a line came to its amount, for the one who is paid.
enum Wording {
    static func sentences(for line: Statement.Line) -> [String] {
        var result: [String] = []
        result += origin(line.credit)
        for step in line.explanation.steps { result.append(sentence(step, of: line)) }
        if !line.explanation.rounding.isZero {
            let places = line.credit.amount.currency.minorPlaces
            result.append(
                "Rounding to \(places) decimal places \(line.explanation.rounding.isNegative ? "took" : "added") "
                    + "\(magnitude(line.explanation.rounding).description).")
        }
        if line.explanation.total != line.amount, let rest = try? line.explanation.total - line.amount {
            result.append(
                "Over all statements this credit pays \(amount(line.explanation.total, line.credit.amount.currency)); "
                    + "\(amount(rest, line.credit.amount.currency)) stands on others.")
        }
        return result
    }

    /// What the credit is made of: deal amount, share, exchange rate.
    private static func origin(_ credit: Credit) -> [String] {
        var result: [String] = []
        let what = credit.key.line == .whole ? "The deal" : "The line"
        if credit.share == .whole {
            result.append("\(what) of \(credit.original) counts in full.")
        } else {
            result.append("\(what) of \(credit.original) counts at your share of \(credit.share).")
        }
        if let rate = credit.exchangeRate {
            result.append(
                "At \(rate) \(credit.amount.currency) for 1 \(credit.original.currency) that is \(credit.amount).")
        } else if credit.share != .whole {
            result.append("That is \(credit.amount).")
        }
        return result
    }

    private static func sentence(_ step: Explanation.Step, of line: Statement.Line) -> String {
        let currency = line.credit.amount.currency
        let isWhole = step.base == line.credit.amount.amount
        let base = amount(step.base, currency) + (isWhole ? "" : " of \(amount(line.credit.amount.amount, currency))")
        if !step.note.isEmpty {
            let counted = step.rate == .whole ? "" : "\(base) counted at \(step.rate), "
            return "\(counted)\(step.note): \(amount(step.amount, currency))."
        }
        return "\(base) counted at \(step.rate)\(reason(step.tier, line.explanation.attainment)): "
            + "\(amount(step.amount, currency))."
    }

    private static func reason(_ tier: Explanation.Tier?, _ reached: Explanation.Attainment?) -> String {
        guard let tier else { return "" }
        let quota = reached.map { " (\($0.measure), \($0.period), quota \($0.quota.formatted(places: 2)))" } ?? ""
        switch (tier.from.value.isZero, tier.to) {
        case (true, nil): return ", whatever the attainment\(quota)"
        case (true, let to?): return " while attainment was below \(to)\(quota)"
        case (false, nil): return " because attainment passed \(tier.from)\(quota)"
        case (false, let to?): return " because attainment was between \(tier.from) and \(to)\(quota)"
        }
    }

    /// At least the currency's places, more when there are more: steps are not rounded.
    static func amount(_ number: Number, _ currency: Currency) -> String {
        number.formatted(places: currency.minorPlaces)
    }

    private static func magnitude(_ number: Number) -> Number { (try? number.magnitude) ?? number }

    /// `quarterly-bonus` is the plan's name for it, `Quarterly bonus` a payee's.
    static func title(component name: String) -> String {
        let words = name.split(separator: "-").joined(separator: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    /// How an account's movement reads on a statement.
    static func title(_ account: Account) -> String {
        switch account {
        case .held: "Held back until released"
        case .draw: "Draw"
        case .paid: "Paid"
        case .payable: "Due"
        case .expense: "Expense"
        }
    }
}
