import Domain
import Plans

/// Turns a won deal into credits, given the company as of a moment. Pure: the same deal and company give the same
/// credits, or the same list of everything that is in the way.
///
/// The order is fixed: validate, find the participants, value what each gets.
struct Crediting {
    let company: Company

    struct Assignment: Hashable, Sendable {
        let payee: PayeeID
        let credit: Credit
    }

    struct Outcome: Hashable, Sendable {
        /// By payee, line, role.
        var assignments: [Assignment] = []
        var problems: [SkipReason] = []
        /// Who gets nothing so far: managers without a contract on the day, and whoever's plan counts the deal by a day
        /// that is not known yet.
        var consulted: Set<PayeeID> = []
    }

    /// - Parameters:
    ///   - source: coordinate of the deal event whose values these are
    ///   - provenance: how they were captured
    ///   - fulfilment: what became of the deal since
    func outcome(
        of deal: Deal, source: String, provenance: String, fulfilment: Fulfilment? = nil
    ) -> Outcome {
        var outcome = Outcome(problems: validate(deal))
        guard deal.stage == .won else { return outcome }
        let participants = participants(of: deal, problems: &outcome.problems)
        guard outcome.problems.isEmpty, let closed = deal.closed, let amount = deal.amount,
            let currency = Currency(deal.currency)
        else { return outcome }
        let lines =
            deal.lines.isEmpty
            ? [Deal.Line(id: .whole, product: deal.product, amount: amount)] : deal.lines
        do {
            for line in lines {
                let origin = Origin(
                    deal: deal, line: line, closed: closed, amount: Money(line.amount, currency), source: source,
                    provenance: provenance, fulfilment: fulfilment)
                try credit(origin, participants, &outcome)
            }
        } catch {
            outcome.problems.append(
                SkipReason(.badField, "an amount of the deal \(error)", remedy: "correct the amounts in the CRM"))
        }
        if !outcome.problems.isEmpty { (outcome.assignments, outcome.consulted) = ([], []) }
        if outcome.assignments.count > 1 {
            outcome.assignments.sort {
                $0.payee == $1.payee ? $0.credit.key < $1.credit.key : $0.payee < $1.payee
            }
        }
        return outcome
    }

    /// What all credits of a line share.
    struct Origin {
        let deal: Deal
        let line: Deal.Line
        let closed: CalendarDate
        let amount: Money
        let source: String
        let provenance: String
        let fulfilment: Fulfilment?
    }

    private func credit(
        _ origin: Origin, _ participants: [Participant], _ outcome: inout Outcome
    ) throws(ArithmeticError) {
        let parts = try parts(of: origin.amount, participants)
        for (place, it) in participants.enumerated() {
            try assign(origin, it.payee, it.role, parts[place], it.share, &outcome)
        }
        for it in try indirectParticipants(of: origin, participants, parts) {
            guard let file = company.file(of: it.payee), file.contract(on: origin.closed) != nil else {
                outcome.consulted.insert(it.payee)
                continue
            }
            try assign(origin, file, it.role, it.amount, it.share, &outcome)
        }
    }

    private func parts(of amount: Money, _ participants: [Participant]) throws(ArithmeticError) -> [Money] {
        if participants.count == 1, !participants[0].share.value.isZero { return [amount] }
        return try amount.allocated(by: participants.map { $0.share.value }, remainder: company.settings.remainder)
    }

    private func assign(
        _ origin: Origin, _ file: PayeeFile, _ role: Role, _ part: Money, _ share: Rate, _ outcome: inout Outcome
    ) throws(ArithmeticError) {
        guard let credit = try credit(origin, file, role, part, share, &outcome.problems) else {
            outcome.consulted.insert(file.id)
            return
        }
        outcome.assignments.append(Assignment(payee: file.id, credit: credit))
    }
}
