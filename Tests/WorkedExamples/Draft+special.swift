import Domain
import Plans

/// Rules of a kind that few examples have.
extension Draft {
    mutating func addSpecial(_ name: String, _ component: Members) throws {
        switch component.text("type") {
        case "curve":
            let points = try points(component)
            fact("a_\(name)", try Draft.number(component.text("attainment")) / 100)
            components.append(
                "  \(name): {each: \(kind.rawValue), target: contract.target.pay, curve: {by: fact(\"a_\(name)\"), points: \(points), above: flat}}"
                    .quotedFact)
        case "lookup":
            let tiers = try Draft.tiers(component.list("bands"), unit: "amount", percent: false)
            state(name, "rate: {by: \(metric(component, "metric")), boundary: lower-inclusive, tiers: \(tiers)}")
        case "rate_by_metric": try addRateByMetric(name, component)
        case "matrix": try addMatrix(name, component)
        case "scorecard": try addScorecard(name, component)
        case "milestone":
            let steps = component.list("thresholds").map {
                "{at: \($0.text("at") ?? ""), amount: \($0.text("amount") ?? "")}"
            }
            let when = condition(component["periods"]).map { "when: \(Draft.quoted($0)), " } ?? ""
            state(
                name,
                when + "milestones: {by: \(metric(component, "metric")), boundary: lower-inclusive, pays: highest, "
                    + "steps: [\(steps.joined(separator: ", "))]}")
        case "min_then_product_rates":
            measure(name, component)
            let rates = (component["rates"]?.members?.values ?? [:]).sorted { $0.key < $1.key }
            let rate = rates.reduce("0%") { "deal.product == \"\($1.key)\" ? \($1.value.text ?? "") : (\($0))" }
            let tiers = "[{from: 0, rate: 0%}, {from: \(component.text("minimum") ?? ""), rate: 100%}]"
            components.append(
                "  \(name): {for: m_\(name), of: \(Draft.quoted("credit.amount * (\(rate))")), rate: {by: total(m_\(name)), method: marginal, boundary: lower-inclusive, tiers: \(tiers)}}"
            )
        case "deal_spiff":
            guard let rule = component["rules"]?.members?.values[id]?.members else { return }
            terms.targets.append(Terms.Item("spiff", nil, try Draft.number(rule.text("ote"))))
            measure(name, component)
            let when = rule.text("min").map { "when: 'credit.amount >= \($0).0', " } ?? ""
            components.append(
                "  \(name): {for: m_\(name), \(when)rate: '\(component.text("rate_pct") ?? "")% * contract.target.spiff / \(component.text("software_target") ?? "").0'}"
            )
        case "redline": addRedline(name, component)
        case "split_scale_on_house_share": try addHouseShare(name, component)
        case "rolling_measure":
            let types = (component["types"]?.list ?? []).compactMap(\.text).map { "deal.credit_type == \"\($0)\"" }
            measures.append("  m_\(name): {over: year, where: \(Draft.quoted(types.joined(separator: " || ")))}")
        case "triggered_measure": measures.append("  m_\(name): {over: year}")
        case "prorate_days", "ramp": addQuota(name, component)
        case "fx_chain": try addExchange(name, component)
        case "days_spread": try addSpread(name, component)
        case "amortise_set": try addAmortised(component)
        case let type: throw Inexpressible("component type '\(type ?? "")'")
        }
    }

    private mutating func state(_ name: String, _ rest: String) {
        components.append("  \(name): {each: \(kind.rawValue), \(rest)}")
    }

    /// A number that the example gives for the payee.
    private mutating func metric(_ component: Members, _ key: String) -> String {
        let name = component.text(key) ?? ""
        if let items = try? items(name, rep[name]) { terms.facts += items.filter { !terms.facts.contains($0) } }
        return "'fact(\"\(name)\")'"
    }

    private func points(_ component: Members) throws -> String {
        let pairs = try (component["points"]?.list ?? []).map { pair in
            let pair = try (pair.list ?? []).map { try Draft.number($0.text) }
            guard pair.count == 2 else { throw Inexpressible("a point without two numbers") }
            return "[\(pair[0])%, \(pair[1])%]"
        }
        return "[" + pairs.joined(separator: ", ") + "]"
    }

    private mutating func addRateByMetric(_ name: String, _ component: Members) throws {
        let tiers = try Draft.tiers(component.list("bands"), unit: "rate", percent: false)
        let by = metric(component, "metric")
        guard component.text("applied_to") != nil else {
            measure(name, component)
            components.append(
                "  \(name): {for: m_\(name), rate: {by: \(by), boundary: lower-inclusive, tiers: \(tiers)}}")
            return
        }
        state(
            name,
            "of: \(metric(component, "applied_to")), rate: {by: \(by), method: retroactive, boundary: lower-inclusive, tiers: \(tiers)}"
        )
    }

    private mutating func addMatrix(_ name: String, _ component: Members) throws {
        let isShare = component.text("target") != nil
        var rows: [String] = []
        let columns = try filled(component.list("cols"))
        let bands = try filled(component.list("rows"))
        let values = component["values"]?.list ?? []
        for band in bands {
            guard let row = band.index else {
                rows.append("[" + columns.map { _ in "0" }.joined(separator: ", ") + "]")
                continue
            }
            let cells = columns.map { column in
                column.index.flatMap { values[row].list?[$0].text }.map { isShare ? $0 + "%" : $0 } ?? "0"
            }
            rows.append("[" + cells.joined(separator: ", ") + "]")
        }
        func list(_ bands: [(from: String, index: Int?)]) -> String {
            "[" + bands.map(\.from).joined(separator: ", ") + "]"
        }
        let row = "{by: \(metric(component, "row_metric")), from: \(list(bands))}"
        let column = "{by: \(metric(component, "col_metric")), from: \(list(columns))}"
        let of = component.text("target").map { "of: '\($0).0', " } ?? ""
        state(
            name,
            of
                + "rate: {boundary: lower-inclusive, matrix: {rows: \(row), columns: \(column), values: [\(rows.joined(separator: ", "))]}}"
        )
    }

    /// Bands with the holes between them.
    private func filled(_ bands: [Members]) throws -> [(from: String, index: Int?)] {
        var result: [(from: String, index: Int?)] = []
        var end: String?
        for (index, band) in bands.enumerated() {
            if let end, end != band.text("from") { result.append((end, nil)) }
            result.append((band.text("from") ?? "0", index))
            end = band.text("to")
        }
        return result
    }

    private mutating func addScorecard(_ name: String, _ component: Members) throws {
        var goals: [String] = []
        for measure in component.list("measures") {
            let goal = measure.text("id") ?? ""
            fact("s_\(goal)", try Draft.number(measure.text("score") ?? measure.text("attainment")) / 100)
            let curve = measure["points"] == nil ? "" : ", points: \(try points(measure)), above: flat"
            goals.append(
                "{name: \(goal), weight: \(measure.text("weight") ?? "")%, score: 'fact(\"s_\(goal)\")'\(curve)}")
        }
        state(name, "target: '\(component.text("target") ?? "").0', goals: [\(goals.joined(separator: ", "))]")
    }

    private mutating func addRedline(_ name: String, _ component: Members) {
        measure(name, component, of: "(deal.ppw - \(component.text("redline") ?? "")) * deal.watts * credit.share")
        var parts = ["for: m_\(name)", "rate: 100%"]
        if let milestones = component["milestones"]?.members?.values.sorted(by: { $0.key < $1.key }) {
            let due = milestones.reduce("0%") { "deal.milestone == \"\($1.key)\" ? \($1.value.text ?? "") : (\($0))" }
            let back = milestones.map { "(deal.paid_milestones.contains(\"\($0.key)\") ? \($0.value.text ?? "") : 0%)" }
            let hasBack = fields["paid_milestones"] != nil
            parts[1] =
                "rate: "
                + Draft.quoted(
                    hasBack ? "deal.milestone == \"cancel\" ? -(\(back.joined(separator: " + "))) : (\(due))" : due)
        }
        if component["floor_at_zero"]?.isTrue == true { parts.append("floor: {amount: '0.0', per: deal}") }
        components.append("  \(name): {\(parts.joined(separator: ", "))}")
    }

    /// The house's share of each band fills the room up to its limit.
    private mutating func addHouseShare(_ name: String, _ component: Members) throws {
        var paid = try Draft.number(rep.text("house_paid_ytd") ?? "0")
        var from = Number.zero
        var tiers: [String] = []
        for band in component.list("bands") {
            let share = try Draft.number(band.text("agent_pct"))
            tiers.append("{from: \(from), rate: \(share)%}")
            guard let limit = band.text("house_to") else { break }
            let room = try Draft.number(limit) - paid
            from = try from + room * 100 / (100 - share)
            paid = try paid + room
        }
        measure(name, component)
        components.append(
            "  \(name): {for: m_\(name), rate: {by: total(m_\(name)), method: marginal, boundary: lower-inclusive, tiers: [\(tiers.joined(separator: ", "))]}}"
        )
    }

    private mutating func addQuota(_ name: String, _ component: Members) {
        if let schedule = component["schedule"]?.list {
            let ramp = schedule.compactMap(\.text).joined(separator: ", ")
            measures.append(
                "  m_\(name): {over: month, quota: {amount: '\(component.text("quota") ?? "").0', ramp: [\(ramp)]}}")
            terms.starts = period(nil).start
            return
        }
        // The contract begins so that as many days of the period are covered as the example says; a period of that
        // many days is a month.
        for key in ["quota", "ramp_quota", "draw"] {
            guard let value = component.text(key) else { continue }
            measures.append("  m_\(key): {over: month, quota: {amount: '\(value).0', prorate: days}}")
        }
        if let active = component.text("active").flatMap({ Int($0) }) {
            let total = component.text("total").flatMap { Int($0) } ?? 31
            var month = period(nil)
            while Int(month.end.day - month.start.day) + 1 != total { month = month.next }
            terms.starts = month.end.adding(days: 1 - active)
        }
    }

    private mutating func addExchange(_ name: String, _ component: Members) throws {
        isRoundedEachStep = true
        let month = kind.rawValue
        components.append(
            "  usd: {each: \(month), amount: '\(component.text("amount") ?? "").0 * \(component.text("bid") ?? "")'}")
        components.append("  commission_usd: {each: \(month), amount: 'earned(usd) * \(component.text("pct") ?? "")%'}")
        components.append(
            "  commission_eur: {each: \(month), amount: 'earned(commission_usd) / \(component.text("ask") ?? "")'}")
    }

    /// A quarter's pay by the days of its months.
    private mutating func addSpread(_ name: String, _ component: Members) throws {
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        var period = period(nil)
        for label in names {
            guard let pair = component["days"]?.members?[label]?.list, pair.count == 2 else { continue }
            terms.facts.append(Terms.Item("days", period, try Draft.number(pair[0].text)))
            terms.facts.append(Terms.Item("quarter_days", period, try Draft.number(pair[1].text)))
            months.append((label, period))
            period = period.next
        }
        let amount = "\(component.text("quarter_amount") ?? "").0 * fact(\"days\") / fact(\"quarter_days\")"
        components.append("  \(name): {each: month, amount: \(Draft.quoted(amount))}")
    }

    /// What a contract of more than the stated months cost, month by month; the others at once.
    private mutating func addAmortised(_ component: Members) throws {
        fields["months"] = "decimal"
        let limit = component.text("expedient_months") ?? "12"
        measures.append("  m_all: {over: \(kind.rawValue)}")
        components.append(
            "  monthly: {for: m_all, when: 'deal.months > \(limit).0', of: 'credit.amount / deal.months', rate: 100%}")
        components.append("  expensed: {for: m_all, when: 'deal.months <= \(limit).0', rate: 100%}")
        for (deal, pair) in (component["items"]?.members?.values ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let pair = pair.list, pair.count == 2 else { continue }
            let money = Money(try Draft.number(pair[0].text), currency)
            credits.append(
                Credit(
                    key: CreditKey(deal: DealID(deal), line: .whole, role: .owner), date: period(nil).start,
                    amount: money,
                    original: money, share: .whole, fields: ["months": .number(try Draft.number(pair[1].text))]))
        }
    }
}

extension String {
    /// Inside a flow mapping a call with quotes has to be quoted itself.
    fileprivate var quotedFact: String {
        guard let start = firstRange(of: "by: fact("), let end = self[start.upperBound...].firstIndex(of: ")") else {
            return self
        }
        let call = self[index(start.lowerBound, offsetBy: 4)...end]
        return replacing(String(call), with: "'\(call)'")
    }
}
