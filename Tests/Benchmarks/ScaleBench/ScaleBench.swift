import ArgumentParser
import BenchSupport
import Foundation
import Records
import Streams
import TestSupport

/// What more threads, and more processes, of the calculator are worth: credits that come late, so that nearly all the
/// time goes into calculating.
@main
struct ScaleBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures what more threads, and more processes, of the calculator are worth.",
        discussion: """
            '× one' is how many times as fast as one they are, '× bare copy' how many times as long they take as it takes \
            to copy the same events with nothing done in between.
            """)

    @Argument(help: "Credits, of 96 payees.") var credits = 40_000

    private static let partitions: Int32 = 12

    func validate() throws { try atLeastOne(credits) }

    func run() throws {
        try withScratchFolder { folder in
            let made = try Self.prepare(credits, "\(folder)/made")
            let events = try made.count(.payeeEvents)
            print("Scale: \(grouped(events)) payee events in any order, \(Self.partitions) partitions")
            try Self.threads(made, events, folder)
            try Self.processes(made, events, folder)
        }
    }

    /// A log that crediting has done its part on.
    private static func prepare(_ credits: Int, _ folder: String) throws -> Installation {
        let made = try Installation(folder: folder, partitions: partitions)
        try made.apply(Company(payees: 400, components: 12))
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

    // MARK: Runs

    private struct Run {
        let seconds: Double
        let cpu: Double
    }

    /// The fastest of three runs of each count, which take turns with each other and with the bare copy: what else a
    /// machine does, it does for seconds at a time.
    private static func measure(
        _ title: String, _ counts: [Int], _ events: Int, copy: (_ name: String) throws -> Double,
        run: (_ count: Int, _ name: String) throws -> Run
    ) throws {
        let table = Table(title, ["seconds", "events/s", "× bare copy", "× one", "CPU s"])
        var limit = Double.infinity
        var best: [Int: Run] = [:]
        for turn in 1...3 {
            limit = min(limit, try copy("copy-\(turn)"))
            for count in counts {
                let run = try run(count, "\(count)-\(turn)")
                if run.seconds < best[count]?.seconds ?? .infinity { best[count] = run }
            }
        }
        func row(_ name: String, _ seconds: Double, _ others: [String]) {
            let rate = grouped(Int(Double(events) / seconds))
            table.row(name, [hundredths(seconds), rate, hundredths(seconds / limit)] + others)
        }
        row("the bare copy of a topic", limit, [])
        let one = best[1]?.seconds ?? 0
        for (count, run) in best.sorted(by: { $0.key < $1.key }) {
            row("\(count)", run.seconds, [hundredths(one / run.seconds), hundredths(run.cpu)])
        }
        table.end()
    }

    /// Seconds that it takes to copy the events.
    private static func copy(_ made: Installation, to place: Installation) throws -> Double {
        try ContinuousClock().measure {
            try made.log.copy(.payeeEvents, of: made.application, to: place.log)
        }.seconds
    }

    // MARK: Threads on the embedded log

    private static func threads(_ made: Installation, _ events: Int, _ folder: String) throws {
        try measure("threads, embedded log", [1, 2, 4], events) { name in
            try place("\(folder)/threads-\(name)", of: made).copying
        } run: { count, name in
            let (installed, _) = try place("\(folder)/threads-\(name)", of: made)
            let (seconds, taken) = try installed.work(.calculating, threads: count)
            return Run(seconds: seconds, cpu: taken.cpu)
        }
    }

    /// A log with the same events, and how long it took to copy them.
    private static func place(
        _ folder: String, of made: Installation
    ) throws -> (place: Installation, copying: Double) {
        let place = try Installation(folder: folder, partitions: partitions)
        try place.log.create(
            Topic.allCases.map {
                TopicSpecification(
                    name: place.application.topic($0), partitions: place.application.partitions(of: $0),
                    isCompacted: $0.isCompacted)
            })
        return (place, try copy(made, to: place))
    }

    // MARK: Processes over Kafka's protocol

    /// The clock starts when every process has its partitions: that takes seconds, and is not what is measured.
    private static func processes(_ made: Installation, _ events: Int, _ folder: String) throws {
        try measure("processes, Kafka mock", [1, 2, 4], events) { name in
            let (mock, place) = try cluster("\(folder)/processes-\(name)", of: made)
            defer { mock.stop() }
            return try copy(made, to: place)
        } run: { count, name in
            let (mock, place) = try cluster("\(folder)/processes-\(name)", of: made)
            defer { mock.stop() }
            let running = try (0..<count).map { try place.start(.calculating, state: "state-\($0)") }
            try share(running)
            let clock = ContinuousClock.now
            _ = try copy(made, to: place)
            try place.wait(for: .calculating, in: running)
            let seconds = (ContinuousClock.now - clock).seconds
            return Run(seconds: seconds, cpu: try running.map { try $0.stop().cpu }.reduce(0, +))
        }
    }

    /// With the same topics, and nothing in them.
    private static func cluster(
        _ folder: String, of made: Installation
    ) throws -> (mock: KafkaMockProcess, place: Installation) {
        let mock = try KafkaMockProcess(
            topics: Topic.allCases.map { "\(made.application.topic($0)):\(made.application.partitions(of: $0))" })
        let place = try Installation(
            folder: folder, partitions: partitions, log: "kafka://\(mock.bootstrap)",
            properties: ["fetch.wait.max.ms=20"])
        return (mock, place)
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
