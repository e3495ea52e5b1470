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

    var isComplete: Bool { behind == 0 && quarantined == 0 && missing.isEmpty }

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

    /// Compares the stores with the ends of the log's partitions.
    init(_ progress: [Progress], of topic: Topic, ends: [Int32: Int64]?, partitions: Int32) {
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

    /// The ends of a topic's partitions. Waits for the log: for a thread of its own.
    static func ends(_ log: any Log, _ application: Application, of topic: Topic) throws -> [Int32: Int64] {
        let reader = try log.makeReader()
        var ends: [Int32: Int64] = [:]
        for partition in 0..<application.partitions(of: topic) {
            ends[partition] = try reader.endOffset(of: TopicPartition(application.topic(topic), partition))
        }
        return ends
    }
}
