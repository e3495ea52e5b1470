import Domain
import Records
import Streams
import SwiftProtobuf

/// What a deal comes to, and what that changes for payees.
extension CreditingTask {
    /// Looks at the deal's revisions as a whole and sends what changed: credits to payees, the reason to
    /// `skipped-deals`. `current` is the event at hand, which need not be read again.
    func evaluate(
        _ id: DealID, _ state: inout WireDealState, _ current: Read?, _ outputs: inout Outputs
    ) throws {
        let history = DealHistory(revisions: state.revisions)
        guard let standing = history.standing(commands.company.settings.postClose) else { return }
        let offset = standing.revision.offset
        let read = if let current, current.offset == offset { current } else { try read(at: offset) }
        let outcome = outcome(of: read, id, provenance: standing.provenance)
        state.frozenChanges = standing.hasFrozenChanges
        try assign(outcome.assignments, of: id, &state, &outputs)
        try list(outcome.problems, of: id, &state, read.event, &outputs)
    }

    private func outcome(of read: Read, _ id: DealID, provenance: String) -> Crediting.Outcome {
        guard let mapping = commands.company.mappings[read.event.source] else {
            let problem = SkipReason(
                .unknownSource, "there is no mapping for source '\(read.event.source)'",
                remedy: "add mappings/\(read.event.source).yaml to the company folder, and apply")
            return Crediting.Outcome(problems: [problem])
        }
        var (deal, problems) = mapping.deal(from: read.body)
        deal.id = id
        var outcome = Crediting(company: commands.company)
            .outcome(of: deal, source: "\(source)/\(read.offset)", provenance: provenance)
        problems += outcome.problems
        outcome.problems = SkipReason.bounded(problems)
        if !problems.isEmpty { outcome.assignments = [] }
        return outcome
    }

    /// Sends the difference between the credits the deal had and those it has now.
    private func assign(
        _ assignments: [Crediting.Assignment], of id: DealID, _ state: inout WireDealState, _ outputs: inout Outputs
    ) throws {
        var known = Dictionary(state.credits.map { (AssignedKey($0), $0.digest) }, uniquingKeysWith: { $1 })
        var next: [WireDealState.Assigned] = []
        for assignment in assignments {
            let wire = WireCredit(assignment.credit)
            let assigned = WireDealState.Assigned.with {
                $0.payee = assignment.payee.text
                $0.line = wire.line
                $0.role = wire.role
                $0.digest = shortDigest((try? wire.encoded()) ?? [])
            }
            next.append(assigned)
            guard known.removeValue(forKey: AssignedKey(assigned)) != assigned.digest else { continue }
            try send(.creditAssigned(wire), to: assigned.payee, EventType.creditAssigned, &outputs)
        }
        for gone in state.credits where known[AssignedKey(gone)] != nil {
            let key = WireCreditKey(CreditKey(deal: id, line: LineID(gone.line), role: Role(gone.role)))
            try send(.creditWithdrawn(key), to: gone.payee, EventType.creditWithdrawn, &outputs)
        }
        state.credits = next
        try recordCredited(assignments, &state)
    }

    private func send(
        _ event: WirePayeeEvent.OneOf_Event, to payee: String, _ type: String, _ outputs: inout Outputs
    ) throws {
        let value = try WirePayeeEvent.with {
            $0.payee = payee
            $0.event = event
        }.encoded()
        outputs.append(Output(topic: topics.payeeEvents, key: Array(payee.utf8), value: value, type: type))
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

    /// Keeps `skipped-deals` telling why the deal is not credited, or that it went through.
    private func list(
        _ problems: [SkipReason], of id: DealID, _ state: inout WireDealState, _ event: WireDealEvent,
        _ outputs: inout Outputs
    ) throws {
        let wire = problems.map(\.wire)
        guard wire != state.problems else { return }
        state.problems = wire
        let skipped = WireSkippedDeal.with {
            $0.deal = id.text
            $0.source = event.source
            $0.problems = wire
            $0.provenance = event.provenance
            $0.received = event.received
        }
        outputs.append(
            Output(
                topic: topics.skippedDeals, key: Array(id.text.utf8), value: wire.isEmpty ? nil : try skipped.encoded(),
                type: EventType.dealSkipped))
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
