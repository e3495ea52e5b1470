package import Domain

/// The one semantic core: what a credit earns is the difference it makes, `F(after) − F(before)`, to each component.
///
/// `Sums` is the state between two credits. Full evaluation starts it at nothing, incremental evaluation at the sums
/// before the first credit that changed; both take the same steps. A class, since every step asks it: nothing of a plan is
/// copied to be read.
package final class Evaluator: Sendable {
    package let plan: Plan
    let terms: Terms
    let code: Code

    package convenience init(plan: Plan, quotas: [Quota]) {
        self.init(plan: plan, terms: Terms(quotas: quotas.map { Terms.Item($0.measure, $0.period, $0.amount) }))
    }

    package init(plan: Plan, terms: Terms) {
        self.plan = plan
        self.terms = terms.completed(by: plan)
        code = plan.code
    }

    /// What has been accumulated before a credit, in canonical order.
    package struct Sums: Hashable, Sendable {
        package internal(set) var cells: [Number]
        package internal(set) var date: CalendarDate?
        /// `nil` where no sum begins anew with a deal.
        package internal(set) var deal: DealID?

        /// Raised when cells come to mean something else: what was kept of others is worked out anew.
        package static let layout: Int32 = 1

        package init(cells: [Number], date: CalendarDate?, deal: DealID?) {
            (self.cells, self.date, self.deal) = (cells, date, deal)
        }

        /// Becomes the same as another, in the memory that it has.
        package mutating func take(_ other: Sums) {
            (date, deal) = (other.date, other.deal)
            guard cells.count == other.cells.count else { return cells = other.cells }
            for index in cells.indices { cells[index] = other.cells[index] }
        }
    }

    package var empty: Sums {
        Sums(cells: Array(repeating: .zero, count: code.layout.windows.count), date: nil, deal: nil)
    }
    package var scratch: Scratch { Scratch(plan) }

    package struct Line: Hashable, Sendable {
        package let component: Int
        package let amount: Number
        /// Differs when the explanation's steps or its rounding would: cheaper to compare than to explain.
        package let trace: UInt64
    }

    /// A part of what a component pays for a credit: the leaf of an explanation.
    package struct Part: Hashable, Sendable {
        package let base: Number
        package let rate: Rate
        package let amount: Number
        /// What pays it.
        var component = -1
        /// The tier's place in its table, from 0.
        package var tier: Int?
        /// The tier as shares of a quota.
        package var share: Explanation.Tier?
        package var note = ""
    }

    /// Moves the sums past a credit; answers what each component pays for it, rounded as the plan says. Components that
    /// pay nothing for it are left out.
    package func step(_ credit: Credit, sums: inout Sums) throws(ArithmeticError) -> [Line] {
        var scratch = scratch
        try step(credit, &sums, &scratch)
        return scratch.lines
    }

    /// The same without an allocation: the lines are left in `scratch.lines`.
    package func step(_ credit: Credit, _ sums: inout Sums, _ scratch: inout Scratch) throws(ArithmeticError) {
        enter(credit.date, credit.key.deal, &sums, &scratch)
        let role = scratch.roleNumbers.answer(credit.key.role.text) { code.roles.number(credit.key.role) }
        for index in code.measures.indices { try measure(index, credit, role, &sums, &scratch) }
        try pay(credit, &sums, &scratch)
    }

    /// What the components of a period pay when nothing else happens in it: bonuses for facts, guarantees. A day of the
    /// period is enough; what was paid for the period already is not paid again.
    package func touch(_ date: CalendarDate, _ sums: inout Sums, _ scratch: inout Scratch) throws(ArithmeticError) {
        enter(date, nil, &sums, &scratch)
        for index in scratch.moves.indices { scratch.moves[index] = .zero }
        scratch.opened = .max
        try pay(date, &sums, &scratch)
    }

    /// The pay period that a component's line for a credit of that day belongs to: its own, or for what is paid for a
    /// longer period, the one in which that ends.
    package func period(of component: Int, on date: CalendarDate) -> Period {
        guard plan.components[component].isPaidAtEnd, case .period(let kind) = plan.components[component].window else {
            return Period(plan.pays, containing: date)
        }
        return Period(plan.pays, containing: Period(kind, containing: date).end)
    }

    /// The sum of a measure in the window of the last credit.
    package func total(of measure: Int, in sums: Sums) -> Number { sums.cells[measure] }

    /// Windows end with their period: what was accumulated in the last one does not count in the next.
    private func enter(_ date: CalendarDate, _ deal: DealID?, _ sums: inout Sums, _ scratch: inout Scratch) {
        if !scratch.lines.isEmpty { scratch.lines.removeAll(keepingCapacity: true) }
        scratch.forgetParts()
        guard let last = sums.date else {
            scratch.opened = .max
            sums.date = date
            if code.layout.keepsDeals { sums.deal = deal }
            return
        }
        scratch.opened = last == date ? 0 : scratch.spans.opened(from: last, to: date)
        sums.date = date
        if code.layout.keepsDeals, deal == nil || sums.deal != deal {
            scratch.opened |= Plan.Window.deal.bit
            sums.deal = deal
        }
        if scratch.opened != 0 { clear(scratch.opened, in: &sums) }
    }

    private func clear(_ opened: UInt8, in sums: inout Sums) {
        for (window, cells) in code.layout.cells.enumerated() where opened & (1 << UInt8(window)) != 0 {
            for cell in cells { sums.cells[cell] = .zero }
        }
    }

    private func measure(
        _ index: Int, _ credit: Credit, _ role: Int, _ sums: inout Sums, _ scratch: inout Scratch
    ) throws(ArithmeticError) {
        scratch.moves[index] = .zero
        scratch.counted[index] = false
        guard code.roles.counts(index, role) else { return }
        let reading = Reading(date: credit.date)
        if let filter = code.measures[index].filter, try !condition(filter, credit, sums, reading, &scratch) { return }
        let move = try number(code.measures[index].of, credit, sums, reading, &scratch)
        scratch.moves[index] = move
        scratch.counted[index] = true
        try sums.cells[index] += move
    }
}
