import Domain
import Plans

/// Deals and events as credits.
extension Draft {
    private static let known: Set<String> = [
        "id", "rep", "period", "credits", "product", "kind", "date", "units", "amount",
    ]

    mutating func addDeals() throws {
        for deal in example.deals {
            for (key, value) in deal.values where !Draft.known.contains(key) {
                let isNumber = value.text.map { (try? Number($0)) != nil } ?? false
                fields[key] = isNumber ? "decimal" : "string"
            }
        }
        for (index, deal) in example.deals.enumerated() {
            guard let share = try share(of: deal) else { continue }
            try add(deal, index, share)
        }
        for event in example.events where event.text("rep") ?? id == id { try add(event) }
        try addOpening()
        try addMeasured()
    }

    /// The payee's part of a deal, or of the whole team's for who overrides it.
    private func share(of deal: Members) throws -> Number? {
        if let credits = deal["credits"]?.members {
            return try credits.text(id).map { try Draft.number($0) / 100 }
        }
        guard let owner = deal.text("rep") else { return 1 }
        if owner == id || owner == "" { return 1 }
        let isTeam = example.plan.components.contains { component in
            component.text("type") == "override" && component["team"]?.list?.contains { $0.text == owner } == true
                && component["reps"]?.list?.contains { $0.text == id } == true
        }
        return isTeam ? 1 : nil
    }

    private mutating func add(_ deal: Members, _ index: Int, _ share: Number) throws {
        var values: [String: FieldValue] = [:]
        for (key, value) in deal.values where fields[key] != nil {
            if let text = value.text, fields[key] == "decimal" {
                values[key] = .number(try Draft.number(text))
            } else {
                values[key] = .text(value.text ?? value.list?.compactMap(\.text).joined(separator: ",") ?? "")
            }
        }
        let units = try deal.text("units").map { try Draft.number($0) } ?? .zero
        values["quantity"] = .number(try units * share)
        let amount = try Draft.number(deal.text("amount") ?? "0") * share
        let isOverride = deal["credits"] == nil && deal.text("rep") != nil && deal.text("rep") != id
        credits.append(
            credit(
                deal.text("id") ?? "D\(index)", period(deal.text("period")), index, amount, share: share,
                role: isOverride ? "manager-1" : "owner", product: deal.text("product") ?? "",
                kind: deal.text("kind") ?? "", fields: values))
    }

    private func credit(
        _ deal: String, _ period: Period, _ index: Int, _ amount: Number, share: Number = 1, role: String = "owner",
        product: String = "", kind: String = "", fields: [String: FieldValue] = [:]
    ) -> Credit {
        let money = Money(amount, currency)
        return Credit(
            key: CreditKey(deal: DealID(deal), line: .whole, role: Role(role)),
            date: period.start.adding(days: min(index, 27)), amount: money, original: money, share: Rate(share),
            product: product, kind: kind, fields: fields)
    }

    /// Money by a decision is an adjustment; what is clawed back is a deal that is cancelled.
    private mutating func add(_ event: Members) throws {
        switch event.text("effect") {
        case "amount": break
        case "clawback_pct":
            let line = "clawback: {steps: [{until: 12 months, share: \(event.text("pct") ?? "100")%}]}"
            if !settlement.contains(line) { settlement.append(line) }
        default: throw Inexpressible("event '\(event.text("type") ?? "")' over the life of a deal")
        }
        events.append(event)
    }

    /// What was reached before the example begins counts and is not paid.
    private mutating func addOpening() throws {
        var openings = try rep.text("prior").map { [try Draft.number($0)] } ?? []
        for component in example.plan.components {
            if let opening = component.text("opening") { openings.append(try Draft.number(opening)) }
        }
        for amount in openings {
            credits.insert(credit("", period(nil), 0, amount, kind: "opening"), at: 0)
        }
    }

    /// Measures that the example gives as reached: one credit each.
    private mutating func addMeasured() throws {
        for (name, measure) in (rep["measures"]?.members?.values ?? [:]).sorted(by: { $0.key < $1.key }) {
            credits.append(
                credit(name, period(nil), 0, try Draft.number(measure.members?.text("actual")), kind: "measure \(name)")
            )
            terms.quotas.append(Terms.Item("q_\(name)", nil, try Draft.number(measure.members?.text("target"))))
        }
    }
}
