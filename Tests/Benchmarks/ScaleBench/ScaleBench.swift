import BenchSupport
import Foundation
import Records
import Streams
import TestSupport

/// What more threads, and more processes, of the calculator are worth: credits that come late, so that nearly all the
/// time goes into calculating.
@main
enum ScaleBench {
    private static let partitions: Int32 = 12

    static func main() throws {
        let credits = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 60_000
        try withScratchFolder { folder in
            let made = try prepare(credits, "\(folder)/made")
            print("Scale: \(grouped(try made.count(.payeeEvents))) payee events in any order, \(partitions) partitions")
            try threads(made, folder)
            try processes(made, folder)
        }
    }

    /// A log that crediting has done its part on.
    private static func prepare(_ credits: Int, _ folder: String) throws -> Installation {
        let made = try Installation(folder: folder, partitions: partitions)
        try made.apply(Company(payees: 400, components: 6))
        let payees = evenlySpread(8, of: 400)
        var random = SplitMix(seed: 1)
        let deals = (0..<credits).map { number in
            Company.deal(number, payee: payees[number % payees.count], day: Int.random(in: 0..<336, using: &random))
        }
        try Company.write(deals, to: "\(folder)/deals.ndjson")
        try made.run("ingest", "import", "\(folder)/deals.ndjson", "--source", "api")
        try made.work(.crediting)
        return made
    }

    /// So many payees of every partition: with few of them chance would give one process more to do than the other.
    private static func evenlySpread(_ count: Int, of all: Int) -> [Int] {
        (0..<partitions).flatMap { partition in
            (0..<all).filter {
                Partitioner.partition(of: Array(Company.payee($0).utf8), count: partitions) == partition
            }.prefix(count)
        }
    }

    // MARK: Threads on the embedded log

    private static func threads(_ made: Installation, _ folder: String) throws {
        let table = Table("threads, embedded log", ["seconds", "events/s", "× one", "CPU s"])
        var one = 0.0
        for count in [1, 2, 4] {
            let place = try Installation(folder: "\(folder)/threads-\(count)", partitions: partitions)
            try create(in: place.log, of: place)
            let copying = try ContinuousClock().measure {
                try made.log.copy(.payeeEvents, of: made.application, to: place.log)
            }
            if count == 1 { limit(table, made, copying.seconds) }
            let (seconds, taken) = try place.work(.calculating, threads: count)
            if count == 1 { one = seconds }
            try row(table, "\(count)", made, seconds, one, taken.cpu)
        }
        table.end()
    }

    private static func limit(_ table: Table, _ made: Installation, _ seconds: Double) {
        let rate = grouped(Int(Double((try? made.count(.payeeEvents)) ?? 0) / seconds))
        table.row("the bare copy of a topic", [hundredths(seconds), rate, "", ""])
    }

    private static func row(
        _ table: Table, _ name: String, _ made: Installation, _ seconds: Double, _ one: Double, _ cpu: Double
    ) throws {
        let rate = Int(Double(try made.count(.payeeEvents)) / seconds)
        table.row(name, [hundredths(seconds), grouped(rate), hundredths(one / seconds), hundredths(cpu)])
    }

    private static func create(in log: any Log, of place: Installation) throws {
        try log.create(
            Topic.allCases.map {
                TopicSpecification(
                    name: place.application.topic($0), partitions: place.application.partitions(of: $0),
                    isCompacted: $0.isCompacted)
            })
    }

    // MARK: Processes over Kafka's protocol

    /// The clock starts when every process has its partitions: that takes seconds, and is not what is measured.
    private static func processes(_ made: Installation, _ folder: String) throws {
        let table = Table("processes, Kafka mock", ["seconds", "events/s", "× one", "CPU s"])
        var one = 0.0
        for count in [1, 2] {
            let mock = try KafkaMockProcess(
                topics: Topic.allCases.map {
                    "\(made.application.topic($0)):\(made.application.partitions(of: $0))"
                })
            defer { mock.stop() }
            let place = try Installation(
                folder: "\(folder)/processes-\(count)", partitions: partitions, log: "kafka://\(mock.bootstrap)",
                properties: ["fetch.wait.max.ms=20"])
            let running = try (0..<count).map { try place.start(.calculating, state: "state-\($0)") }
            try share(running)
            let clock = ContinuousClock.now
            try made.log.copy(.payeeEvents, of: made.application, to: place.log)
            try place.wait(for: .calculating, in: running)
            let seconds = (ContinuousClock.now - clock).seconds
            if count == 1 { one = seconds }
            let cpu = try running.map { try $0.stop().cpu }.reduce(0, +)
            try row(table, "\(count)", made, seconds, one, cpu)
        }
        table.end()
    }

    /// Until all partitions are assigned, to each process its part.
    private static func share(_ running: [Installation.Running]) throws {
        let connections = try running.map { try Connection(to: $0.address()) }
        while true {
            let counts = try zip(running, connections).map { try $0.positions($1).count }
            if counts.reduce(0, +) == Int(partitions), counts.allSatisfy({ $0 > 0 }) { return }
            usleep(50_000)
        }
    }
}
