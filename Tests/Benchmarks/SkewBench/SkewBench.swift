import ArgumentParser
import BenchSupport
import Foundation
import Records
import Streams

/// Whether one payee with very many credits holds up those in other partitions.
@main
struct SkewBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures whether one payee with very many credits holds up those in other partitions.",
        discussion: """
            '× alone' is how many times as long the others took as without that payee, '× bare copy' how many times as \
            long all took as to copy the same events to another topic.
            """)

    @Argument(help: "Credits of the one payee, beside 20,000 of others.") var credits = 20_000

    private static let others = 1000

    func validate() throws { try atLeastOne(credits) }

    func run() throws {
        try withScratchFolder { folder in
            let alone = try Self.measure(0, "\(folder)/alone")
            let beside = try Self.measure(credits, "\(folder)/beside")
            print("Skew: 20,000 credits of 1,000 payees, and one payee with \(grouped(credits)) that came before them")
            let table = Table(
                "calculating, 2 threads",
                ["others done, s", "× alone", "all done, s", "bare copy, s", "× bare copy"])
            for (name, run) in [("the others alone", alone), ("with that payee", beside)] {
                let cells = [run.others, run.others / alone.others, run.all, run.copying, run.all / run.copying]
                table.row(name, cells.map(hundredths))
            }
            table.end()
        }
    }

    /// Seconds.
    private struct Run {
        /// Until all partitions but that of the large payee are at their end.
        let others: Double
        /// Until that one is too.
        let all: Double
        /// Of the same events, with nothing done in between: the limit.
        let copying: Double
    }

    private static func measure(_ credits: Int, _ folder: String) throws -> Run {
        let place = try Installation(folder: folder)
        try place.apply(Company(payees: others + 1))
        let large = (0..<credits).map { Company.deal($0, payee: others, day: $0 * 336 / credits) }
        let small = (0..<20_000).map { Company.deal(credits + $0, payee: $0 % others, day: $0 * 336 / 20_000) }
        try Company.write(large + small, to: "\(folder)/deals.ndjson")
        try place.run("ingest", "import", "\(folder)/deals.ndjson", "--source", "api")
        try place.work(.crediting)
        let hot = Partitioner.partition(
            of: Array(Company.payee(others).utf8), count: place.application.partitions)
        let clock = ContinuousClock.now
        let running = try place.start(.calculating, threads: 2)
        try place.wait(for: .calculating, in: [running]) { $0.partition != hot }
        let done = (ContinuousClock.now - clock).seconds
        try place.wait(for: .calculating, in: [running])
        let all = (ContinuousClock.now - clock).seconds
        _ = try running.stop()
        return Run(others: done, all: all, copying: try place.secondsToCopy(.payeeEvents))
    }
}
