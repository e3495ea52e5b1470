import Domain

/// Says in sentences how a line came to its amount, for the one who is paid.
enum Wording {
    static func sentences(for line: Statement.Line) -> [String] {
        rating(line) + overall(line) + ((try? releases(line)) ?? [])
    }

    /// The same of one document, which is not about what stands elsewhere.
    static func sentences(forPosting line: Statement.Line) -> [String] { rating(line) + ((try? releases(line)) ?? []) }

    private static func rating(_ line: Statement.Line) -> [String] {
        var result: [String] = []
        result += origin(line.credit)
        if line.credit.fulfilment?.cancellation != nil { result += cancellation(line.credit) }
        for step in line.explanation.steps { result.append(sentence(step, of: line)) }
        if !line.explanation.rounding.isZero {
            let places = line.credit.amount.currency.minorPlaces
            result.append(
                "Rounding to \(places) decimal places \(line.explanation.rounding.isNegative ? "took" : "added") "
                    + "\(magnitude(line.explanation.rounding).description).")
        }
        return result
    }

    private static func overall(_ line: Statement.Line) -> [String] {
        let currency = line.credit.amount.currency
        guard line.explanation.total != line.amount, let rest = try? line.explanation.total - line.amount else {
            return []
        }
        return [
            "Over all statements this credit pays \(amount(line.explanation.total, currency)); "
                + "\(amount(rest, currency)) stands on others."
        ]
    }

    private static func cancellation(_ credit: Credit) -> [String] {
        guard let cancelled = credit.fulfilment?.cancellation else { return [] }
        let reason = cancelled.reason.isEmpty ? "" : ": \(cancelled.reason)"
        return ["It was cancelled on \(cancelled.date)\(reason)."]
    }

    /// What of it is held, or is due now though it was earned earlier, and why.
    private static func releases(_ line: Statement.Line) throws(ArithmeticError) -> [String] {
        let currency = line.credit.amount.currency
        let (held, freed) = (try line.held, try line.freed)
        var result: [String] = []
        if held > .zero { result.append("\(amount(held, currency)) of it is held back") }
        if held < .zero { result.append("\(amount(try -held, currency)) of this comes out of what was held") }
        if freed > .zero { result.append("\(amount(freed, currency)) that was held is due now") }
        if freed < .zero { result.append("\(amount(try -freed, currency)) that was due is held again") }
        let reason = line.explanation.release
        if result.isEmpty { return reason.isEmpty ? [] : [sentence(reason)] }
        return result.dropLast().map { $0 + "." } + [
            (result.last ?? "") + (reason.isEmpty ? "." : ": \(ended(reason))")
        ]
    }

    private static func sentence(_ text: String) -> String { text.prefix(1).uppercased() + ended(text.dropFirst()) }

    private static func ended(_ text: some StringProtocol) -> String { text.hasSuffix(".") ? String(text) : text + "." }

    /// Which statement a correction is about, and the document that it corrects.
    static func correction(_ line: Statement.Line, of payee: PayeeID) -> String {
        guard let document = line.corrects else { return "It was earned in \(line.earned), which was closed before." }
        return "It corrects what was posted for \(line.earned): document \(payee)/\(document)."
    }

    /// What the credit is made of: deal amount, share, exchange rate.
    private static func origin(_ credit: Credit) -> [String] {
        guard !credit.key.deal.text.isEmpty else { return ["This is for the time up to \(credit.date)."] }
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

    /// How a section is headed.
    static func title(_ component: Statement.Component) -> String {
        let name = title(component: component.name)
        return switch component.section {
        case .earned: name
        case .corrections: "\(name), corrections"
        case .releases: "\(name), released"
        }
    }

    /// How a movement reads on a statement.
    static func title(_ kind: Statement.Movement.Kind) -> String {
        switch kind {
        case .earned: "Earned"
        case .corrections: "Corrections of earlier periods"
        case .held: "Held back until released"
        case .released: "Released"
        case .adjustments: "Adjustments"
        case .draw: "Draw"
        case .guarantee: "Guarantee"
        case .writtenOff: "Written off"
        case .settled: "Settled"
        }
    }

    /// One of them.
    static func title(_ entry: Statement.Entry) -> String {
        entry.kind == .adjustments ? "Adjustment" : title(entry.kind)
    }

    static func title(_ channel: Payee.Channel) -> String {
        switch channel {
        case .payroll: "payroll"
        case .accountsPayable: "accounts payable"
        }
    }

    /// What an adjustment, a draw or a write-off says on a statement.
    static func note(_ entry: Statement.Entry) -> String {
        guard let adjustment = entry.adjustment else { return entry.note.isEmpty ? title(entry.kind) : entry.note }
        return
            "\(adjustment.reason) (\(adjustment.id), asked for by \(adjustment.by), approved by \(adjustment.approvedBy))"
    }

    /// `1,020.00 EUR by payroll, at 0.85 EUR for 1 USD`
    static func payout(_ payout: Payout) -> String {
        let rate = payout.exchangeRate.map {
            ", at \($0) \(payout.amount.currency) for 1 \(payout.settled.currency)"
        }
        return "\(payout.amount) by \(title(payout.channel))\(rate ?? "")"
    }
}
