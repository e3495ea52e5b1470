import Domain
import Foundation
import Logging
import Records
import Streams
import SwiftProtobuf
import TestSupport

@testable import ingest

/// Ingest's stream tasks on a log in memory: fed deals and commands, asked what came of them.
final class DealDesk {
    let tiny: TinyLog
    private let folder: String
    private var loop: StreamLoop?
    private var received: Int64 = 1_767_225_600_000

    init(folder: String, firm: CreditingFirm? = CreditingFirm()) throws {
        self.folder = folder
        tiny = try TinyLog(partitions: 1)
        if let firm { try apply(firm.entities) }
    }

    func apply(_ entities: [CompanyEntity], removing: [CompanyEntity.Key] = []) throws {
        let commands = TopicPartition(tiny.application.topic(.commands), 0)
        let base = try tiny.log.makeReader().endOffset(of: commands)
        let set = try CompanyChangeSet(
            removing.map { .remove($0) } + entities.map { .set($0) }, base: base, by: "test")
        for part in set.parts { try command(part) }
    }

    func command(_ part: WireCompanyChanges) throws {
        let command = WireCommand.with { $0.company = part }
        try append(
            Record(key: Array("company".utf8), value: try command.encoded(), timestamp: received),
            TopicPartition(tiny.application.topic(.commands), 0))
    }

    /// Appends a deal event as the rim does; a second later than the one before.
    func deal(
        _ body: String, id: String = "D1", source: String = "api", event: String? = nil, stamp: Int64? = nil,
        kind: WireDealEvent.Kind = .received
    ) throws {
        received += 1000
        let commands = TopicPartition(tiny.application.topic(.commands), 0)
        let end = try tiny.log.makeReader().endOffset(of: commands)
        let wire = WireDealEvent.with {
            $0.kind = kind
            $0.source = source
            $0.deal = id
            $0.body = Data(body.utf8)
            $0.event = event ?? "test/\(received)"
            $0.received = received
            $0.commandsOffset = stamp ?? end
            $0.provenance = "test"
        }
        try append(DealEventRecord.make(DealEvent(wire)), DealEventRecord.destination(of: DealID(id), tiny.application))
    }

    func append(_ record: Record, _ destination: TopicPartition) throws {
        let producer = try tiny.log.makeProducer()
        try producer.append(record, to: destination)
        try producer.flush()
    }

    /// Works until there is nothing left to do.
    func settle() throws {
        let loop = try self.loop ?? start()
        self.loop = loop
        var idle = 0
        while idle < 3 { idle = try loop.step() > 0 ? 0 : idle + 1 }
    }

    private func start() throws -> StreamLoop {
        let options = StreamOptions(
            program: "ingest", stateFolder: "\(folder)/state", quarantineTopic: tiny.application.topic(.quarantine),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            quarantine: { record, reason in
                let entry = WireQuarantined.with {
                    $0.coordinate = "\(record.source)/\(record.offset)"
                    $0.reason = reason
                }
                return (try? entry.encoded()) ?? []
            })
        return try StreamLoop(log: tiny.log, topology: IngestTopology(application: tiny.application), options: options)
    }

    // MARK: What came of it

    /// The credits that payees have after all events: `ada D1 owner 100 USD 2026-02-05`.
    func credits() throws -> [String] {
        var credits: [String: [CreditKey: WireCredit]] = [:]
        for record in tiny.records(.payeeEvents) {
            let event = try WirePayeeEvent(decoding: record.record.value)
            switch event.event {
            case .creditAssigned(let credit): credits[event.payee, default: [:]][try credit.domain().key] = credit
            case .creditWithdrawn(let key): credits[event.payee]?[key.domain] = nil
            case .contractsChanged, .periodClosed, .adjustment, .statementApproved, nil: break
            }
        }
        return credits.flatMap { payee, credits in
            credits.values.map { "\(payee) \($0.deal) \($0.role) \($0.amount) \($0.currency) \($0.date)" }
        }.sorted()
    }

    func payeeEventCount() -> Int { tiny.records(.payeeEvents).count }

    /// The reasons that stand, by deal; empty for one that went through.
    func skipped() throws -> [String: [String]] {
        var result: [String: [String]] = [:]
        for record in tiny.records(.skippedDeals) {
            let deal = String(decoding: record.record.key ?? [], as: UTF8.self)
            result[deal] = try record.record.value.map { try WireSkippedDeal(decoding: $0).problems.map(\.code) } ?? []
        }
        return result
    }

    func quarantined() throws -> [String] { try tiny.quarantined().map(\.reason) }

    func tally() throws -> Tally {
        try Tally(readingStoreAt: "\(folder)/state/\(tiny.application.topic(.dealEvents))-0.sqlite")
    }
}
