import ArgumentParser
import Domain
import Foundation
import Records
import Runtime
import Streams

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tells where every record received has gone.",
        discussion: "received = accepted + superseded + skipped + quarantined, always; works while 'ingest serve' runs."
    )

    @Option(
        help: ArgumentHelp(
            "Wait up to so many seconds until everything is credited, calculated and on the statements.",
            valueName: "seconds"))
    var wait: Int?

    @OptionGroup(title: "Options of all programs") var common: ProgramOptions

    func validate() throws {
        if let wait, wait < 0 { throw ValidationError("--wait takes a number of seconds, from 0 on") }
    }

    func run() throws {
        let work = try Workplace(common)
        if let wait { try waitUntilDone(work, .seconds(wait)) }
        Terminal.writeOutput(try Tallies(work).text)
        Terminal.writeOutput("\nStill to be processed: \(try Backlog(work.log, work.application).text)\n")
    }

    private func waitUntilDone(_ work: Workplace, _ limit: Duration) throws {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        var backlog = try Backlog(work.log, work.application)
        var most = backlog.records
        var bar = ProgressBar("calculating", total: most)
        while !backlog.isEmpty, clock.now < deadline {
            Thread.sleep(forTimeInterval: 0.2)
            backlog = try Backlog(work.log, work.application)
            // What one stage is done with may be more for the next.
            most = max(most, backlog.records)
            bar.total = most
            bar.advance(to: most - backlog.records)
        }
        bar.finish()
        guard !backlog.isEmpty else { return }
        throw Problem(
            where: "--wait", "after \(limit) there is still to do: \(backlog.text)",
            remedy: "Check that 'ingest serve', 'calculator run' and 'statements serve' are running, and wait again.")
    }
}

/// The tallies of all partitions, with what never reached them.
struct Tallies {
    private var tally = Tally()
    /// Rows of files that are nobody's deal.
    private var unkeyed: Int64 = 0

    init(_ work: Workplace) throws {
        let reader = try work.log.makeReader()
        let topic = work.application.topic(.dealEvents)
        for partition in 0..<work.application.partitions(of: .dealEvents) {
            let source = TopicPartition(topic, partition)
            tally.add(try Tally(readingStoreAt: StateStore.path(folder: work.settings.stateFolder, source)))
        }
        unkeyed = try Tallies.unkeyed(reader, TopicPartition(work.application.topic(.quarantine), 0))
    }

    init(_ tally: Tally, unkeyed: Int64) {
        (self.tally, self.unkeyed) = (tally, unkeyed)
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
        table.append(["Changed after close, to be approved", ProgressBar.grouped(tally.waiting)])
        return table.text
    }
}
