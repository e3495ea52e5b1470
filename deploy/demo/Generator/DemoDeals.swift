import ArgumentParser
import Foundation

@main
struct DemoDeals: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-deals",
        abstract: "Writes a year of deals of Larkspur Instruments, which does not exist.",
        discussion: """
            The export of a CRM as they are: every revision of every deal, with splits, amendments after the close, \
            cancellations, rows twice, rows late, and a few that cannot be right. The same seed writes the same bytes.

              demo-deals --csv deals.csv
              ingest import deals.csv --source fieldbook
            """)

    @Option(help: "How many deals.")
    var deals = 3000

    @Option(help: "Another seed is another year.")
    var seed: UInt64 = 2026

    @Option(help: ArgumentHelp("Write them as CSV.", valueName: "file"))
    var csv: String?

    @Option(help: ArgumentHelp("Write them as NDJSON, a JSON object a line.", valueName: "file"))
    var ndjson: String?

    func validate() throws {
        guard (1...5_000_000).contains(deals) else { throw ValidationError("--deals is a number from 1 to 5,000,000") }
        guard csv != nil || ndjson != nil else {
            throw ValidationError("say where to: --csv FILE, --ndjson FILE, or both")
        }
    }

    func run() throws {
        let file = DealFile(deals: deals, seed: seed)
        if let csv { try write(file.csv, to: csv) }
        if let ndjson { try write(file.ndjson, to: ndjson) }
        print("\(deals) deals in \(file.revisions.count) rows")
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        do { try Data(bytes).write(to: URL(fileURLWithPath: path)) } catch {
            throw ValidationError("\(path) cannot be written: \(error.localizedDescription)")
        }
    }
}
