import Domain
import Plans

/// Runs a draft through the engine and names every figure as the examples do.
struct Running {
    let draft: Draft
    let plan: Plan
    let evaluator: Evaluator
    private(set) var figures: [String: Number] = [:]

    init(_ draft: Draft) throws {
        self.draft = draft
        do { plan = try Plan(parsing: draft.text, file: "example.yaml") } catch {
            throw Inexpressible("its plan is refused: \(error)\n\(draft.text)")
        }
        evaluator = Evaluator(plan: plan, terms: draft.terms)
        try run()
    }

    private mutating func run() throws {
        var sums = evaluator.empty
        var scratch = evaluator.scratch
        let credits = draft.credits.sorted { $0.canonical < $1.canonical }
        for (label, period) in draft.spans {
            for credit in credits where period.contains(credit.date) { try step(credit, label, &sums, &scratch) }
            let before = sums
            try evaluator.touch(period.end, &sums, &scratch)
            for line in scratch.lines { try book(line, label, deal: nil) }
            try addParts(before, period)
        }
        try addQuotas()
        guard draft.isSettled else { return }
        figures.merge(try Settling(draft).figures) { $1 }
    }

    private mutating func step(
        _ credit: Credit, _ label: String, _ sums: inout Evaluator.Sums, _ scratch: inout Scratch
    ) throws {
        let before = sums
        try evaluator.step(credit, &sums, &scratch)
        let lines = scratch.lines
        for line in lines { try book(line, label, deal: credit.key.deal.text) }
        for index in plan.components.indices where plan.components[index].measure != nil {
            for part in try evaluator.parts(index, credit, before: before).parts {
                try add(part, of: plan.components[index])
            }
        }
        for measure in plan.measures.indices where plan.measures[measure].name.hasPrefix("m_") {
            figures["m\(credit.key.deal)"] = evaluator.total(of: measure, in: sums)
            figures["after_\(credit.key.deal)"] = evaluator.total(of: measure, in: sums)
        }
    }

    private mutating func book(_ line: Evaluator.Line, _ label: String, deal: String?) throws {
        let name = plan.components[line.component].name
        let id = draft.id
        var keys = ["\(id).\(name)", "\(id).\(label).\(name)", name]
        if let deal { keys += ["\(id).\(name).\(deal)", "\(deal).\(name)"] }
        if !draft.memos.contains(name) {
            keys += [
                "\(id).total", "\(id).payout", "\(id).\(label).payout", "\(id).\(label)", label, "total", "all.total",
            ]
        }
        for key in Set(keys) { try add(line.amount, to: key) }
        if name == "cap" { try add(-line.amount, to: "\(id).cap_reduction") }
    }

    private mutating func add(_ amount: Number, to key: String) throws {
        figures[key] = try (figures[key] ?? .zero) + amount
    }

    /// Tiers by number, and the parts of a table that counts beyond a limit in another way.
    private mutating func add(_ part: Evaluator.Part, of component: Plan.Component) throws {
        let place = "\(draft.id).\(component.name)"
        guard let tier = part.tier else { return }
        try add(part.amount, to: "\(place).t\(tier + 1)")
        try add(part.base, to: "\(place).t\(tier + 1).base")
        let isOverage = if case .table(_, _, .overage) = component.rule { true } else { false }
        if isOverage { try add(part.amount, to: "\(place).\(tier == 0 ? "base" : "overage")") }
        if draft.example.plan.components.contains(where: {
            $0["bands"]?.list?.contains { $0.members?["agent_pct"] != nil } == true
        }) {
            let house = try part.base - part.amount
            try add(part.amount, to: "\(draft.id).slice\(tier + 1).agent")
            try add(house, to: "\(draft.id).slice\(tier + 1).house")
            try add(house, to: "HOUSE.total")
        }
    }

    /// What a component of a period consists of when nothing was paid for it before.
    private mutating func addParts(_ sums: Evaluator.Sums, _ period: Period) throws {
        for (index, component) in plan.components.enumerated() where component.measure == nil {
            let (parts, pay) = try evaluator.parts(index, on: period.end, before: evaluator.cleared(index, in: sums))
            let place = "\(draft.id).\(component.name)"
            for (position, part) in parts.enumerated() {
                if let tier = part.tier, figures["\(place).t\(tier + 1)"] == nil { try add(part, of: component) }
                if case .state(.scorecard(_, let goals)) = component.rule, position < goals.count {
                    figures["\(place).\(goals[position].name)"] = part.amount
                }
            }
            if case .state(.scorecard) = component.rule, let target = parts.first?.base, !target.isZero {
                figures["\(place).score"] = try pay * 100 / target
            }
            if let target = draft.terms.targets.first, !target.value.isZero {
                figures["\(place).payout_pct"] = try pay * 100 / target.value
            }
        }
    }

    private mutating func addQuotas() throws {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        for (index, measure) in plan.measures.enumerated() {
            guard let goal = measure.goal else { continue }
            if !goal.ramp.isEmpty {
                var period = Period(.month, containing: draft.terms.starts ?? draft.period(nil).start)
                for month in months {
                    figures[month] = try evaluator.quota(index, on: period.start)
                    period = period.next
                }
            } else if goal.isProrated, let starts = draft.terms.starts,
                let quota = try evaluator.quota(index, on: starts)
            {
                figures[String(measure.name.dropFirst(2))] = quota
                let actual = draft.example.plan.components.compactMap { $0.text("actual") }.first
                if measure.name == "m_quota", let actual { figures["attainment"] = try Number(actual) * 100 / quota }
            }
        }
    }
}
