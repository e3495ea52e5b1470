import ArgumentParser
import Runtime

/// `ingest replay`
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Credits everything anew from deal-events and commands, in a folder of its own, and writes nothing to the log.",
        discussion: "With --compare every output is compared with what the log holds, byte for byte; exits with 1 when one differs.")

    @Flag(help: "Compare with payee-events.") var compare = false
    @OptionGroup var common: ProgramOptions

    func run() async throws {
        let work = try Workplace(common)
        try await Replaying.report(work.settings, work.log, IngestTopology(application: work.application), compare: compare)
    }
}
