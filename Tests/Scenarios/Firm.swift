import Domain
import Foundation
import Logging
import Records
import Streams
import SwiftProtobuf
import TestSupport
import Yams

@testable import calculator
@testable import ingest
@testable import statements

/// The three services on a log in memory, told a scenario's history event by event; all is settled before the next.
final class Firm {
    private let application: Application
    private let folder: String
    private let log = InMemoryLog()
    private var loops: [StreamLoop] = []
    private var files = Standard.company
    private var revisions: [String: Int] = [:]
    private var acts = 0
    /// The clock of whatever arrives: an hour later each time.
    private var now = Instant("2026-01-01T00:00:00Z") ?? Instant(milliseconds: 0)

    init(folder: String) throws {
        self.folder = folder
        guard let application = Application(name: "scenario", partitions: 1) else { throw Mistake("no application") }
        self.application = application
        try log.create(
            Topic.allCases.map {
                TopicSpecification(name: application.topic($0), partitions: 1, isCompacted: $0.isCompacted)
            })
    }

    func play(_ scenario: Scenario) throws {
        try apply(scenario.company)
        for event in scenario.history {
            now = Instant(milliseconds: now.milliseconds + 3_600_000)
            do { try take(event) } catch {
                throw Mistake("\(scenario.path): \(event.kind) \(JSONText.of(event.node)): \(error)")
            }
            try settle()
        }
    }

    private func take(_ event: Scenario.Event) throws {
        let node = event.node
        switch event.kind {
        case "deal": try deal(node)
        case "payment": try append(node, source: "payments", kind: .payment)
        case "apply": try apply((node.mapping ?? [:]).map { ($0.key.string ?? "", $0.value.string ?? "") })
        case "close": try close(node)
        case "approve": try approve(node)
        case "adjust": try adjust(node)
        case "release": try release(node)
        case "decide": try decide(node)
        default: throw Mistake("'\(event.kind)' is no kind of event")
        }
    }
}

// MARK: Inputs

extension Firm {
    /// `{id: D1, closed: 2026-01-10, amount: 1000, owner: ada}`; won in dollars unless it says otherwise, and each time a
    /// later revision.
    private func deal(_ node: Node) throws {
        guard var fields = node.mapping, let id = fields["id"]?.string else { throw Mistake("a deal has an id") }
        revisions[id, default: 0] += 1
        let defaults = [("stage", "won"), ("currency", "USD"), ("product", "Bolt"), ("revision", "\(revisions[id] ?? 1)")]
        for (key, value) in defaults where fields[key] == nil { fields[Node(key)] = Node(value) }
        try append(.mapping(fields), source: "crm", kind: .received)
    }

    private func append(_ node: Node, source: String, kind: WireDealEvent.Kind) throws {
        let id = (kind == .payment ? node["deal"] : node["id"])?.string ?? ""
        let commands = TopicPartition(application.topic(.commands), 0)
        let event = try WireDealEvent.with {
            $0.kind = kind
            $0.source = source
            $0.deal = id
            $0.body = Data(JSONText.of(node).utf8)
            $0.event = "\(source)/\(now.milliseconds)"
            $0.received = now.milliseconds
            $0.commandsOffset = try log.makeReader().endOffset(of: commands)
            $0.provenance = "scenario"
        }
        try append(DealEventRecord.make(event), DealEventRecord.destination(of: DealID(id), application))
    }

    private func append(_ record: Record, _ destination: TopicPartition) throws {
        let producer = try log.makeProducer()
        try producer.append(record, to: destination)
        try producer.flush()
    }

    /// Company files as a person edits and applies them.
    private func apply(_ changed: [(name: String, text: String)]) throws {
        for (name, text) in changed { files[name] = text }
        let path = "\(folder)/company-\(acts)"
        for (name, text) in files where !text.isEmpty {
            let file = URL(fileURLWithPath: "\(path)/\(name)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: false, encoding: .utf8)
        }
        acts += 1
        let applying = try Applying(CompanyFolder(at: path), application: application, log: log)
        _ = try applying.append(by: "carl", now: now)
        try settle()
    }
}

// MARK: Acts

extension Firm {
    private func act(_ act: WireCommand.OneOf_Act) throws {
        acts += 1
        try Acting(application, log).append(act, key: "act", id: "act-\(acts)", now: now)
    }

    /// `2026-01` or `{period: 2026-01, payees: [ada]}`
    private func close(_ node: Node) throws {
        guard let period = Period(node.string ?? node["period"]?.string ?? "") else { throw Mistake("no period") }
        try act(
            .close(
                .with {
                    $0.id = "close-\(acts)"
                    $0.through = period.end.description
                    $0.payees = node["payees"]?.sequence?.compactMap(\.string) ?? []
                    $0.by = "carl"
                }))
    }

    private func approve(_ node: Node) throws {
        try act(
            .approval(
                .with {
                    $0.id = "approval-\(acts)"
                    $0.period = node.string ?? ""
                    $0.by = "vera"
                }))
    }

    /// `{payee: ada, amount: 250, currency: USD, reason: Spiff}`; asked for by carl, approved by vera unless it says
    /// otherwise.
    private func adjust(_ node: Node) throws {
        let id = node["id"]?.string ?? "adj-\(acts)"
        try act(
            .adjustment(
                .with {
                    $0.id = id
                    $0.payee = node["payee"]?.string ?? ""
                    $0.amount = node["amount"]?.string ?? ""
                    $0.currency = node["currency"]?.string ?? "USD"
                    $0.period = node["period"]?.string ?? ""
                    $0.reason = node["reason"]?.string ?? ""
                    $0.by = "carl"
                }))
        let checker = node["by"]?.string ?? "vera"
        guard checker != "nobody" else { return }
        try act(
            .decision(
                .with {
                    ($0.kind, $0.subject, $0.by) = (.adjustment, id, checker)
                    $0.approved = node["rejected"]?.bool != true
                }))
    }

    /// `{deal: D1, date: 2026-03-05}`
    private func release(_ node: Node) throws {
        try act(
            .release(
                .with {
                    $0.deal = node["deal"]?.string ?? ""
                    $0.date = node["date"]?.string ?? ""
                    $0.by = "vera"
                }))
    }

    /// `{deal: D1, approved: true}`: on the latest change after its close.
    private func decide(_ node: Node) throws {
        let deal = node["deal"]?.string ?? ""
        guard let listed = try Acting(application, log).listedDeals().first(where: { $0.deal == deal }),
            let change = listed.changes.last
        else { throw Mistake("no change of '\(deal)' waits") }
        try act(
            .decision(
                .with {
                    ($0.kind, $0.subject, $0.revision, $0.by) = (.dealChange, deal, change.revision, "vera")
                    $0.content = change.content
                    $0.approved = node["approved"]?.bool ?? true
                }))
    }
}

// MARK: Work

extension Firm {
    private func settle() throws {
        if loops.isEmpty { loops = try topologies.map(start) }
        var idle = 0
        while idle < 3 {
            idle += 1
            for loop in loops where try loop.step() > 0 { idle = 0 }
        }
    }

    private var topologies: [(String, any Topology)] {
        [
            ("ingest", IngestTopology(application: application)),
            ("calculator", CalculatorTopology(application: application)),
            ("statements", StatementsTopology(application: application)),
        ]
    }

    private func start(_ name: String, _ topology: any Topology) throws -> StreamLoop {
        let options = StreamOptions(
            program: name, stateFolder: "\(folder)/\(name)", quarantineTopic: application.topic(.quarantine),
            logger: Logger(label: "scenario") { _ in SwiftLogNoOpLogHandler() },
            quarantine: { _, reason in Array(reason.utf8) })
        return try StreamLoop(log: log.peer(), topology: topology, options: options)
    }

    // MARK: What came of it

    func statements() async throws -> [Statement] {
        let shelf = Shelf(folder: "\(folder)/statements", application: application)
        return try await shelf.read(.ledger) { database, _ in
            try LedgerStore.payees(database).flatMap { try LedgerStore.statements(of: $0, database) }
        }.flatMap { $0 }
    }

    /// What could not be processed: none, unless a scenario is about it.
    func quarantined() -> [String] {
        log.records(TopicPartition(application.topic(.quarantine), 0)).map {
            String(decoding: $0.record.value ?? [], as: UTF8.self)
        }
    }
}
