import ArgumentParser

@main
struct Calculator: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calculator",
        abstract: "Calculates what payees earn, as it happens, from payee-events to ledger.",
        discussion: """
            calculator run --threads 2          calculates until Ctrl-C
            calculator replay --compare         calculates everything anew and compares it with the ledger
            calculator simulate --plan new.yaml what a plan would have paid, against the one in force
            calculator expression '1000 * 6%'   one expression of the plan language
            """,
        subcommands: [Run.self, ReplayCommand.self, SimulateCommand.self, ExpressionCommand.self])
}
