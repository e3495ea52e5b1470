import ArgumentParser
import Domain
import Foundation

@main
struct DemoDeals: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-deals",
        abstract: "Writes a year of deals of Larkspur Instruments, which does not exist.",
        discussion: """
            The export of a CRM as they are: every revision of every deal, with splits, amendments after the close, \
            cancellations, rows twice, rows late, and a few that cannot be right; and what customers paid. The same \
            seed writes the same bytes.

              demo-deals --csv deals.csv --payments payments.csv
              ingest import deals.csv --source fieldbook
              ingest import payments.csv --source tillbook
            """)

    @Option(help: "How many deals.")
    var deals = 3000

    @Option(help: "Another seed is another year.")
    var seed: UInt64 = 2026

    @Option(help: ArgumentHelp("Write them as CSV.", valueName: "file"))
    var csv: String?

    @Option(help: ArgumentHelp("Write them as NDJSON, a JSON object a line.", valueName: "file"))
    var ndjson: String?

    @Option(help: ArgumentHelp("Write what customers paid as CSV.", valueName: "file"))
    var payments: String?

    @Option(help: ArgumentHelp("Only what is new since that day.", valueName: "date"), transform: date)
    var from = DealFile.ever.lowerBound

    @Option(help: ArgumentHelp("Only what is known by the end of that day.", valueName: "date"), transform: date)
    var through = DealFile.ever.upperBound

    func validate() throws {
        guard from <= through else { throw ValidationError("--from is after --through") }
        guard (1...5_000_000).contains(deals) else { throw ValidationError("--deals is a number from 1 to 5,000,000") }
        guard [csv, ndjson, payments].contains(where: { $0 != nil }) else {
            throw ValidationError("say where to: --csv FILE, --ndjson FILE, --payments FILE")
        }
    }

    func run() throws {
        if csv != nil || ndjson != nil {
            let file = DealFile(deals: deals, seed: seed, days: from...through)
            if let csv { try write(file.csv, to: csv) }
            if let ndjson { try write(file.ndjson, to: ndjson) }
            print("\(Set(file.revisions.map(\.id)).count) deals in \(file.revisions.count) rows")
        }
        guard let payments else { return }
        let file = ReceiptFile(deals: deals, seed: seed, days: from...through)
        try write(file.csv, to: payments)
        print("\(file.receipts.count) payments")
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        do { try Data(bytes).write(to: URL(fileURLWithPath: path)) } catch {
            throw ValidationError("\(path) cannot be written: \(error.localizedDescription)")
        }
    }

    private static func date(_ text: String) throws -> CalendarDate {
        guard let date = CalendarDate(text) else { throw ValidationError("'\(text)' is not a date such as 2025-10-01") }
        return date
    }
}
