import Domain
import Logging
import Records
import Streams
import TestSupport
import Yams

@testable import calculator
@testable import ingest
@testable import statements

/// The three services on a log in memory, told a scenario's history event by event; all is settled before the next.
final class Firm {
    let application: Application
    let folder: String
    let log = InMemoryLog()
    let shelf: Shelf
    private var loops: [StreamLoop] = []
    var files = Standard.company
    /// What was last said of each deal.
    var deals: [String: Node.Mapping] = [:]
    var revisions: [String: Int] = [:]
    /// The statements of closed periods, as they were when the books were closed.
    var closed: [ClosedStatement: String] = [:]
    /// The clock of whatever arrives: an hour later each time.
    private(set) var now = Instant("2026-01-01T00:00:00Z") ?? Instant(milliseconds: 0)

    struct ClosedStatement: Hashable {
        let payee: PayeeID
        let period: Period
    }

    init(folder: String) throws {
        self.folder = folder
        guard let application = Application(name: "scenario", partitions: 1) else { throw Mistake("no application") }
        self.application = application
        shelf = Shelf(folder: "\(folder)/statements", application: application)
        try log.create(
            Topic.allCases.map {
                TopicSpecification(name: application.topic($0), partitions: 1, isCompacted: $0.isCompacted)
            })
    }

    func play(_ scenario: Scenario) async throws {
        try apply(scenario.company)
        for event in scenario.history {
            now = Instant(milliseconds: now.milliseconds + 3_600_000)
            do { try await take(event) } catch {
                throw Mistake("\(event.kind) \(JSONText.of(event.node)): \(error)")
            }
            try settle()
            if event.kind == "close" { try await keepClosed() }
        }
    }

    /// An act that must be refused says with what words; one that need not be is done.
    private func take(_ event: Scenario.Event) async throws {
        guard let words = event.refused else { return try await act(event) }
        do { try await act(event) } catch {
            guard "\(error)".contains(words) else { throw Mistake("refused, not with '\(words)' but with: \(error)") }
            return
        }
        throw Mistake("done, though it should be refused with '\(words)'")
    }

    private func act(_ event: Scenario.Event) async throws {
        let node = event.node
        switch event.kind {
        case "deal": try deal(node)
        case "payment": try payment(node)
        case "apply": try apply(node.mapping ?? [:])
        case "close": try close(node)
        case "approve": try decide(node, approved: true)
        case "reject": try decide(node, approved: false)
        case "adjust": try adjust(node)
        case "release": try release(node)
        case "approve-statements": try await approveStatements(node)
        default: throw Mistake("'\(event.kind)' is no kind of event")
        }
    }
}

// MARK: Work

extension Firm {
    func settle() throws {
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
}
