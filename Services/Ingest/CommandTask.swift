import Domain
import GRDB
import Records
import Streams
import SwiftProtobuf

/// Takes `commands` one by one: tells payees what is agreed, closed, adjusted and approved, tells deals what was decided
/// about them, and every partition of `deal-events` which deals to look at again.
final class CommandTask: StreamTask {
    private let commands: CommandLog
    private let application: Application

    init(commands: CommandLog, application: Application) {
        self.commands = commands
        self.application = application
    }

    func process(_ record: ConsumedRecord, outputs: inout Outputs) throws {
        let command: WireCommand
        do { command = try WireCommand(decoding: record.record.value) } catch { throw RecordError("\(error)") }
        guard command.act != nil else { throw RecordError("it names no act that this version knows") }
        // After a restart the log is read up to here first; the company is no state of this task.
        try commands.advance(to: record.offset)
        let before = commands.company
        let taken = try commands.take(record)
        if let refusal = taken.refusal { throw RecordError(refusal.description) }
        for effect in taken.effects { outputs.append(try output(effect)) }
        guard !taken.changes.isEmpty else { return }
        try tellPayees(before, commands.company, &outputs)
        let affected = WireAffected(Set(taken.changes.map(\.key)), from: before, to: commands.company)
        for partition in 0..<application.partitions(of: .dealEvents) {
            outputs.append(try retry(partition, affected))
        }
    }

    func save(to database: Database) throws {}

    private func output(_ effect: Acts.Effect) throws -> Output {
        switch effect {
        case .closed(let payee, let closed):
            try tell(payee, .periodClosed(WirePeriodClosed(closed)), EventType.periodClosed)
        case .adjusted(let payee, let adjustment):
            try tell(payee, .adjustment(WireAdjustment(adjustment)), EventType.adjusted)
        case .approved(let payee, let approved):
            try tell(payee, .statementApproved(WireStatementApproved(approved)), EventType.statementApproved)
        case .decided(let decision):
            try tellDeal(decision.subject, EventType.dealDecided) { ($0.kind, $0.decision) = (.decided, decision) }
        case .released(let release):
            try tellDeal(release.deal, EventType.dealReleased) { ($0.kind, $0.release) = (.released, release) }
        }
    }

    private func tell(_ payee: PayeeID, _ event: WirePayeeEvent.OneOf_Event, _ type: String) throws -> Output {
        let value = try WirePayeeEvent.with {
            $0.payee = payee.text
            $0.event = event
        }.encoded()
        return Output(topic: application.topic(.payeeEvents), key: Array(payee.text.utf8), value: value, type: type)
    }

    private func tellDeal(_ deal: String, _ type: String, _ body: (inout WireDealEvent) -> Void) throws -> Output {
        var event = WireDealEvent.with {
            $0.deal = deal
            $0.commandsOffset = commands.position
        }
        body(&event)
        return Output(
            topic: application.topic(.dealEvents), key: Array(deal.utf8), value: try event.encoded(), type: type)
    }

    private func tellPayees(_ before: Company, _ after: Company, _ outputs: inout Outputs) throws {
        for payee in Set(before.contracts.keys).union(after.contracts.keys).sorted() {
            let terms = after.terms(of: payee)
            var known = before.terms(of: payee)
            // By itself another meaning is no reason to tell all payees anew.
            known.evaluation = terms.evaluation
            guard terms != known else { continue }
            outputs.append(try tell(payee, .contractsChanged(terms), EventType.contractsChanged))
        }
    }

    private func retry(_ partition: Int32, _ affected: WireAffected) throws -> Output {
        let event = WireDealEvent.with {
            $0.kind = .retry
            $0.commandsOffset = commands.position
            if affected != WireAffected() { $0.affected = affected }
        }
        return Output(
            topic: application.topic(.dealEvents), key: Array("retry".utf8), partition: partition,
            value: try event.encoded(), type: EventType.dealRetried)
    }
}

extension Company {
    /// All that is agreed with a payee, as the calculator is told.
    func terms(of payee: PayeeID) -> WireContractsChanged {
        .with {
            $0.contracts = (contracts[payee] ?? []).map { contract in
                .with {
                    $0.plan = contract.plan
                    $0.from = contract.from.description
                    $0.to = contract.to?.description ?? ""
                    $0.planText = planTexts[contract.plan] ?? ""
                }
            }
            $0.quotas = (quotas[payee] ?? []).map(WireQuota.init)
            $0.evaluation = evaluation
        }
    }
}
