package import Domain
import Yams

extension Plan {
    /// The milestones that it waits for: to count a deal, or to release what was earned.
    package var milestonesRead: [String] {
        var names: [String] = []
        if case .milestone(let name) = date { names.append(name) }
        for release in settlement.releases {
            if case .milestone(let name) = release.trigger { names.append(name) }
            if let name = release.deadline?.of { names.append(name) }
        }
        return names
    }

    /// What places a credit in time, and with it in periods and in the order of credits.
    package enum Dating: Hashable, Sendable {
        /// The day on which the deal was won.
        case closed
        /// The day on which the deal came to what a mapping names: invoiced, delivered, paid.
        case milestone(String)
        /// A date of the company's own.
        case field(String)

        /// The day that a credit of a deal counts on; `nil` while it is not known.
        package func day(
            closed: CalendarDate, milestones: [String: CalendarDate], fields: [String: FieldValue]
        ) -> CalendarDate? {
            switch self {
            case .closed: return closed
            case .milestone(let name): return milestones[name]
            case .field(let name):
                guard case .date(let day) = fields[name] else { return nil }
                return day
            }
        }

        /// As the plan file says it.
        package var text: String {
            switch self {
            case .closed: "deal.closed"
            case .milestone(let name), .field(let name): "deal.\(name)"
            }
        }
    }
}

extension PlanReader {
    /// A credit has one place in the order, so all measures of a plan are dated alike.
    mutating func readDate(of measures: [(name: String, node: Node)]) {
        let stated = measures.compactMap { measure in measure.node["date"].map { (measure.name, $0) } }
        guard let (first, node) = stated.first, let dating = dating(node) else { return }
        date = dating
        for (name, measure) in measures where dating != .closed || measure["date"] != nil {
            guard let other = measure["date"] else {
                report(
                    measure,
                    "'\(first)' is dated by \(dating.text), and credits have one date: say it for '\(name)' too")
                continue
            }
            guard let other = self.dating(other), other != dating else { continue }
            report(measure["date"], "'\(first)' is dated by \(dating.text): all measures of a plan are dated alike")
        }
    }

    private mutating func dating(_ node: Node) -> Plan.Dating? {
        let text = node.string ?? ""
        if ["deal.closed", "credit.date"].contains(text) { return .closed }
        let name = String(text.dropFirst(5))
        guard text.hasPrefix("deal."), Plan.Field.isName(name), !Plan.Field.taken.contains(name) else {
            report(node, "'date' is deal.closed, a milestone such as deal.invoiced, or a field that is a date")
            return nil
        }
        guard let field = fields.first(where: { $0.name == name }) else { return .milestone(name) }
        guard field.type == .date else {
            report(node, "the field '\(name)' is a \(field.type), not a date")
            return nil
        }
        return .field(name)
    }
}
