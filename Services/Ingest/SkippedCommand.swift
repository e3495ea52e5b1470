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
        let skipped = try ListedDeals(work.log, work.application).all
        Terminal.writeOutput(SkippedListing(skipped, code: code?.rawValue).text(examples: deals))
    }
}

extension SkipReason.Code: ExpressibleByArgument {}
