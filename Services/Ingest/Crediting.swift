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
                outcome.assignments += try credits(of: origin, participants, &outcome)
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

    private func credits(
        of origin: Origin, _ participants: [Participant], _ outcome: inout Outcome
    ) throws(ArithmeticError) -> [Assignment] {
        let parts = try origin.amount.allocated(
            by: participants.map(\.share.value), remainder: company.settings.remainder)
        var assignments: [Assignment] = []
        for (participant, part) in zip(participants, parts) {
            let credit = try credit(
                origin, participant.payee, participant.role, part, participant.share, &outcome.problems)
            guard let credit else {
                outcome.consulted.insert(participant.payee.id)
                continue
            }
            assignments.append(Assignment(payee: participant.payee.id, credit: credit))
        }
        for indirect in try indirectParticipants(of: origin, zip(participants, parts).map { ($0, $1) }) {
            guard let file = company.file(of: indirect.payee), file.contract(on: origin.closed) != nil else {
                outcome.consulted.insert(indirect.payee)
                continue
            }
            let credit = try credit(
                origin, file, indirect.role, indirect.amount, indirect.share, &outcome.problems)
            guard let credit else {
                outcome.consulted.insert(indirect.payee)
                continue
            }
            assignments.append(Assignment(payee: indirect.payee, credit: credit))
        }
        return assignments
    }
}
