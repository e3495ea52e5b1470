import Domain
import Yams

/// What becomes of pay after it is earned: checked here, settled elsewhere.
extension PlanReader {
    mutating func settlement(_ map: Node.Mapping) -> Plan.Settlement {
        var result = Plan.Settlement()
        result.releases = releases(map["release"])
        result.clawback = map["clawback"].flatMap { clawback($0) }
        result.guarantee = map["guarantee"].flatMap { guarantee($0) }
        result.draw = map["draw"].flatMap { draw($0) }
        if let balance = map["balance"], let choice: Plan.Settlement.Balance = choice(balance, "balance") {
            result.balance = choice
        }
        if let payout = map["payout"] { result.minimumPayout = minimumPayout(payout) }
        return result
    }

    private mutating func minimumPayout(_ node: Node) -> Number? {
        checkKeys(node, ["minimum"], in: "a payout")
        guard let minimum = node["minimum"] else {
            report(node, "'payout' is written as {minimum: 50}")
            return nil
        }
        guard let number = number(minimum) else { return nil }
        if number.isNegative { report(minimum, "'minimum' is not negative") }
        return number
    }

    // MARK: Releases

    private mutating func releases(_ node: Node?) -> [Plan.Settlement.Release] {
        guard let node else { return [] }
        guard let list = node.sequence, !list.isEmpty else {
            report(node, "'release' is a list such as [{on: booking, share: 50%}, {on: payment, share: 50%}]")
            return []
        }
        let result = list.compactMap { release($0) }
        let sum = result.reduce(Number.zero) { (try? $0 + $1.share.value) ?? $0 }
        if result.count == list.count, sum != 1 { report(node, "the shares sum to \(Rate(sum)), not 100%") }
        return result
    }

    private mutating func release(_ node: Node) -> Plan.Settlement.Release? {
        checkKeys(
            node, ["on", "share", "proportional", "after", "instalments", "within", "of"], in: "a release")
        guard let on = node["on"]?.string, !on.isEmpty, let part = node["share"] else {
            report(node, "a release has 'on' and 'share'")
            return nil
        }
        guard let share = rate(part) else { return nil }
        if share <= Rate(0) || share > .whole { report(part, "the share of a release is above 0% and at most 100%") }
        guard let trigger = trigger(on, node) else { return nil }
        let instalments = node["instalments"].flatMap { self.instalments($0) }
        if instalments != nil, case .payment = trigger {
            report(node["instalments"], "what is released on payment has no instalments: its parts follow the payments")
        }
        return Plan.Settlement.Release(
            on: on, share: share, trigger: trigger, instalments: instalments, deadline: deadline(on, node))
    }

    private mutating func deadline(_ on: String, _ node: Node) -> Plan.Settlement.Deadline? {
        for key in ["within", "of"] where on != "payment" {
            if let given = node[key] { report(given, "only what is released on payment has '\(key)'") }
        }
        guard let within = node["within"] else {
            if on == "payment", let of = node["of"] {
                report(of, "'of' goes with 'within: 30 days', which counts from it")
            }
            return nil
        }
        return length(within, "within").map { Plan.Settlement.Deadline(within: $0, of: node["of"]?.string) }
    }

    private mutating func trigger(_ on: String, _ node: Node) -> Plan.Settlement.Trigger? {
        let isProportional = flag(node["proportional"], "proportional", default: false)
        if let proportional = node["proportional"], on != "payment" {
            report(proportional, "only what is released on payment is 'proportional'")
        }
        if let after = node["after"], on != "date" {
            report(after, "'after' goes with 'on: date'; write {on: date, after: 90 days}")
        }
        switch on {
        case "booking": return .booking
        case "payment": return .payment(isProportional: isProportional)
        case "date":
            guard let after = node["after"] else {
                report(node, "a release on a date says how long after the credit's: after: 90 days")
                return nil
            }
            return days(after, "after").map { Plan.Settlement.Trigger.days($0) }
        default:
            guard on.first?.isNumber == true else { return .milestone(on) }
            return node["on"].flatMap { days($0, "on") }.map { Plan.Settlement.Trigger.days($0) }
        }
    }

    private mutating func days(_ node: Node, _ key: String) -> Int? {
        guard let length = length(node, key) else { return nil }
        guard length.unit == .days else {
            report(node, "'\(key)' is a number of days such as 90 days")
            return nil
        }
        return length.count
    }

    private mutating func instalments(_ node: Node) -> Plan.Settlement.Instalments? {
        checkKeys(node, ["count", "every"], in: "instalments")
        guard let count = node["count"]?.int, (2...120).contains(count) else {
            report(
                node["count"] ?? node,
                "'instalments' is written as {count: 12, every: month}, with a count from 2 to 120")
            return nil
        }
        guard let every = node["every"] else { return Plan.Settlement.Instalments(count: count, every: .month) }
        guard let kind = PeriodKind(rawValue: every.string ?? ""), kind != .semiMonth else {
            report(every, "'every' is week, month, quarter, half or year")
            return nil
        }
        return Plan.Settlement.Instalments(count: count, every: kind)
    }

    /// `90 days`, `12 months`.
    private mutating func length(_ node: Node, _ key: String) -> Plan.Length? {
        let words = (node.string ?? "").split(separator: " ").map(String.init)
        let unit =
            words.count == 2 ? Plan.Length.Unit(rawValue: words[1].hasSuffix("s") ? words[1] : words[1] + "s") : nil
        guard let unit, let count = Int(words[0]), count > 0, count <= 36_500 else {
            report(node, "'\(key)' is a length such as 90 days or 12 months")
            return nil
        }
        return Plan.Length(count, unit)
    }

    // MARK: Clawback

    private mutating func clawback(_ node: Node) -> Plan.Settlement.Clawback? {
        checkKeys(node, ["within", "method", "steps", "attainment"], in: "a clawback")
        let steps = node["steps"].map { self.steps($0) } ?? []
        let names = ["full", "prorated-days", "prorated-months", "stepped"]
        let name = node["method"]?.string ?? (node["steps"] == nil ? "full" : "stepped")
        if !names.contains(name) {
            report(
                node["method"],
                "'method' is full, prorated-days, prorated-months or stepped\(suggestion(for: name, among: names))")
        }
        if name == "stepped", node["steps"] == nil {
            report(
                node,
                "a stepped clawback has 'steps' such as [{until: 30 days, share: 100%}, {until: 90 days, share: 50%}]")
        }
        if name != "stepped", let given = node["steps"] { report(given, "'steps' go with 'method: stepped'") }
        var within = node["within"].flatMap { length($0, "within") }
        if node["within"] == nil, name == "stepped" { within = steps.last?.until }
        if node["within"] == nil, name != "stepped" {
            report(node, "'within' is missing: how long after the credit, such as 90 days")
        }
        let attainment: Plan.Settlement.Clawback.Attainment? =
            node["attainment"].map { choice($0, "attainment") } ?? .reversed
        let method: Plan.Settlement.Clawback.Method =
            switch name {
            case "prorated-days": .proratedDays
            case "prorated-months": .proratedMonths
            case "stepped": .stepped(steps)
            default: .full
            }
        guard let within, let attainment else { return nil }
        return Plan.Settlement.Clawback(within: within, method: method, attainment: attainment)
    }

    private mutating func steps(_ node: Node) -> [Plan.Settlement.Clawback.Step] {
        var result: [Plan.Settlement.Clawback.Step] = []
        for element in node.sequence ?? [] {
            checkKeys(element, ["until", "share"], in: "a step of a clawback")
            guard let end = element["until"], let part = element["share"] else {
                report(element, "a step of a clawback has 'until' and 'share'")
                continue
            }
            guard let until = length(end, "until"), let share = rate(part) else { continue }
            if share < Rate(0) || share > .whole { report(part, "the share that is taken back is between 0% and 100%") }
            let day = CalendarDate(day: 0)
            if let last = result.last, until.after(day) <= last.until.after(day) {
                report(end, "the steps of a clawback stand in order, each until later than the one before")
            }
            result.append(Plan.Settlement.Clawback.Step(until: until, share: share))
        }
        if node.sequence?.isEmpty != false { report(node, "'steps' is a list such as [{until: 30 days, share: 100%}]") }
        return result
    }

    // MARK: Draws

    private mutating func guarantee(_ node: Node) -> Plan.Settlement.Draw? {
        checkKeys(node, ["amount", "per", "for", "until"], in: "a guarantee")
        return draw(node, "a guarantee", isRecoverable: false, recover: Rate(0))
    }

    private mutating func draw(_ node: Node) -> Plan.Settlement.Draw? {
        checkKeys(node, ["amount", "per", "recoverable", "recover", "for", "until"], in: "a draw")
        let isRecoverable = flag(node["recoverable"], "recoverable", default: true)
        let recover = node["recover"].flatMap { rate($0) } ?? .whole
        if recover < Rate(0) || recover > .whole { report(node["recover"], "'recover' is between 0% and 100%") }
        return draw(node, "a draw", isRecoverable: isRecoverable, recover: recover)
    }

    private mutating func draw(
        _ node: Node, _ name: String, isRecoverable: Bool, recover: Rate
    ) -> Plan.Settlement.Draw? {
        guard let amount = node["amount"] else {
            report(node, "\(name) has an 'amount'")
            return nil
        }
        let kind = node["per"].flatMap { node in
            PeriodKind(rawValue: node.string ?? "").orReport {
                report(node, "'per' is month, quarter or another period")
            }
        }
        let lasts = node["for"].flatMap { length($0, "for") }
        let until = node["until"].flatMap { node in
            CalendarDate(node.string ?? "").orReport { report(node, "'until' is the last day, such as 2026-06-30") }
        }
        guard let number = number(amount) else { return nil }
        if number.isNegative { report(amount, "\(name) is not negative") }
        return Plan.Settlement.Draw(
            amount: number, per: kind ?? pays, isRecoverable: isRecoverable, recover: recover, lasts: lasts,
            until: until)
    }
}
