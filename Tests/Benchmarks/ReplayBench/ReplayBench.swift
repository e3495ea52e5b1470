import ArgumentParser
import BenchSupport
import Foundation
import Records

/// How fast a program builds its state from nothing, beside how fast it was when it saw the records for the first time.
@main
struct ReplayBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures how fast each program builds its state from nothing, beside the first time.",
        discussion: """
            '× first' is how many times as fast the second time was. '× bare copy' is how many times as long a record took \
            the first time as one that is only copied to another topic, '× bare append' how many times as long it took \
            again as one that is only appended to a table of SQLite.
            """)

    @Argument(help: "Deals to take.") var deals = 200_000

    /// The least that a pass took in any round: what else the machine does only adds to it.
    private struct Least {
        var (seconds, cpu) = (Double.infinity, Double.infinity)

        mutating func take(_ pass: (seconds: Double, taken: Measured.Taken)) {
            (seconds, cpu) = (min(seconds, pass.seconds), min(cpu, pass.taken.cpu))
        }
    }

    private struct Figures {
        var records = 0.0
        var (first, again) = (Least(), Least())
    }

    /// Records a second, the most of any round.
    private struct Limits {
        var (copying, appending) = (0.0, 0.0)

        mutating func measure(in place: Installation) throws {
            let count = try place.count(.payeeEvents)
            copying = try max(copying, Double(count) / place.secondsToCopy(.payeeEvents))
            let time = try ContinuousClock().measure {
                try BareTable.append(count, in: 1000, to: "\(place.folder)/bare.sqlite")
            }
            appending = max(appending, Double(count) / time.seconds)
        }
    }

    private static let rounds = 3

    func validate() throws { try atLeastOne(deals) }

    func run() throws {
        print(
            "Replay: \(grouped(deals)) deals of 2,000 payees, 12 partitions, one thread; "
                + "the best of \(Self.rounds) rounds")
        var figures = Installation.Stage.allCases.map { _ in Figures() }
        var limits = Limits()
        for _ in 1...Self.rounds {
            try withScratchFolder { folder in
                let place = try Self.installation(folder, deals)
                for stage in Installation.Stage.allCases {
                    try Self.measure(stage, place, &figures[stage.rawValue])
                }
                try limits.measure(in: place)
            }
        }
        Self.show(figures, limits)
    }

    /// With its company agreed and its deals on the log.
    private static func installation(_ folder: String, _ count: Int) throws -> Installation {
        let place = try Installation(folder: folder)
        try place.apply(Company(payees: 2000))
        let deals = (0..<count).map { Company.deal($0, payee: $0 % 2000, day: $0 * 336 / count) }
        try Company.write(deals, to: "\(folder)/deals.ndjson")
        try place.run("ingest", "import", "\(folder)/deals.ndjson", "--source", "api")
        return place
    }

    private static func measure(_ stage: Installation.Stage, _ place: Installation, _ figures: inout Figures) throws {
        figures.first.take(try workFromNothing(stage, place))
        figures.records = Double(try stage.topics.reduce(0) { try $0 + place.count($1) })
        let ends = try place.ends(Topic.allCases)
        figures.again.take(try workFromNothing(stage, place))
        guard try place.ends(Topic.allCases) == ends else { throw Failure("\(stage.title) said something twice") }
    }

    /// To agree on a company has made the stores already: without them the first time does all that a replay does. What the
    /// last pass has left to the kernel to write is written before this one begins.
    private static func workFromNothing(
        _ stage: Installation.Stage, _ place: Installation
    ) throws -> (seconds: Double, taken: Measured.Taken) {
        try FileManager.default.removeItem(atPath: "\(place.folder)/state/attain/\(stage.program)")
        sync()
        return try place.work(stage)
    }

    private static func show(_ figures: [Figures], _ limits: Limits) {
        let rates = Table("records/s", ["first", "× bare copy", "again", "× bare append", "× first"])
        rates.row("payee events to another topic", [grouped(Int(limits.copying)), "1.00"])
        rates.row("400 bytes each to a table", ["", "", grouped(Int(limits.appending)), "1.00"])
        for (stage, figures) in zip(Installation.Stage.allCases, figures) {
            let (first, again) = (figures.records / figures.first.seconds, figures.records / figures.again.seconds)
            rates.row(
                stage.title,
                [
                    grouped(Int(first)), hundredths(limits.copying / first), grouped(Int(again)),
                    hundredths(limits.appending / again), hundredths(again / first),
                ])
        }
        rates.end()
        let seconds = Table("CPU seconds", ["first", "again", "× first"])
        for (stage, figures) in zip(Installation.Stage.allCases, figures) {
            let (first, again) = (figures.first.cpu, figures.again.cpu)
            seconds.row(stage.title, [hundredths(first), hundredths(again), hundredths(first / again)])
        }
        seconds.end()
    }
}
