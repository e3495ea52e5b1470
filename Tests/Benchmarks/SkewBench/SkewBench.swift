import BenchSupport
import Foundation
import Records
import Streams

/// Whether one payee with very many credits holds up those in other partitions.
@main
enum SkewBench {
    private static let others = 1000

    static func main() throws {
        let credits = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 20_000
        try withScratchFolder { folder in
            let alone = try measure(0, "\(folder)/alone")
            let beside = try measure(credits, "\(folder)/beside")
            print("Skew: 20,000 credits of 1,000 payees, and one payee with \(grouped(credits)) that came before them")
            let table = Table("calculating, 2 threads", ["others done, s", "× alone", "all done, s"])
            table.row("without that payee", [hundredths(alone.others), "1.00", hundredths(alone.all)])
            table.row(
                "with it",
                [hundredths(beside.others), hundredths(beside.others / alone.others), hundredths(beside.all)])
            table.end()
        }
    }

    /// Seconds until all partitions but that of the large payee are at their end, and until that one is too.
    private static func measure(_ credits: Int, _ folder: String) throws -> (others: Double, all: Double) {
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
        return (done, all)
    }
}
