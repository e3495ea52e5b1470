import ArgumentParser
import Domain
import Foundation
import GRDB
import Records
import Runtime
import Streams

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tells where every record received has gone.",
        discussion: "received = accepted + superseded + skipped + quarantined, always; works while 'ingest serve' runs.")

    @OptionGroup(title: "Options of all programs") var common: CommonOptions

    func run() throws {
        let work = try Workplace(common)
        let sum = try Tallies(work)
        Terminal.writeOutput(sum.text)
    }
}

/// The tallies of all partitions, with what never reached them.
struct Tallies {
    private var tally = Tally()
    /// Rows of files that are nobody's deal.
    private var unkeyed: Int64 = 0
    /// Deal events that no store has taken yet.
    private var waiting: Int64 = 0

    init(_ work: Workplace) throws {
        let reader = try work.log.makeReader()
        let topic = work.application.topic(.dealEvents)
        for partition in 0..<work.application.partitions(of: .dealEvents) {
            let source = TopicPartition(topic, partition)
            let store = try Tallies.store(work.settings.stateFolder, source)
            tally.add(store.tally)
            waiting += try reader.endOffset(of: source) - store.position
        }
        unkeyed = try Tallies.unkeyed(reader, TopicPartition(work.application.topic(.quarantine), 0))
    }

    init(_ tally: Tally, unkeyed: Int64, waiting: Int64) {
        (self.tally, self.unkeyed, self.waiting) = (tally, unkeyed, waiting)
    }

    /// As of its last commit; nothing when the task has not run yet.
    private static func store(_ folder: String, _ source: TopicPartition) throws -> (tally: Tally, position: Int64) {
        let path = "\(folder)/\(source.topic)-\(source.partition).sqlite"
        guard FileManager.default.fileExists(atPath: path) else { return (Tally(), 0) }
        var configuration = Configuration()
        configuration.readonly = true
        return try DatabaseQueue(path: path, configuration: configuration).read { database in
            let position = try Int64.fetchOne(database, sql: "SELECT position FROM stream_progress")
            return (try Tally(from: database), position ?? 0)
        }
    }

    /// An import that was repeated quarantines a row again, under the same ID: it counts once.
    private static func unkeyed(_ reader: any PartitionReader, _ source: TopicPartition) throws -> Int64 {
        var seen: Set<String> = []
        try reader.forEach(of: source) { record in
            guard let id = record.record.headers["ce_id"], id.hasPrefix("import/") else { return }
            seen.insert(id)
        }
        return Int64(seen.count)
    }

    var text: String {
        let values = tally.value.filter { !$0.value.isZero }.sorted { $0.key < $1.key }
        var table = TextTable(["Received", ProgressBar.grouped(tally.received + unkeyed)], [.left, .right])
        table.append(["= accepted", ProgressBar.grouped(tally.accepted)])
        table.append(["+ superseded", ProgressBar.grouped(tally.superseded)])
        table.append(["+ skipped", ProgressBar.grouped(tally.skipped)])
        table.append(["+ quarantined", ProgressBar.grouped(tally.quarantined + unkeyed)])
        table.append(["Deals credited", ProgressBar.grouped(tally.credited)])
        for (currency, amount) in values { table.append(["  \(currency)", amount.formatted(places: 2)]) }
        table.append(["Changed after close, not paid", ProgressBar.grouped(tally.frozen)])
        table.append(["Waiting to be credited", ProgressBar.grouped(waiting)])
        return table.text
    }
}
