import GRDB
import Logging
import Streams
import TestSupport
import Testing

/// Topics `in` → first → `out`, `latest` → second → `end`, played on one thread.
final class StreamHarness {
    static let partitions: Int32 = 3
    let folder: String
    let log = InMemoryLog()
    private var processes: [String: (log: InMemoryLog, loop: StreamLoop)] = [:]
    /// What ends the process of that name at a crash point.
    var crash: (String, CrashPoint) throws -> Void = { _, _ in }
    var batchLimit = 7
    var patience = Duration.seconds(3600)

    struct Crash: Error {}

    init(folder: String) throws {
        self.folder = folder
        try log.create(
            ["in", "out", "latest", "end"].map { TopicSpecification(name: $0, partitions: Self.partitions) }
                + [TopicSpecification(name: "quarantine", partitions: 1)])
    }

    func options(_ name: String) -> StreamOptions {
        var options = StreamOptions(
            program: name, stateFolder: "\(folder)/\(name)", quarantineTopic: "quarantine",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { record, reason in Array("\(record.source)/\(record.offset): \(reason)".utf8) }
        (options.batchLimit, options.patience) = (batchLimit, patience)
        return options
    }

    /// Starts a process; several of one topology share its group and its state folder.
    func start(_ name: String, _ topology: TallyTopology, status: StreamStatus = StreamStatus()) throws {
        let peer = log.peer()
        let loop = try StreamLoop(
            log: peer, topology: topology, options: options(topology.group), status: status,
            crashPoint: { [self] in try crash(name, $0) })
        processes[name] = (peer, loop)
    }

    /// Kills it; a part of what it had not flushed is in the log.
    func kill(_ name: String, keeping: (TopicPartition, Int) -> Int = { _, count in count / 2 }) {
        guard let (peer, _) = processes.removeValue(forKey: name) else { return }
        peer.crash(keeping: keeping)
    }

    func loop(_ name: String) -> StreamLoop? { processes[name]?.loop }

    func faults(of name: String, _ body: (InMemoryFaults) -> Void) {
        if let process = processes[name] { body(process.log.faults) }
    }

    func close(_ name: String) throws { try processes.removeValue(forKey: name)?.loop.close() }

    /// Steps every process until none has anything to do; one that crashes is killed and started again.
    func settle(_ topologies: [String: TallyTopology]) throws {
        var idle = 0
        while idle < 3 {
            idle += 1
            for name in topologies.keys.sorted() {
                guard let topology = topologies[name] else { continue }
                if processes[name] == nil { try start(name, topology) }
                do {
                    if try processes[name]?.loop.step() ?? 0 > 0 { idle = 0 }
                } catch  where error is Crash || Damage.isDamage(error) {
                    kill(name)
                    idle = 0
                }
            }
        }
    }

    /// Every partition's records without repeats, as a reader that passes over duplicates sees them.
    func outcome(_ topic: String, partitions: Int32 = 3) -> [[Streams.Record]] {
        (0..<partitions).map { number in
            var seen: Set<String> = []
            return log.records(TopicPartition(topic, number)).map(\.record).filter { record in
                record.headers["ce_id"].map { seen.insert($0).inserted } ?? true
            }
        }
    }

    /// The same by source partition, since how sources interleave is free.
    func bySource(_ topic: String, partitions: Int32 = 3) -> [[String: [Streams.Record]]] {
        outcome(topic, partitions: partitions).map { records in
            Dictionary(grouping: records) { record in
                record.headers["ce_id"].flatMap { Coordinate($0)?.source.description } ?? ""
            }
        }
    }

    func size(_ topic: String) -> Int {
        (0..<Self.partitions).reduce(0) { $0 + log.records(TopicPartition(topic, $1)).count }
    }

    /// How many records of a topic its group seems to have yet to take.
    func lag(_ group: String, _ topic: String) throws -> Int64 {
        try log.lag(group: group, topics: [topic]).values.reduce(0, +)
    }

    func tally(_ group: String) throws -> [String: Int] {
        var result: [String: Int] = [:]
        for number in 0..<Self.partitions {
            let topic = group == "first" ? "in" : "out"
            let path = "\(folder)/\(group)/\(topic)-\(number).sqlite"
            let file = StateFile.inode(of: path)
            let queue = try #require(try StateFile.read(path, label: "test"))
            let rows = try StateFile.reading(path, file) {
                try queue.read { try Row.fetchAll($0, sql: "SELECT key, count FROM tally") }
            }
            for row in rows { result[row["key"], default: 0] += row["count"] as Int }
        }
        return result
    }
}

extension StateFile {
    /// Copies a store's log into its file, so that it holds the last transaction alone, as that of a large one does.
    static func copyLog(of path: String) throws {
        let store = try write(path, label: "test")
        try store.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            try database.execute(sql: "UPDATE stream_progress SET epoch = epoch + 1")
        }
        try store.close()
    }
}

extension Log {
    /// Appends so many records with eleven keys to the three partitions of `in`, and waits until they are durable.
    func feed(_ count: Int, from first: Int = 0, value: (Int) -> String = { "\($0)" }) throws {
        let producer = try makeProducer()
        for number in first..<first + count {
            let record = Record(
                key: Array("key-\(number % 11)".utf8), value: Array(value(number).utf8), timestamp: Int64(number) * 1000
            )
            try producer.append(record, to: TopicPartition("in", Int32(number % 3)))
        }
        try producer.flush()
    }
}
