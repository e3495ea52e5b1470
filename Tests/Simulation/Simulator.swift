import Domain
import Foundation
import Logging
import Records
import Runtime
import Streams
import SwiftProtobuf
import Synchronization
import TestSupport

@testable import calculator
@testable import ingest
@testable import statements

/// The three services on one log in memory, on one thread, from one seed: inputs arrive in any order and more than
/// once. With faults, there are two processes of ingest and of calculator; processes crash between any two steps, stop,
/// lose their state, find it damaged or their disk full, and hand partitions to each other; the log loses what is sent,
/// keeps it twice, delivers it again, and holds what nobody can read. Without, there is one of each and nothing disturbs it.
final class Simulator {
    let application = Application(name: "sim", partitions: 3)!
    let folder: String
    private let world: World
    let rim = InMemoryLog()
    var random: SplitMix
    private let withFaults: Bool
    private var isFaulty: Bool
    private let network: Network
    /// Either one turn of each partition with a poll, or all there are: no clock decides.
    private let patience: Duration
    /// What statements said when their period was closed.
    var kept: [String: JSON] = [:]
    /// What must never be, and was.
    var contradictions: [String] = []
    var processes: [Process] = []

    /// One program on one machine, with a state folder of its own.
    final class Process {
        let name: String
        let topology: any Topology
        let disk = Disk()
        let log: InMemoryLog
        var loop: StreamLoop?
        var status = StreamStatus()

        init(_ name: String, _ topology: any Topology, _ log: InMemoryLog) {
            self.name = name
            self.topology = TopologyOnDisk(topology, disk)
            self.log = log
        }
    }

    struct Crash: Error {}
    /// What becomes of every hundred records, or flushes, on their way.
    private struct Network {
        let lost: Int
        let repeated: Int
        let redelivered: Int

        /// Every third schedule has none of each.
        init(_ random: inout SplitMix) {
            func rate(_ limit: Int) -> Int { max(0, Int.random(in: -limit / 2...limit, using: &random)) }
            (lost, repeated, redelivered) = (rate(30), rate(50), rate(30))
        }
    }

    private static let lostConnection = LogError.operating("the connection was lost")

    /// `schedule` seeds everything but the world: order, repetition and faults.
    init(world: World, schedule: UInt64, withFaults: Bool, folder: String) throws {
        self.world = world
        self.withFaults = withFaults
        isFaulty = withFaults
        patience = withFaults && schedule % 8 > 4 ? .zero : .seconds(3600)
        self.folder = folder
        random = SplitMix(seed: schedule)
        network = Network(&random)
        try rim.create(
            Topic.allCases.map {
                TopicSpecification(
                    name: application.topic($0), partitions: application.partitions(of: $0), isCompacted: $0.isCompacted
                )
            })
        for number in 0..<(withFaults ? 2 : 1) {
            processes.append(Process("ingest-\(number)", IngestTopology(application: application), rim.peer()))
            // So little that payees and their earlier credits are put away with every batch, or all that there is.
            let memory =
                withFaults && schedule % 4 == 1 ? MemoryShare.Holders(limit: 50, tail: 2) : MemoryShare.Holders()
            let calculator = CalculatorTopology(application: application, memory: memory)
            processes.append(Process("calculator-\(number)", calculator, rim.peer()))
        }
        processes.append(Process("statements", StatementsTopology(application: application), rim.peer()))
        for log in [rim] + processes.map(\.log) { disturb(log) }
    }

    /// Records are kept twice and delivered again by dice of the log's own, since it may ask from anywhere.
    private func disturb(_ log: InMemoryLog) {
        guard withFaults else { return }
        let dice = Mutex(SplitMix(seed: random.next()))
        let network = network
        log.faults.duplicate { _, _ in dice.withLock { $0.chance(network.repeated) } }
        log.faults.redeliver { _, _ in
            dice.withLock { $0.chance(network.redelivered) ? Int64.random(in: 1...5, using: &$0) : 0 }
        }
    }

    /// Feeds everything, in between the steps where there are faults, lets all of it come to rest, and closes the books.
    func run() async throws {
        for epoch in World.epochs {
            try live(inputs(of: epoch))
            let acts = World.acts(after: epoch).map { act in { [unowned self] in try append(act) } }
            // And goes on for a while: what the acts make is disturbed as much.
            try live(acts + Array(repeating: {}, count: 10))
            for statement in try await statements() where statement.period.start.components.month < 3 + 2 * epoch {
                let name = "\(statement.payee) \(statement.period)"
                if kept[name] == nil { kept[name] = statement.json }
            }
        }
    }

    private func append(_ act: WireCommand.OneOf_Act) throws {
        let command = try WireCommand.with { $0.act = act }.encoded()
        let record = Record(key: Array("act".utf8), value: command, timestamp: clock())
        try append(record, TopicPartition(application.topic(.commands), 0))
    }

    private func live(_ given: [() throws -> Void]) throws {
        var inputs = given
        isFaulty = withFaults
        while isFaulty, !inputs.isEmpty {
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<30: try inputs.removeFirst()()
            case 90: try poison()
            case 91: random.pick(processes).disk.isFull = true
            case 92: stop(random.pick(processes))
            case 93: try damageState(random.pick(processes))
            case 94: expel(fromGroupOf: random.pick(processes))
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

    /// Reads stores of statements. Damage that no task has met is found by whoever reads it, and the store made anew.
    func mended<Result>(_ read: () async throws -> Result) async throws -> Result {
        var tries = 0
        while true {
            do { return try await read() } catch let problem as Problem
                where tries < 20 && problem.message.contains("damaged")
            {
                tries += 1
                for process in processes where process.name == "statements" { crash(process) }
                try settle()
            }
        }
    }

    func settle() throws {
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
            defer { checkWriters(beside: process) }
            return try loop.step()
        } catch  where error is Crash || Damage.isDamage(error) || process.disk.hasCaused(error) {
            crash(process)
            return 1
        } catch LogError.operating where isFaulty {
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
        options.patience = patience
        let faults = process.log.faults
        process.status = StreamStatus()
        return try StreamLoop(log: process.log, topology: process.topology, options: options, status: process.status) {
            [unowned self] point in
            if isFaulty, random.chance(2) { throw Crash() }
            guard point == .beforeFlush else { return }
            faults.failFlush(with: isFaulty && random.chance(network.lost) ? Simulator.lostConnection : nil)
        }
    }

    // MARK: Inputs

    /// Everything that comes from outside, in an order of its own and some of it twice.
    private func inputs(of epoch: Int) -> [() throws -> Void] {
        let revisions = world.revisions.filter { $0.epoch == epoch }.map { ($0.deal, "\($0.order)", $0.body) }
        let payments = world.payments.filter { $0.epoch == epoch }.map { ($0.deal, $0.id, $0.body) }
        let all = revisions.map { ($0, WireDealEvent.Kind.received) } + payments.map { ($0, .payment) }
        var deals = all
        for deal in all where random.chance(20) { deals.append(deal) }
        deals.shuffle(using: &random)
        var inputs: [() throws -> Void] = deals.map { deal, kind in
            { [unowned self] in try append(deal.0, deal.1, deal.2, kind) }
        }
        guard epoch == World.epochs.lowerBound else { return inputs }
        let first = random.chance(70) ? 0 : Int.random(in: 0...inputs.count, using: &random)
        let early = world.entities.filter { !world.late.contains($0) }
        inputs.insert({ [unowned self] in try apply(early) }, at: first)
        let second = Int.random(in: first + 1...inputs.count, using: &random)
        inputs.insert({ [unowned self] in try apply(world.late) }, at: second)
        return inputs
    }

    /// T1: the clocks of whoever writes are hours and days apart, and jump.
    func clock() -> Int64 { 1_767_225_600_000 + Int64.random(in: -86_400_000...86_400_000, using: &random) }

    private func append(_ deal: String, _ id: String, _ body: JSON, _ kind: WireDealEvent.Kind) throws {
        let reader = try rim.makeReader()
        let event = WireDealEvent.with {
            $0.kind = kind
            $0.source = kind == .payment ? "payments" : "api"
            $0.deal = deal
            $0.body = Data(body.bytes)
            $0.event = "\($0.source)/\(deal)/\(id)"
            $0.received = clock()
            $0.provenance = "simulation"
        }
        var stamped = event
        stamped.commandsOffset = try reader.endOffset(of: TopicPartition(application.topic(.commands), 0))
        try append(
            DealEventRecord.make(DealEvent(stamped)), DealEventRecord.destination(of: DealID(deal), application))
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
                $0.company.evaluation = world.meaning
                $0.company.part = Int32(number)
                $0.company.parts = 2
                $0.company.changes = part.map { WireCompanyChange(.set($0)) }
            }
            try append(Record(key: Array("company".utf8), value: command.encoded(), timestamp: clock()), commands)
        }
    }

    func append(_ record: Record, _ destination: TopicPartition) throws {
        let producer = try rim.makeProducer()
        try producer.append(record, to: destination)
        try producer.flush()
    }
}
