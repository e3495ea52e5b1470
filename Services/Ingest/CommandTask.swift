import Domain
import GRDB
import Records
import Streams
import SwiftProtobuf

/// Takes `commands` one by one: tells payees what is agreed with them, and every partition of `deal-events` to look at
/// its skipped deals again.
final class CommandTask: StreamTask {
    private let commands: CommandLog
    private let application: Application

    init(commands: CommandLog, application: Application) {
        self.commands = commands
        self.application = application
    }

    func process(_ record: ConsumedRecord, outputs: inout Outputs) throws {
        do { _ = try WireCommand(decoding: record.record.value) } catch { throw RecordError("\(error)") }
        // After a restart the log is read up to here first; the company is no state of this task.
        try commands.advance(to: record.offset)
        let before = commands.company
        guard try !commands.take(record).isEmpty else { return }
        try tellPayees(before, commands.company, &outputs)
        for partition in 0..<application.partitions(of: .dealEvents) {
            outputs.append(try retry(partition))
        }
    }

    func save(to database: Database) throws {}

    private func tellPayees(_ before: Company, _ after: Company, _ outputs: inout Outputs) throws {
        for payee in Set(before.contracts.keys).union(after.contracts.keys).sorted() {
            let terms = after.terms(of: payee)
            guard terms != before.terms(of: payee) else { continue }
            let event = WirePayeeEvent.with {
                $0.payee = payee.text
                $0.contractsChanged = terms
            }
            outputs.append(
                Output(
                    topic: application.topic(.payeeEvents), key: Array(payee.text.utf8), value: try event.encoded(),
                    type: EventType.contractsChanged))
        }
    }

    private func retry(_ partition: Int32) throws -> Output {
        let event = WireDealEvent.with {
            $0.kind = .retry
            $0.commandsOffset = commands.position
        }
        return Output(
            topic: application.topic(.dealEvents), key: Array("retry".utf8), partition: partition,
            value: try event.encoded(), type: EventType.dealRetried)
    }
}

extension Company {
    /// The version of the meaning of evaluation that new contracts get.
    static let evaluation: Int32 = 1

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
            $0.evaluation = Company.evaluation
        }
    }
}
