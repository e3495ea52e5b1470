import Foundation
import GRDB
import Records
import Streams
import Synchronization
import TestSupport

/// What happens to a process, and to what it reads.
extension Simulator {
    /// A part of what was not flushed is in the log; the stores keep what was committed.
    func crash(_ process: Process) {
        process.loop = nil
        process.log.crash { [unowned self] _, count in Int.random(in: 0...count, using: &random) }
    }

    func loseState(_ process: Process) throws {
        crash(process)
        let path = "\(folder)/\(process.name)"
        if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
    }

    /// What was on disk is not what was written.
    func damageState(_ process: Process) throws {
        crash(process)
        let path = "\(folder)/\(process.name)"
        let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let stores = files.filter { $0.hasSuffix(".sqlite") }.sorted()
        if !stores.isEmpty { _ = try damageFile("\(path)/\(random.pick(stores))", seed: random.next()) }
    }

    /// As it is asked to, which may fail as anything else does.
    func stop(_ process: Process) {
        do { try process.loop?.close() } catch { crash(process) }
        process.loop = nil
    }

    /// I2: what nobody can read is put straight into a topic that a program reads, as often as not under a key that is known.
    func poison() throws {
        let topic = random.pick(processes.flatMap(\.topology.inputs))
        let partitions = application.partitions(of: application.topic(named: topic)!)
        let destination = TopicPartition(topic, Int32.random(in: 0..<partitions, using: &random))
        let known = rim.records(destination)
        let other = known.isEmpty || random.chance(50) ? nil : random.pick(known).record
        let isNothing = random.chance(30) && topic != application.topic(.skippedDeals)
        let rest =
            other?.value
            ?? (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        try append(
            Record(key: other?.key, value: isNothing ? nil : [Simulator.poison] + rest, timestamp: clock()), destination
        )
    }

    /// Begins no Protocol Buffers message: there is no wire type 7.
    private static let poison: UInt8 = 0xFF

    /// The coordinates of all poison in the log.
    func poisoned() -> Set<String> {
        var found: Set<String> = []
        for topic in Set(processes.flatMap(\.topology.inputs)) {
            for partition in 0..<application.partitions(of: application.topic(named: topic)!) {
                for record in rim.records(TopicPartition(topic, partition)) where isPoison(record) {
                    found.insert("\(record.source)/\(record.offset)")
                }
            }
        }
        return found
    }

    func isPoison(_ record: ConsumedRecord) -> Bool {
        guard let value = record.record.value else { return record.source.topic != application.topic(.skippedDeals) }
        return value.first == Simulator.poison
    }

    /// One that has stalled loses its partitions before it hears of it.
    func expel(fromGroupOf process: Process) {
        let coordinator = rim.coordinator(of: process.topology.group)
        let members = coordinator.members
        if !members.isEmpty { coordinator.expel(random.pick(members)) }
    }
}

/// S1: the disk of a process, which may be full until the process has ended over it.
final class Disk: Sendable {
    private let state = Mutex((isFull: false, wasFull: false))

    var isFull: Bool {
        get { state.withLock { $0.isFull } }
        set { state.withLock { $0.isFull = newValue } }
    }

    /// Whether SQLite ever said so.
    var wasFull: Bool { state.withLock { $0.wasFull } }

    /// Room is made then.
    func hasCaused(_ error: any Error) -> Bool {
        guard (error as? DatabaseError)?.resultCode == .SQLITE_FULL else { return false }
        state.withLock { $0 = (isFull: false, wasFull: true) }
        return true
    }
}

/// Any topology, with its stores on such a disk.
struct TopologyOnDisk: Topology {
    private let topology: any Topology
    private let disk: Disk

    init(_ topology: any Topology, _ disk: Disk) { (self.topology, self.disk) = (topology, disk) }

    var group: String { topology.group }
    var inputs: [String] { topology.inputs }
    var topics: Set<String> { topology.topics }
    var compacted: Set<String> { topology.compacted }
    var order: (@Sendable (Streams.Record) -> Int64)? { topology.order }

    func migrate(_ migrator: inout DatabaseMigrator, topic: String) { topology.migrate(&migrator, topic: topic) }

    func makeTask(
        for source: TopicPartition, database: Database, reader: any PartitionReader
    ) throws -> any StreamTask {
        TaskOnDisk(try topology.makeTask(for: source, database: database, reader: reader), database, disk)
    }
}

private final class TaskOnDisk: StreamTask {
    private let task: any StreamTask
    private let database: Database
    private let disk: Disk

    init(_ task: any StreamTask, _ database: Database, _ disk: Disk) {
        (self.task, self.database, self.disk) = (task, database, disk)
    }

    /// The store may grow no more: it fails when it next needs a page, in whatever it does then.
    func process(_ record: ConsumedRecord, outputs: inout Outputs) throws {
        if disk.isFull { try database.execute(sql: "PRAGMA max_page_count = 1") }
        try task.process(record, outputs: &outputs)
    }

    func save(to database: Database) throws { try task.save(to: database) }
}
