import BenchSupport
import Foundation
import Records
import Streams

/// How fast a program builds its state from nothing, beside how fast it was when it saw the records for the first time.
@main
enum ReplayBench {
    static func main() throws {
        let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 200_000
        try withScratchFolder { folder in
            let place = try Installation(folder: folder)
            try place.apply(Company(payees: 2000))
            let deals = (0..<count).map { Company.deal($0, payee: $0 % 2000, day: $0 * 336 / count) }
            try Company.write(deals, to: "\(folder)/deals.ndjson")
            try place.run("ingest", "import", "\(folder)/deals.ndjson", "--source", "api")
            print("Replay: \(grouped(count)) deals of 2,000 payees, 12 partitions, one thread")
            let table = Table(
                "from nothing", ["first/s", "again/s", "× first", "CPU s first", "CPU s again", "× first"])
            for stage in Installation.Stage.allCases { try measure(stage, place, table) }
            table.end()
            try limits(place)
        }
    }

    private static func measure(_ stage: Installation.Stage, _ place: Installation, _ table: Table) throws {
        let first = try place.work(stage)
        let records = Double(try stage.topics.reduce(0) { try $0 + place.count($1) })
        let ends = try place.ends(Topic.allCases)
        try FileManager.default.removeItem(atPath: "\(place.folder)/state/attain/\(stage.program)")
        let again = try place.work(stage)
        guard try place.ends(Topic.allCases) == ends else { throw Failure("\(stage.title) said something twice") }
        table.row(
            stage.title,
            [
                grouped(Int(records / first.seconds)), grouped(Int(records / again.seconds)),
                hundredths(first.seconds / again.seconds), hundredths(first.taken.cpu), hundredths(again.taken.cpu),
                hundredths(first.taken.cpu / again.taken.cpu),
            ])
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
