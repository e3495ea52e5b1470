import BenchSupport
import Foundation
import Records
import Streams

/// How fast a program builds its state from nothing, beside how fast it was when it saw the records for the first time.
@main
enum ReplayBench {
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

    private static let rounds = 3

    static func main() throws {
        let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 200_000
        print(
            "Replay: \(grouped(count)) deals of 2,000 payees, 12 partitions, one thread; the least of \(rounds) rounds")
        var figures = Installation.Stage.allCases.map { _ in Figures() }
        for round in 1...rounds {
            try withScratchFolder { folder in
                let place = try installation(folder, count)
                for stage in Installation.Stage.allCases { try measure(stage, place, &figures[stage.rawValue]) }
                guard round == rounds else { return }
                show(figures)
                try limits(place)
            }
        }
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

    private static func show(_ figures: [Figures]) {
        let table = Table("from nothing", ["first/s", "again/s", "× first", "CPU s first", "CPU s again", "× first"])
        for (stage, figures) in zip(Installation.Stage.allCases, figures) {
            let (first, again) = (figures.first, figures.again)
            table.row(
                stage.title,
                [
                    grouped(Int(figures.records / first.seconds)), grouped(Int(figures.records / again.seconds)),
                    hundredths(first.seconds / again.seconds), hundredths(first.cpu), hundredths(again.cpu),
                    hundredths(first.cpu / again.cpu),
                ])
        }
        table.end()
    }

    // MARK: Limits

    private static func limits(_ place: Installation) throws {
        let table = Table("plain limits", ["records", "records/s"])
        let count = try place.count(.payeeEvents)
        let copying = try ContinuousClock().measure {
            try place.log.create([TopicSpecification(name: "copy", partitions: place.application.partitions)])
            try place.log.copy(.payeeEvents, of: place.application, to: place.log, named: "copy")
        }
        table.row("payee events to another topic", [grouped(count), grouped(Int(Double(count) / copying.seconds))])
        let appending = try ContinuousClock().measure { try BareTable.append(count, to: "\(place.folder)/bare.sqlite") }
        table.row("400 bytes each to a table", [grouped(count), grouped(Int(Double(count) / appending.seconds))])
        table.end()
    }
}
