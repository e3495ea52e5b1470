import Domain

/// The plan in plain words, a line at a time: what a payee acknowledges.
extension Plan {
    package var words: [String] { blocks.flatMap(\.lines) }

    /// The words by what they are about; lines that say more of the one above are set in.
    var blocks: [(name: String, lines: [String])] {
        let places = currency.minorPlaces
        let rounding =
            "Amounts are rounded to \(places) decimal places (\(rounding.rawValue)), \(roundingPlace.words)."
        return [
            (
                "",
                [
                    "\(title): paid in \(currency), \(pays.adverb)\(date == .closed ? "" : ", by the day that a deal has as \(date.text)")."
                ]
            )
        ]
            + adjustables.map { ($0.name, [$0.words]) }
            + measures.map { ($0.name, [words(of: $0)]) } + components.map { ($0.name, words(of: $0)) }
            + [("", [rounding] + settlement.words)]
    }

    private func words(of measure: Measure) -> String {
        var text = "\(measure.name.capitalisedFirst) adds up \(measure.of?.text ?? "the amount") of every credit"
        if !measure.roles.isEmpty { text += " as \(measure.roles.map(\.text).joined(separator: " or "))" }
        if let filter = measure.filter { text += " where \(filter.text)" }
        text += ", beginning again each \(measure.window.text)"
        if let goal = measure.goal {
            text += ", against the quota \(goal.name.map { "'\($0)'" } ?? goal.amount?.text ?? "")"
            if !goal.ramp.isEmpty { text += ", at first \(goal.ramp.map(\.description).joined(separator: ", ")) of it" }
            if goal.isProrated { text += ", by the days of the contract" }
        }
        return text + "."
    }

    private func words(of component: Component) -> [String] {
        var text = "\(component.name.capitalisedFirst)"
        if let measure = component.measure {
            text += " pays for \(measures[measure].name)"
            if let filter = component.filter { text += " where \(filter.text)" }
        } else {
            text += " is paid for each \(component.window.text)"
        }
        let rule = words(of: component.rule)
        var lines = [text + ": " + (rule.first ?? "") + "."] + rule.dropFirst().map { "  \($0)" }
        for step in component.steps { lines += words(of: step).map { "  \($0)" } }
        if !component.isPaid { lines.append("  It is worked out and not paid.") }
        return lines
    }
}

extension Plan.Adjustable {
    fileprivate var words: String {
        let standard = standard.map { "; it is \(text($0)) where the contract says nothing" } ?? ""
        return "A contract may set the \(kind.rawValue) '\(name)' from \(text(from)) to \(text(to))\(standard)."
    }
}

extension Plan.RoundingPlace {
    fileprivate var words: String {
        switch self {
        case .total: "once for each component and pay period"
        case .line: "for each credit"
        case .step: "after every step"
        }
    }
}

extension Plan.Settlement {
    fileprivate var words: [String] {
        var lines = releases.map(\.words)
        if let clawback { lines += clawback.words }
        if let guarantee {
            lines.append("At least \(guarantee.amount) per \(guarantee.per.rawValue) is paid\(guarantee.span).")
        }
        if let draw {
            lines.append(
                "A draw of \(draw.amount) per \(draw.per.rawValue)\(draw.span), \(draw.isRecoverable ? "recovered at \(draw.recover) of what is earned beyond it" : "not recovered")."
            )
        }
        if balance == .floor { lines.append("What is negative at the end of a period is written off.") }
        if let minimumPayout { lines.append("Less than \(minimumPayout) is carried to the next period.") }
        return lines
    }
}

extension Plan.Settlement.Release {
    fileprivate var words: String {
        let event =
            switch trigger {
            case .booking: "on booking"
            case .payment(let isProportional):
                isProportional ? "on payment, in proportion to what is paid" : "once all is paid"
            case .days(let days): "\(days) days after the credit"
            case .milestone(let name): "on \(name)"
            }
        let parts = instalments.map { ", in \($0.count) instalments, one each \($0.every.rawValue)" } ?? ""
        let late = deadline.map { ", as far as it is paid within \($0.within) of the \($0.of ?? "credit")" } ?? ""
        return "\(share) becomes payable \(event)\(parts)\(late)."
    }
}

extension Plan.Settlement.Clawback {
    fileprivate var words: [String] {
        let counts = attainment == .kept ? "still counts" : "no longer counts"
        let way =
            switch method {
            case .full: "in full"
            case .proratedDays: "by the days that are left"
            case .proratedMonths: "by the months that are left"
            case .stepped: "by steps"
            }
        var lines = ["What is cancelled within \(within) is taken back \(way), and \(counts) toward tiers."]
        if case .stepped(let steps) = method { lines += steps.map { "  until \($0.until): \($0.share)" } }
        return lines
    }
}

extension Plan.Settlement.Draw {
    fileprivate var span: String {
        (lasts.map { " for \($0) from the beginning of the contract" } ?? "") + (until.map { " until \($0)" } ?? "")
    }
}

extension PeriodKind {
    fileprivate var adverb: String {
        switch self {
        case .week: "weekly"
        case .semiMonth: "twice a month"
        case .month: "monthly"
        case .quarter: "quarterly"
        case .half: "twice a year"
        case .year: "annually"
        }
    }
}

extension String {
    fileprivate var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
