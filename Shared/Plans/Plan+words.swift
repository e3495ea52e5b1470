import Domain

/// The plan in plain words, a line at a time: what a payee acknowledges.
extension Plan {
    package var words: [String] {
        var lines = ["\(title): paid in \(currency), \(pays.adverb)."]
        for measure in measures { lines.append(words(of: measure)) }
        for component in components { lines += words(of: component) }
        let places = currency.minorPlaces
        lines.append("Amounts are rounded to \(places) decimal places (\(rounding.rawValue)), \(roundingPlace.words).")
        return lines + settlement.words
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
        var lines = [text + ": " + (words(of: component.rule).first ?? "") + "."]
        lines += words(of: component.rule).dropFirst().map { "  \($0)" }
        if case .state(.total) = component.rule {
        } else {
            for step in component.steps { lines.append("  then \(words(of: step))") }
        }
        if !component.isPaid { lines.append("  It is worked out and not paid.") }
        return lines
    }

    private func words(of rule: Rule) -> [String] {
        switch rule {
        case .rate(let base, let rating):
            let of = base.map { " of \($0.text)" } ?? ""
            switch rating {
            case .flat(let rate): return ["\(rate)\(of)"]
            case .formula(let formula): return ["\(formula.text)\(of)"]
            case .lookup(let lookup):
                return ["a rate\(of) by \(lookup.keys.map(\.text).joined(separator: " and "))"]
                    + lookup.rows.map { row in
                        row.keys.map { $0?.words ?? "anything else" }.joined(separator: ", ") + ": \(Rate(row.value))"
                    }
            case .matrix(let matrix): return ["a rate\(of) by \(matrix.rows.by.text) and \(matrix.columns.by.text)"]
            case .bands(let table): return ["a rate\(of) by \(table.by.text)"] + words(of: table)
            }
        case .table(let base, let table, let method):
            return [method.words + (base.map { ", of \($0.text)" } ?? "")] + words(of: table)
        case .state(let rule): return words(of: rule)
        }
    }

    private func words(of rule: StateRule) -> [String] {
        switch rule {
        case .amount(let amount): return [amount.text]
        case .curve(let target, let curve):
            return ["\(target.map { "\($0.text) times " } ?? "")the curve of \(curve.by.text)"]
                + curve.points.map { "\(Rate($0.x)) gives \(Rate($0.y))" }
        case .table(let base, let table, let method):
            return ["\(base.map { "\($0.text), " } ?? "")\(method.words)"] + words(of: table)
        case .matrix(let base, let matrix):
            return [
                "\(base.map { "\($0.text) times " } ?? "")a value by \(matrix.rows.by.text) and \(matrix.columns.by.text)"
            ]
        case .scorecard(let target, let goals):
            return ["\(target.text) times the weighted scores"]
                + goals.map { "\($0.weight) for \($0.name): \($0.score.text)" }
        case .milestones(let milestones):
            return ["\(milestones.paysEach ? "each milestone" : "the highest milestone") of \(milestones.by.text)"]
                + milestones.steps.map {
                    "at \($0.from): \($0.value.formatted(places: currency.minorPlaces)) \(currency)"
                }
        case .award(let award, let condition):
            return ["\(award)\(condition.map { " when \($0.text)" } ?? ""), not in money"]
        case .total(let inputs):
            return ["the sum of \(inputs.map { components[$0].name }.joined(separator: ", ")) is adjusted"]
        }
    }

    private func words(of table: Table) -> [String] {
        let isShare = if case .attainment = table.axis { true } else { false }
        return table.tiers.indices.map { index in
            let from =
                isShare ? Rate(table.tiers[index].from).description : table.tiers[index].from.formatted(places: 0)
            let mark = table.boundary == .lower ? "from" : "above"
            return "\(mark) \(from) of \(table.by.text): \(Rate(table.tiers[index].value))"
        }
    }

    private func words(of step: Adjustment) -> String {
        "\(step.words) per \(step.window.text)" + (step.when.map { ", where \($0.text)" } ?? "")
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

extension FieldValue {
    fileprivate var words: String {
        switch self {
        case .number(let number): number.description
        case .text(let text): text
        case .date(let date): date.description
        case .flag(let flag): flag ? "true" : "false"
        }
    }
}

extension String {
    fileprivate var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
