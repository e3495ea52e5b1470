import ArgumentParser
import Runtime

/// `calculator replay`
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Calculates everything anew from payee-events, in a folder of its own, and writes nothing to the log.",
        discussion: "With --compare every document is compared with the ledger, byte for byte; exits with 1 when one differs.")

    @Flag(help: "Compare with the ledger.") var compare = false
    @OptionGroup var common: ProgramOptions

    func run() async throws {
        let work = try Workplace(common)
        try await Replaying.report(work.settings, work.log, work.topology, compare: compare)
    }
}
