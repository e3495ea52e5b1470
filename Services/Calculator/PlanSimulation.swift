import Calculation
import Domain
import Plans
import Records
import Runtime

/// What one plan would have paid beside another, on the credits of the payees whose contracts name it.
struct PlanSimulation {
    let new: Plan
    /// `nil`: the plan in force.
    let old: Plan?
    /// Only pay of the period that contains this day, and of later ones, is compared; earlier credits count all the same.
    let since: CalendarDate?
    /// Quotas for those who have none of the name.
    let assumed: [Terms.Item]

    private(set) var pay: [Place: Pay] = [:]
    private(set) var payees: Set<PayeeID> = []
    private(set) var credits = 0
    private(set) var first: CalendarDate?
    private(set) var last: CalendarDate?
    private var found = Findings()

    struct Place: Hashable, Comparable {
        let payee: PayeeID
        let component: String
        let period: Period

        static func < (left: Self, right: Self) -> Bool {
            (left.payee, left.period, left.component) < (right.payee, right.period, right.component)
        }
    }

    struct Pay: Hashable {
        var before = Number.zero
        var after = Number.zero

        mutating func add(_ other: Pay) throws(ArithmeticError) {
            try before += other.before
            try after += other.after
        }
    }

    /// What stands in the way of figures that mean something.
    private struct Findings {
        var plans: Set<String> = []
        /// By name and period, who has none.
        var quotas: [String: Set<PayeeID>] = [:]
        var otherCurrency: [String: Int] = [:]
        var lacking: [String: Int] = [:]
        var faults: [String] = []
        /// What the plan that is left cannot calculate, and so does not pay.
        var unpaid: [String] = []
    }

    init(new: Plan, old: Plan? = nil, since: CalendarDate? = nil, assumed: [Terms.Item] = []) {
        (self.new, self.old, self.since, self.assumed) = (new, old, since, assumed)
    }

    /// The plan whose contracts are looked at: the one that would be left.
    var contractPlan: String { old?.name ?? new.name }

    mutating func take(_ payee: PayeeID, _ history: PayeeHistory) {
        for contract in history.terms.contracts { found.plans.insert(contract.plan) }
        guard history.terms.contracts.contains(where: { $0.plan == contractPlan }) else { return }
        do {
            let agreements = try Agreement.all(in: history.terms, of: payee)
            let quotas = try history.terms.quotas.map { try $0.domain() }
            let credits = history.credits.values.sorted { $0.canonical < $1.canonical }
            for (index, agreement) in agreements.enumerated() where agreement.contract.plan == contractPlan {
                let covered = credits.filter { credit in
                    agreements.lastIndex { $0.contract.covers(credit.date) } == index
                }
                try compare(payee, agreement, quotas, covered)
            }
        } catch { found.faults.append("\(payee): \(error)") }
    }

    private mutating func compare(
        _ payee: PayeeID, _ agreement: Agreement, _ quotas: [Quota], _ credits: [Credit]
    ) throws(ArithmeticError) {
        payees.insert(payee)
        self.credits += credits.count
        var terms = Terms(of: agreement.contract, quotas)
        let known = Set(terms.quotas.map(\.name))
        for item in assumed where !known.contains(item.name) {
            terms.quotas.append(item)
            terms.targets.append(item)
            terms.facts.append(item)
            terms.rates.append(item)
        }
        guard check(payee, terms.completed(by: new), credits) else { return }
        let before = old.map { Evaluator(plan: $0, terms: terms) } ?? agreement.evaluator
        var unpaid: [String] = []
        try walk(payee, before, credits, skip: { unpaid.append("\(payee): \($0)") }) {
            (pay, amount) throws(ArithmeticError) in try pay.before += amount
        }
        found.unpaid += unpaid
        try walk(payee, Evaluator(plan: new, terms: terms), credits) { (pay, amount) throws(ArithmeticError) in
            try pay.after += amount
        }
    }

    private mutating func walk(
        _ payee: PayeeID, _ evaluator: Evaluator, _ credits: [Credit], skip: ((String) -> Void)? = nil,
        add: (inout Pay, Number) throws(ArithmeticError) -> Void
    ) throws(ArithmeticError) {
        // A credit in another currency than its plan's is paid by nobody.
        let paid = credits.filter { $0.amount.currency == evaluator.plan.currency }
        try evaluator.walk(paid, skip: skip) { (line, period) throws(ArithmeticError) in
            if let since, period.end < since { return }
            let name = evaluator.plan.components[line.component].name
            try add(&pay[Place(payee: payee, component: name, period: period), default: Pay()], line.amount)
        }
    }

    /// Whether the new plan can be worked out for the payee.
    private mutating func check(_ payee: PayeeID, _ terms: Terms, _ credits: [Credit]) -> Bool {
        let fields = new.fieldsRead.map(\.name)
        var isWhole = true
        var seen: Set<CreditKind> = []
        for credit in credits {
            first = min(first ?? credit.date, credit.date)
            last = max(last ?? credit.date, credit.date)
            if credit.amount.currency != new.currency {
                found.otherCurrency[credit.amount.currency.code, default: 0] += 1
            }
            for field in fields where credit.fields[field] == nil { found.lacking[field, default: 0] += 1 }
            guard seen.insert(CreditKind(role: credit.key.role, date: credit.date)).inserted else { continue }
            for (name, period) in new.quotasRead(role: credit.key.role, on: credit.date)
            where !terms.hasQuota(name, period) {
                isWhole = false
                found.quotas["'\(name)'\(period.map { " for \($0)" } ?? "")", default: []].insert(payee)
            }
        }
        return isWhole
    }

    private struct CreditKind: Hashable {
        let role: Role
        let date: CalendarDate
    }
}

// MARK: What is in the way

extension PlanSimulation {
    private static let listedAtMost = 20

    /// Everything that keeps the figures from meaning something, at once.
    func problems(file: String) -> [Problem] {
        guard !payees.isEmpty else { return [noContract(file)] }
        return currencyProblems(file) + fieldProblems(file) + quotaProblems(file) + faultProblems(file)
    }

    private func noContract(_ file: String) -> Problem {
        let known = found.plans.sorted()
        guard !known.isEmpty else {
            return Problem(
                where: file, "no payee in the log has a contract yet",
                remedy: "Apply the company folder and let 'ingest serve' run, then simulate.")
        }
        return Problem(
            where: file,
            "no payee's contract names plan '\(contractPlan)'\(suggestion(for: contractPlan, among: known))",
            remedy: "Name it under 'plan:' as the contracts do, or give the plan to be replaced with --against.")
    }

    private func currencyProblems(_ file: String) -> [Problem] {
        found.otherCurrency.sorted { $0.key < $1.key }.map { currency, count in
            Problem(
                where: file, "the plan pays in \(new.currency), and \(count) credits were valued in \(currency)",
                remedy: "Simulate with 'currency: \(currency)'; values are converted when deals are credited.")
        }
    }

    private func fieldProblems(_ file: String) -> [Problem] {
        found.lacking.sorted { $0.key < $1.key }.filter { $0.value == credits }.map { field, _ in
            Problem(
                where: file, "it reads the field '\(field)', which none of the \(credits) credits has",
                remedy: "Map it under 'fields:' in the mappings and apply: all deals are credited anew, with it.")
        }
    }

    private func quotaProblems(_ file: String) -> [Problem] {
        found.quotas.sorted { $0.key < $1.key }.map { quota, payees in
            let names = payees.sorted().prefix(PlanSimulation.listedAtMost).map(\.text).joined(separator: ", ")
            let more = payees.count - PlanSimulation.listedAtMost
            return Problem(
                where: file, "there is no quota \(quota) of \(names)\(more > 0 ? " and \(more) more" : "")",
                remedy: "Add it to quotas.csv and apply, or assume one for all who have none: --quota NAME=AMOUNT.")
        }
    }

    private func faultProblems(_ file: String) -> [Problem] {
        found.faults.sorted().prefix(PlanSimulation.listedAtMost).map { fault in
            Problem(
                where: file, "it cannot be calculated for \(fault)",
                remedy: "Mend the rule, or guard it: 'has(deal.margin) && …'.")
        }
    }

    /// What was left out of some credits, and is no mistake.
    var notes: [String] {
        dating
            + found.lacking.sorted { $0.key < $1.key }.filter { $0.value < credits }.map { field, count in
                "\(count) of \(credits) credits have no field '\(field)'"
            }
            + (found.unpaid.first.map {
                ["\(found.unpaid.count) times the plan that is left pays nothing for want of a value, first for \($0)"]
            } ?? [])
    }

    /// Crediting dates credits; what is on the log has the days of the plans that were applied.
    private var dating: [String] {
        guard old?.date != new.date, new.date != .closed || old != nil else { return [] }
        return ["credits keep the days that they have on the log; \(new.date.text) would count once it is applied"]
    }
}
