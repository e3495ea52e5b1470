import Domain
import Plans

/// A plan file with the parts that the tests vary.
struct PlanText {
    var pays = "monthly"
    var over = "year"
    var currency = "USD"
    var mode = "half-even"
    var tiers = "[ {from: 0%, rate: 5%}, {from: 100%, rate: 10%} ]"
    var spiff = "1%"

    var text: String {
        """
        plan: reps
        title: Sales reps
        currency: \(currency)
        pays: \(pays)
        measures:
          bookings: {of: credit.amount, roles: [owner], over: \(over), quota: contract.quota.bookings}
        components:
          commission:
            for: bookings
            rate:
              by: attainment(bookings)
              method: marginal
              boundary: lower-inclusive
              tiers: \(tiers)
          spiff: {for: bookings, rate: \(spiff)}
        rounding: {mode: \(mode)}
        """
    }
}

/// Credits of one payee, evaluated in canonical order.
struct Evaluation {
    let evaluator: Evaluator

    init(_ plan: PlanText, quotas: [(period: String, amount: Number)]) throws {
        let plan = try Plan(parsing: plan.text, file: "p.yaml")
        evaluator = Evaluator(
            plan: plan,
            quotas: quotas.compactMap { quota in
                Period(quota.period).map { Quota(payee: "ada", measure: "bookings", period: $0, amount: quota.amount) }
            })
    }

    /// What each credit, `date amount`, pays by each component.
    func lines(_ credits: [String], _ component: String = "commission") throws -> [String] {
        let index = evaluator.plan.components.firstIndex { $0.name == component }
        var sums = evaluator.empty
        return try Evaluation.credits(credits, evaluator.plan.currency).map { credit in
            let lines = try evaluator.step(credit, sums: &sums)
            return lines.first { $0.component == index }?.amount.description ?? "0"
        }
    }

    /// The trees behind the lines of the commission.
    func explanations(_ credits: [String]) throws -> [Explanation] {
        var sums = evaluator.empty
        return try Evaluation.credits(credits, evaluator.plan.currency).map { credit in
            let before = sums
            _ = try evaluator.step(credit, sums: &sums)
            return try evaluator.explain(0, credit, before: before, posted: .zero)
        }
    }

    static func credits(_ texts: [String], _ currency: Currency) throws -> [Credit] {
        try texts.enumerated().map { index, text in
            let parts = text.split(separator: " ")
            let amount = Money(try Number(parts[1]), currency)
            return Credit(
                key: CreditKey(deal: DealID("D\(1000 + index)"), line: .whole, role: parts.count > 2 ? Role(String(parts[2])) : .owner),
                date: CalendarDate(parts[0]) ?? CalendarDate(day: 0), amount: amount, original: amount, share: .whole)
        }
    }
}
