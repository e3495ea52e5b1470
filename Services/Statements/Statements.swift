import ArgumentParser

@main
struct Statements: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statements",
        abstract: "Shows what everyone earned, and why, from the ledger.",
        discussion: """
            statements serve                         pages at http://127.0.0.1:8083
            statements list --period 2026-03         who has a statement, and what is due
            statements show ada 2026-03 --explain    one statement, line by line
            statements why ada 2026-03               which events changed the number, from what to what
            statements explain ada/17                one document, down to what the CRM said
            statements approve 2026-03 --by cfo      lets a closed period be published and paid
            statements export payouts 2026-03        the payout file; 'export journal' for the general ledger
            statements reconcile 2026-03             statements = payout file = journal, to the cent
            statements verify                        proves that the ledger is whole and the figures follow from it
            statements hash                          one SHA-256 for all statements, one for all balances
            statements replay --compare              builds everything anew from the ledger and compares

            All but 'serve' work while 'serve' runs. Without it they bring the figures up to date themselves.
            """,
        subcommands: [
            Serve.self, Show.self, List.self, Why.self, Explain.self, Approve.self, Export.self, Reconcile.self,
            Verify.self, Hash.self,
            ReplayCommand.self,
        ])
}
