import ArgumentParser
import Records
import Runtime
import Streams

struct Skipped: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists the deals that are not credited, why, and what to do about it.",
        discussion: """
            ingest skipped
            ingest skipped --code unknown-product --deals 100
            """)

    @Option(help: "Only this reason.")
    var code: SkipReason.Code?

    @Option(help: ArgumentHelp("How many deals of each cause to name.", valueName: "count"))
    var deals = 3

    @OptionGroup(title: "Options of all programs") var common: ProgramOptions

    func validate() throws {
        guard deals >= 0 else { throw ValidationError("--deals takes a number from 0 on") }
    }

    func run() throws {
        let work = try Workplace(common)
        let latest = try LatestRecords(work.log, topic: work.application.topic(.skippedDeals))
        let skipped = try latest.values.map { try WireSkippedDeal(decoding: $0) }
        Terminal.writeOutput(SkippedListing(skipped, code: code?.rawValue).text(examples: deals))
    }
}

extension SkipReason.Code: ExpressibleByArgument {}

/// What a compacted topic comes to: the last value of every key that is no tombstone, in no order.
struct LatestRecords {
    private(set) var values: [[UInt8]] = []

    init(_ log: any Log, topic: String) throws {
        guard let found = try log.topics().first(where: { $0.name == topic }) else { return }
        let reader = try log.makeReader()
        for partition in 0..<found.partitions {
            var latest: [[UInt8]: [UInt8]] = [:]
            try reader.forEach(of: TopicPartition(topic, partition)) { record in
                guard let key = record.record.key else { return }
                latest[key] = record.record.value
            }
            values += latest.values
        }
    }
}
