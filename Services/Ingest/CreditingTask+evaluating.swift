import Domain
import Records
import Streams
import SwiftProtobuf

/// What a deal comes to, and what that changes for payees.
extension CreditingTask {
    /// Looks at all that is known of the deal and sends what changed: credits to payees, the reason to `skipped-deals`.
    /// `current` is the event at hand, which need not be read again.
    func evaluate(
        _ id: DealID, _ state: inout WireDealState, _ current: Read?, _ outputs: inout Outputs
    ) throws {
        guard let standing = standing(of: state) else {
            return try listWaiting(id, &state, current, &outputs)
        }
        func read(_ revision: WireDealState.Revision) throws -> Read {
            if let current, current.offset == revision.offset { return current }
            return try self.read(at: revision.offset)
        }
        let paying = try read(standing.revision)
        var (deal, problems) = deal(in: paying)
        deal.id = id
        let fulfilment = try fulfilment(of: standing, deal, &state, &problems, read)
        var outcome = Crediting(company: commands.company).outcome(
            of: deal, source: "\(source)/\(paying.offset)", provenance: standing.provenance, fulfilment: fulfilment)
        outcome.problems = problems + outcome.problems
        if outcome.problems.contains(where: \.code.keepsDeal) { (outcome.assignments, outcome.consulted) = ([], []) }
        try assign(outcome.assignments, of: id, &state, &outputs)
        state.closed = outcome.assignments.isEmpty && outcome.consulted.isEmpty ? "" : deal.closed?.description ?? ""
        state.consulted = outcome.consulted.sorted().map(\.text)
        try compare(standing, &state, read)
        try list(SkipReason.bounded(outcome.problems), of: deal, &state, paying.event, &outputs)
    }

    func standing(of state: WireDealState) -> DealHistory.Standing? {
        DealHistory(revisions: state.revisions).standing(commands.company.settings.postClose, state.decisions)
    }

    func deal(in read: Read) -> (deal: Deal, problems: [SkipReason]) {
        if let mapped = read.mapped { return mapped }
        if let mapping = commands.company.dealMapping(read.event.source) { return mapping.deal(from: read.body) }
        let problem = SkipReason(
            .unknownSource, "there is no mapping for source '\(read.event.source)'",
            remedy: "add mappings/\(read.event.source).yaml to the company folder, and apply")
        return (Deal(id: "", stage: .open), [problem])
    }

    /// Sends the difference between the credits the deal had and those it has now.
    private func assign(
        _ assignments: [Crediting.Assignment], of id: DealID, _ state: inout WireDealState, _ outputs: inout Outputs
    ) throws {
        var known = Dictionary(state.credits.map { (AssignedKey($0), $0.digest) }, uniquingKeysWith: { $1 })
        var next: [WireDealState.Assigned] = []
        for assignment in assignments {
            let credit = assignment.credit.encoded()
            let assigned = WireDealState.Assigned.with {
                $0.payee = assignment.payee.text
                $0.line = assignment.credit.key.line.text
                $0.role = assignment.credit.key.role.text
                $0.digest = shortDigest(credit)
            }
            next.append(assigned)
            guard known.removeValue(forKey: AssignedKey(assigned)) != assigned.digest else { continue }
            let value = PayeeRecord.assigned(credit, to: assignment.payee)
            send(value, to: assignment.payee, EventType.creditAssigned, &outputs)
        }
        for gone in state.credits where known[AssignedKey(gone)] != nil {
            let key = CreditKey(deal: id, line: LineID(gone.line), role: Role(gone.role))
            let payee = PayeeID(gone.payee)
            let value = try PayeeRecord(payee: payee, .withdrawn(key)).encoded()
            send(value, to: payee, EventType.creditWithdrawn, &outputs)
        }
        state.credits = next
        try recordCredited(assignments, &state)
    }

    private func send(_ value: [UInt8], to payee: PayeeID, _ type: String, _ outputs: inout Outputs) {
        outputs.append(Output(topic: topics.payeeEvents, key: Array(payee.text.utf8), value: value, type: type))
    }

    /// What the deal's lines come to, for the totals that `ingest status` shows.
    private func recordCredited(_ assignments: [Crediting.Assignment], _ state: inout WireDealState) throws {
        var seen: Set<LineID> = []
        var total = Number.zero
        for assignment in assignments where seen.insert(assignment.credit.key.line).inserted {
            try total += assignment.credit.original.amount
        }
        state.creditedAmount = assignments.isEmpty ? "" : total.description
        state.creditedCurrency = assignments.first?.credit.original.currency.code ?? ""
    }
}

private struct AssignedKey: Hashable {
    let payee: PayeeID
    let line: LineID
    let role: Role

    init(_ assigned: WireDealState.Assigned) {
        (payee, line, role) = (PayeeID(assigned.payee), LineID(assigned.line), Role(assigned.role))
    }
}
