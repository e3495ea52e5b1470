import Domain
import Records
import Runtime
import Streams
import GRDB

/// How much of the ledger is in the figures, or of the skipped deals on their list.
struct Freshness: Hashable, Sendable {
    let topic: Topic
    /// Records in the log that are not in the figures yet; `nil` when the log cannot be asked.
    var behind: Int64?
    /// Records of the topic in quarantine.
    var quarantined: Int64 = 0
    /// Partitions of it that are kept elsewhere, or not built yet.
    var missing: [Int32] = []
    /// Commands that are not in names and closes yet.
    var commandsBehind: Int64 = 0

    var isComplete: Bool { behind == 0 && quarantined == 0 && missing.isEmpty && commandsBehind == 0 }

    var sentence: String {
        let (record, whole) = topic == .ledger ? ("document", "the ledger") : ("record", "the log")
        func count(_ count: Int64) -> String { "\(ProgressBar.grouped(count)) \(record)\(count == 1 ? "" : "s")" }
        var parts: [String] = []
        switch behind {
        case 0?: parts.append("Up to date: every \(record) of \(whole) is included.")
        case let behind?: parts.append("\(count(behind)) behind \(whole).")
        case nil: parts.append("The log cannot be reached, so newer \(record)s may be missing.")
        }
        if quarantined > 0 {
            parts.append("\(count(quarantined)) \(quarantined == 1 ? "is" : "are") in quarantine and not included.")
        }
        if !missing.isEmpty {
            parts.append("Partitions \(missing.map(String.init).joined(separator: ", ")) are not here.")
        }
        if commandsBehind > 0 {
            let count = ProgressBar.grouped(commandsBehind)
            parts.append("Names and closes are \(count) command\(commandsBehind == 1 ? "" : "s") behind.")
        }
        return parts.joined(separator: " ")
    }
}

extension Freshness {
    /// How far each partition's store has come.
    struct Progress: Hashable, Sendable {
        let partition: Int32
        let position: Int64
        let quarantined: Int64
    }

    static func progress(_ shelf: Shelf, of topic: Topic) async throws -> [Progress] {
        try await shelf.read(topic) { database, partition in
            let row = try Row.fetchOne(database, sql: "SELECT position, quarantined FROM stream_progress")
            return Progress(
                partition: partition, position: row?["position"] as Int64? ?? 0,
                quarantined: row?["quarantined"] as Int64? ?? 0)
        }
    }

    /// Compares what the shelf holds with the ends of the log's partitions; `nil` where the log cannot be asked.
    static func of(_ topic: Topic, in shelf: Shelf, ends: [Topic: [Int32: Int64]]?) async throws -> Freshness {
        var freshness = Freshness(
            try await progress(shelf, of: topic), of: topic, ends: ends?[topic],
            partitions: shelf.application.partitions(of: topic))
        if topic == .ledger, let end = ends?[.commands]?.values.reduce(0, +) {
            let taken = try await progress(shelf, of: .commands).reduce(0) { $0 + $1.position }
            freshness.commandsBehind = max(0, end - taken)
        }
        return freshness
    }

    private init(_ progress: [Progress], of topic: Topic, ends: [Int32: Int64]?, partitions: Int32) {
        self.topic = topic
        let here = Dictionary(uniqueKeysWithValues: progress.map { ($0.partition, $0) })
        for partition in 0..<partitions where here[partition] == nil {
            // A partition that holds nothing is not missed.
            if ends?[partition] ?? 1 > 0 { missing.append(partition) }
        }
        quarantined = progress.reduce(0) { $0 + $1.quarantined }
        guard let ends else { return }
        behind = progress.reduce(0) { sum, store in sum + max(0, (ends[store.partition] ?? 0) - store.position) }
        for partition in missing { behind? += ends[partition] ?? 0 }
    }

    /// The ends of the topics that are shown. Waits for the log: for a thread of its own.
    static func ends(_ log: any Log, _ application: Application) throws -> [Topic: [Int32: Int64]] {
        let reader = try log.makeReader()
        var ends: [Topic: [Int32: Int64]] = [:]
        for topic in StatementsTopology.inputTopics {
            for partition in 0..<application.partitions(of: topic) {
                ends[topic, default: [:]][partition] = try reader.endOffset(
                    of: TopicPartition(application.topic(topic), partition))
            }
        }
        return ends
    }
}
