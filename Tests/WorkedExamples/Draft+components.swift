import Domain
import Plans

/// The example's components as ours.
extension Draft {
    mutating func addComponents() throws {
        for component in example.plan.components {
            if let reps = component["reps"]?.list, !reps.contains(where: { $0.text == id }) { continue }
            try add(component)
        }
        try addPost()
        if components.isEmpty { components.append("  nothing: {each: \(kind.rawValue), amount: '0.0'}") }
    }

    private mutating func add(_ component: Members) throws {
        let name = component.text("id") ?? "C"
        switch component.text("type") {
        case "rate": try addRate(name, component)
        case "per_unit":
            measure(name, component, of: "line.quantity")
            components.append("  \(name): {for: m_\(name), rate: \(component.text("amount") ?? "")}")
        case "tiers": try addTiers(name, component)
        case "target_slices": try addSlices(name, component)
        case "earnings_input": try addEarnings(name)
        case "fixed":
            components.append("  \(name): {each: \(kind.rawValue), amount: '\(component.text("amount") ?? "")'}")
        case "override":
            measure(name, component, roles: "manager-1")
            let tiers =
                "{from: 0, rate: 0%}, {from: \(component.text("threshold") ?? ""), rate: \(component.text("rate") ?? "")}"
            components.append(
                "  \(name): {for: m_\(name), rate: {by: total(m_\(name)), method: marginal, boundary: lower-inclusive, tiers: [\(tiers)]}}"
            )
        case "team_over_quota":
            measure(name, component)
            let tiers =
                "{from: 0, rate: 0%}, {from: \(component.text("quota") ?? ""), rate: \(component.text("rate") ?? "")}"
            components.append(
                "  \(name): {for: m_\(name), of: '1.0 * credit.amount / \(component.text("members") ?? "1").0', rate: {by: total(m_\(name)), method: marginal, boundary: lower-inclusive, tiers: [\(tiers)]}}"
            )
        default: try addSpecial(name, component)
        }
    }

    // MARK: Parts

    func over(_ component: Members) -> String {
        switch component.text("scope") {
        case "deal": "deal"
        case "ytd", "deal_in_sequence", "rate_after_deal": "year"
        default: kind.rawValue
        }
    }

    /// Every component has a measure of its own, over the deals that its filter lets pass.
    mutating func measure(
        _ name: String, _ component: Members, of: String? = nil, roles: String? = nil, quota: String? = nil
    ) {
        var parts = ["over: \(over(component))"]
        if let of { parts.append("of: \(Draft.quoted(of))") }
        if let roles { parts.append("roles: [\(roles)]") }
        if let quota { parts.append("quota: contract.quota.\(quota)") }
        parts.append("where: \(Draft.quoted(filter(component)))")
        measures.append("  m_\(name): {\(parts.joined(separator: ", "))}")
    }

    private func filter(_ component: Members) -> String {
        var conditions = ["!deal.kind.startsWith(\"measure \")"]
        if let filter = component["filter"]?.members {
            for (key, value) in filter.values.sorted(by: { $0.key < $1.key }) {
                guard let text = value.text else { continue }
                switch key {
                case "min_amount": conditions.append("credit.amount >= \(text).0")
                case "product", "kind": conditions.append("deal.\(key) == \"\(text)\"")
                default: conditions.append("deal.\(key) == \"\(text)\"")
                }
            }
        }
        return conditions.joined(separator: " && ")
    }

    func basis(_ component: Members) -> String? {
        switch component.text("basis") {
        case nil, "amount": nil
        case "units": "line.quantity"
        case let field?: "deal.\(field) * credit.share"
        }
    }

    private mutating func addRate(_ name: String, _ component: Members) throws {
        let basis = basis(component)
        measure(name, component, of: basis)
        var parts = ["for: m_\(name)", "when: 'deal.kind != \"opening\"'"]
        let rate = component.text("rate") ?? ""
        if let over = component.text("over") {
            parts.append(
                "rate: {by: total(m_\(name)), method: marginal, boundary: lower-inclusive, tiers: [{from: 0, rate: 0}, {from: \(over), rate: \(rate)}]}"
            )
        } else {
            parts.append("rate: \(rate)")
        }
        if let cap = component.text("max_per_deal") { parts.append("cap: {amount: '\(cap)', per: deal}") }
        if component["memo"]?.isTrue == true { memos.insert(name) }
        components.append("  \(name): {\(parts.joined(separator: ", "))}")
    }

    private mutating func addEarnings(_ name: String) throws {
        measures.append("  m_\(name): {where: 'deal.kind == \"earnings\"', over: \(kind.rawValue)}")
        components.append("  \(name): {for: m_\(name), rate: 100%}")
        for (index, period) in periods.enumerated() {
            let label = example.period.labels[index]
            let value = rep["earnings"]?.text ?? rep["earnings"]?.members?.text(label)
            guard let value else { continue }
            let money = Money(try Draft.number(value), currency)
            credits.append(
                Credit(
                    key: CreditKey(deal: DealID("earnings \(label)"), line: .whole, role: .owner), date: period.start,
                    amount: money, original: money, share: .whole, kind: "earnings"))
        }
    }

    // MARK: Tiers

    /// Bands as tiers without gaps; where the bands leave something out, nothing is paid.
    static func tiers(_ bands: [Members], unit: String, percent: Bool, scale: Number = 1) throws -> String {
        var result: [String] = []
        var end = Number.zero
        let sign = percent ? "%" : ""
        for band in bands {
            let from = try number(band.text("from"))
            if from > end { result.append("{from: \(end)\(sign), \(unit): 0}") }
            let value = try number(band.text("rate") ?? band.text("multiplier") ?? band.text("amount")) * scale
            result.append("{from: \(from)\(sign), \(unit): \(value)}")
            guard let to = band.text("to") else { return "[" + result.joined(separator: ", ") + "]" }
            end = try number(to)
        }
        if unit == "rate" { result.append("{from: \(end)\(sign), \(unit): 0}") }
        return "[" + result.joined(separator: ", ") + "]"
    }

    private mutating func addTiers(_ name: String, _ component: Members) throws {
        let isQuota = component.text("unit") == "pct_quota"
        measure(name, component, of: basis(component), quota: isQuota ? "quota" : nil)
        let by = isQuota ? "attainment(m_\(name))" : "total(m_\(name))"
        if component["amount_table"]?.isTrue == true {
            var sum = Number.zero
            var points = ["[0, 0]"]
            for band in component.list("bands") {
                sum = try sum + Draft.number(band.text("amount"))
                points.append("[\(band.text("to") ?? ""), \(sum)]")
            }
            components.append(
                "  \(name): {each: \(over(component)), curve: {by: \(by), points: [\(points.joined(separator: ", "))], above: flat}}"
            )
            return
        }
        let method =
            switch (component.text("method"), component.text("scope")) {
            case (_, "rate_after_deal"): "by-deal(after)"
            case ("whole", _): "retroactive"
            case ("whole_overage", _): "overage"
            default: "marginal"
            }
        let boundary = component.text("boundary") == "upper_inclusive" ? "upper-inclusive" : "lower-inclusive"
        let scale = try component.text("base_rate").map { try Draft.number($0) } ?? 1
        let tiers = try Draft.tiers(component.list("bands"), unit: "rate", percent: isQuota, scale: scale)
        components.append(
            "  \(name): {for: m_\(name), when: 'deal.kind != \"opening\"', rate: {by: \(by), method: \(method), boundary: \(boundary), tiers: \(tiers)}}"
        )
    }

    private mutating func addSlices(_ name: String, _ component: Members) throws {
        let reached = component.text("measure")
        if let reached {
            measures.append(
                "  m_\(name): {over: \(kind.rawValue), where: 'deal.kind == \"measure \(reached)\"', quota: contract.quota.q_\(reached)}"
            )
        } else {
            measure(name, component, quota: "quota")
        }
        let weight = component.text("weight") ?? "100"
        let tiers = try Draft.tiers(component.list("bands"), unit: "factor", percent: true)
        let isWhole = component.text("method") == "whole"
        let base = "contract.target.pay * \(weight)%"
        let of = isWhole ? "of: '\(base) * attainment(m_\(name))'" : "target: '\(base)'"
        components.append(
            "  \(name): {each: \(kind.rawValue), \(of), rate: {by: attainment(m_\(name)), method: \(isWhole ? "retroactive" : "marginal"), boundary: lower-inclusive, tiers: \(tiers)}}"
        )
    }
}
