import Domain
import Records
import Streams
import SwiftProtobuf

/// What a deal comes to, and what that changes for payees.
extension CreditingTask {
    /// Looks at all that is known of the deal and sends what changed: credits to payees, the reason to `skipped-deals`.
    /// `current` is the event at hand, which need not be read again.
    func evaluate(
        _ id: DealID, _ state: inout DealState, _ current: Read?, _ outputs: inout Outputs
    ) throws {
        guard let standing = standing(of: state) else {
            return try listWaiting(id, &state, current, &outputs)
        }
        func read(_ revision: DealState.Revision) throws -> Read {
            if let current, current.offset == revision.offset { return current }
            return try self.read(at: revision.offset)
        }
        let paying = try read(standing.revision)
        let mapped = mapped(paying)
        var problems = mapped.problems
        let fulfilment = try fulfilment(of: standing, mapped.deal, &state, &problems, read)
        var outcome = Crediting(company: commands.company).outcome(
            of: mapped.deal, source: name + String(paying.offset), provenance: standing.provenance,
            fulfilment: fulfilment)
        if !problems.isEmpty { outcome.problems = problems + outcome.problems }
        if outcome.problems.contains(where: \.code.keepsDeal) { (outcome.assignments, outcome.consulted) = ([], []) }
        try assign(outcome.assignments, of: id, &state, &outputs)
        state.closed = outcome.assignments.isEmpty && outcome.consulted.isEmpty ? nil : mapped.deal.closed
        state.consulted = outcome.consulted.sorted().map(\.text)
        try compare(standing, &state, read)
        try list(SkipReason.bounded(outcome.problems), of: mapped.deal, &state, paying.event, &outputs)
    }

    func standing(of state: DealState) -> DealHistory.Standing? {
        DealHistory(revisions: state.revisions).standing(commands.company.settings.postClose, state.decisions)
    }

    /// Sends the difference between the credits the deal had and those it has now, both in their order.
    private func assign(
        _ assignments: [Crediting.Assignment], of id: DealID, _ state: inout DealState, _ outputs: inout Outputs
    ) throws {
        let known = state.credits
        let first = assignments.lazy.map(\.credit.date).min()
        if let first, let earliest = state.earliest { state.earliest = min(first, earliest) }
        var (next, gone, place) = ([DealState.Assigned](), [DealState.Assigned](), 0)
        next.reserveCapacity(assignments.count)
        for assignment in assignments {
            let (payee, key) = (assignment.payee, assignment.credit.key)
            let (value, credit) = PayeeRecord.assigned(
                assignment.credit, to: payee, since: state.earliest)
            let assigned = DealState.Assigned(
                payee: payee, line: key.line, role: key.role, digest: shortDigest(credit))
            next.append(assigned)
            while place < known.count, known[place].precedes(assigned) {
                gone.append(known[place])
                place += 1
            }
            if place < known.count, known[place].isSameCredit(as: assigned) {
                place += 1
                if known[place - 1].digest == assigned.digest { continue }
            }
            send(value, to: payee, EventType.creditAssigned, &outputs)
        }
        for it in gone + known[place...] {
            let key = CreditKey(deal: id, line: it.line, role: it.role)
            let value = try PayeeRecord(payee: it.payee, .withdrawn(key), since: state.earliest).encoded()
            send(value, to: it.payee, EventType.creditWithdrawn, &outputs)
        }
        state.credits = next
        try recordCredited(assignments, &state)
    }

    private func send(_ value: [UInt8], to payee: PayeeID, _ type: String, _ outputs: inout Outputs) {
        outputs.append(Output(topic: topics.payeeEvents, key: Array(payee.text.utf8), value: value, type: type))
    }

    /// What the deal's lines come to, for the totals that `ingest status` shows.
    private func recordCredited(_ assignments: [Crediting.Assignment], _ state: inout DealState) throws {
        state.creditedAmount = nil
        state.creditedCurrency = ""
        guard let first = assignments.first?.credit else { return }
        var (seen, total) = (Set<LineID>(), first.original.amount)
        for assignment in assignments {
            let (line, amount) = (assignment.credit.key.line, assignment.credit.original.amount)
            if line != first.key.line, seen.insert(line).inserted { try total += amount }
        }
        state.creditedAmount = total
        state.creditedCurrency = first.original.currency.code
    }
}
