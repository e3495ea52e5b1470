import ArgumentParser

@main
struct Calculator: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calculator",
        abstract: "Calculates what payees earn, as it happens, from payee-events to ledger.",
        discussion: """
            calculator run --threads 2          calculates until Ctrl-C
            calculator replay --compare         calculates everything anew and compares it with the ledger
            """,
        subcommands: [Run.self, ReplayCommand.self])
}
