import Domain
import Foundation
import Logging
import Records
import Streams
import SwiftProtobuf
import TestSupport

@testable import calculator
@testable import ingest
@testable import statements

/// The three services on one log in memory, on one thread, from one seed: inputs arrive in any order and more than
/// once. With faults, there are two processes of ingest and of calculator, and processes crash between any two steps,
/// lose their state, and hand partitions to each other. Without, there is one of each and nothing disturbs it.
final class Simulator {
    let application = Application(name: "sim", partitions: 3)!
    let folder: String
    private let world: World
    private let rim = InMemoryLog()
    private var random: SplitMix
    private var isFaulty: Bool
    private var processes: [Process] = []
    /// Deal events appended so far.
    private(set) var received: Int64 = 0

    /// One program on one machine, with a state folder of its own.
    private final class Process {
        let name: String
        let topology: any Topology
        let log: InMemoryLog
        var loop: StreamLoop?

        init(_ name: String, _ topology: any Topology, _ log: InMemoryLog) {
            self.name = name
            self.topology = topology
            self.log = log
        }
    }

    struct Crash: Error {}

    /// `schedule` seeds everything but the world: order, repetition and faults.
    init(world: World, schedule: UInt64, withFaults: Bool, folder: String) throws {
        self.world = world
        isFaulty = withFaults
        self.folder = folder
        random = SplitMix(seed: schedule)
        try rim.create(
            Topic.allCases.map {
                TopicSpecification(
                    name: application.topic($0), partitions: application.partitions(of: $0), isCompacted: $0.isCompacted
                )
            })
        for number in 0..<(withFaults ? 2 : 1) {
            processes.append(Process("ingest-\(number)", IngestTopology(application: application), rim.peer()))
            processes.append(Process("calculator-\(number)", CalculatorTopology(application: application), rim.peer()))
        }
        processes.append(Process("statements", StatementsTopology(application: application), rim.peer()))
    }

    /// Feeds everything, in between the steps where there are faults, then lets all of it come to rest.
    func run() throws {
        var inputs = inputs()
        while isFaulty, !inputs.isEmpty {
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<30: try inputs.removeFirst()()
            case 95..<97: crash(random.pick(processes))
            case 97: try loseState(random.pick(processes))
            case 98..<100: rim.coordinator(of: random.pick(processes).topology.group).forceRebalance()
            default: try step(random.pick(processes))
            }
        }
        for input in inputs { try input() }
        isFaulty = false
        try settle()
    }

    private func settle() throws {
        var idle = 0
        while idle < 3 {
            idle += 1
            for process in processes where try step(process) > 0 { idle = 0 }
        }
    }

    // MARK: Processes

    @discardableResult
    private func step(_ process: Process) throws -> Int {
        do {
            let loop = try process.loop ?? start(process)
            process.loop = loop
            return try loop.step()
        } catch is Crash {
            crash(process)
            return 1
        }
    }

    private func start(_ process: Process) throws -> StreamLoop {
        var options = StreamOptions(
            program: String(process.name.prefix { $0 != "-" }), stateFolder: "\(folder)/\(process.name)",
            quarantineTopic: application.topic(.quarantine),
            logger: Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() },
            quarantine: { record, reason in
                let entry = WireQuarantined.with {
                    $0.coordinate = "\(record.source)/\(record.offset)"
                    $0.reason = reason
                }
                return (try? entry.encoded()) ?? []
            })
        options.batchLimit = Int.random(in: 1...(isFaulty ? 20 : 200), using: &random)
        return try StreamLoop(log: process.log, topology: process.topology, options: options) { [unowned self] _ in
            if isFaulty, random.chance(2) { throw Crash() }
        }
    }

    /// A part of what was not flushed is in the log; the stores keep what was committed.
    private func crash(_ process: Process) {
        process.loop = nil
        process.log.crash { [unowned self] _, count in Int.random(in: 0...count, using: &random) }
    }

    private func loseState(_ process: Process) throws {
        crash(process)
        let path = "\(folder)/\(process.name)"
        if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
    }

    // MARK: Inputs

    /// Everything that comes from outside, in an order of its own and some of it twice.
    private func inputs() -> [() throws -> Void] {
        var deals = world.revisions
        for revision in world.revisions where random.chance(20) { deals.append(revision) }
        deals.shuffle(using: &random)
        var inputs: [() throws -> Void] = deals.map { deal in { [unowned self] in try append(deal) } }
        let early = world.entities.filter { !world.late.contains($0) }
        let first = random.chance(70) ? 0 : Int.random(in: 0...inputs.count, using: &random)
        inputs.insert({ [unowned self] in try apply(early) }, at: first)
        let second = Int.random(in: first + 1...inputs.count, using: &random)
        inputs.insert({ [unowned self] in try apply(world.late) }, at: second)
        return inputs
    }

    /// T1: the clocks of whoever writes are hours and days apart, and jump.
    private func clock() -> Int64 { 1_767_225_600_000 + Int64.random(in: -86_400_000...86_400_000, using: &random) }

    private func append(_ revision: World.Revision) throws {
        received += 1
        let reader = try rim.makeReader()
        let event = WireDealEvent.with {
            $0.source = "api"
            $0.deal = revision.deal
            $0.body = Data(revision.body.bytes)
            $0.event = "api/\(revision.deal)/\(revision.order)"
            $0.received = clock()
            $0.provenance = "simulation"
        }
        var stamped = event
        stamped.commandsOffset = try reader.endOffset(of: TopicPartition(application.topic(.commands), 0))
        try append(
            DealEventRecord.make(stamped), DealEventRecord.destination(of: DealID(revision.deal), application))
    }

    private func apply(_ entities: [CompanyEntity]) throws {
        let commands = TopicPartition(application.topic(.commands), 0)
        let base = try rim.makeReader().endOffset(of: commands)
        let middle = entities.isEmpty ? 0 : Int.random(in: 0..<entities.count, using: &random)
        let parts = [entities[..<middle], entities[middle...]]
        for (number, part) in parts.enumerated() {
            let command = WireCommand.with {
                $0.company.id = "change-\(base)"
                $0.company.baseOffset = base
                $0.company.part = Int32(number)
                $0.company.parts = 2
                $0.company.changes = part.map { WireCompanyChange(.set($0)) }
            }
            try append(Record(key: Array("company".utf8), value: command.encoded(), timestamp: clock()), commands)
        }
    }

    private func append(_ record: Record, _ destination: TopicPartition) throws {
        let producer = try rim.makeProducer()
        try producer.append(record, to: destination)
        try producer.flush()
    }

    // MARK: What came of it

    func fingerprint() async throws -> Fingerprint { try await Fingerprint.of(shelf) }

    func lines() async throws -> [Oracle.Line] {
        let statements = try await shelf.read(.ledger) { database, _ in
            try LedgerStore.payees(database).flatMap { try LedgerStore.statements(of: $0, database) }
        }
        return statements.flatMap { $0 }.flatMap { statement in
            statement.components.flatMap { component in
                component.lines.map { line in
                    Oracle.Line(
                        payee: statement.payee.text, period: statement.period.label, component: component.name,
                        deal: line.credit.key.deal.text, role: line.credit.key.role.text,
                        cents: Simulator.cents(line.amount))
                }
            }
        }.sorted()
    }

    private static func cents(_ amount: Number) -> Int { Int(amount.units / 10_000_000_000) }

    private var shelf: Shelf { Shelf(folder: "\(folder)/statements", application: application) }

    /// Where every record went, by the stores of the ingest that ran.
    func tally() throws -> Tally {
        try tally(ofStoresIn: processes.map(\.name).filter { $0.hasPrefix("ingest") })
    }

    /// The same by an ingest that replays everything from nothing.
    func rebuiltTally() throws -> Tally {
        for process in processes where process.name.hasPrefix("ingest") { process.loop = nil }
        let fresh = Process("ingest-fresh", IngestTopology(application: application), rim.peer())
        processes = processes.filter { !$0.name.hasPrefix("ingest") } + [fresh]
        try settle()
        return try tally(ofStoresIn: [fresh.name])
    }

    private func tally(ofStoresIn names: [String]) throws -> Tally {
        var total = Tally()
        for partition in 0..<application.partitions {
            let file = "\(application.topic(.dealEvents))-\(partition).sqlite"
            let tallies = try names.map { try Tally(readingStoreAt: "\(folder)/\($0)/\(file)") }
            // Who had the partition before its last owner left a store behind that holds a beginning of it.
            if let fullest = tallies.max(by: { $0.received < $1.received }) { total.add(fullest) }
        }
        return total
    }

    func quarantined() throws -> [String] {
        rim.records(TopicPartition(application.topic(.quarantine), 0)).compactMap { record in
            try? WireQuarantined(decoding: record.record.value).reason
        }
    }

    /// The ledger with repeated records passed over, as its readers do.
    func ledger() -> [[UInt8]] {
        (0..<application.partitions).flatMap { partition -> [[UInt8]] in
            var seen: Set<String> = []
            return rim.records(TopicPartition(application.topic(.ledger), partition)).compactMap { record -> [UInt8]? in
                guard let id = record.record.headers["ce_id"], seen.insert(id).inserted else { return nil }
                return record.record.value
            }
        }
    }
}
