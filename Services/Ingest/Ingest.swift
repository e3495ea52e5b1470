import ArgumentParser

@main
struct Ingest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Takes deals in, and decides whose they are.",
        discussion: """
            ingest apply company/                      what the company is: payees, plans, contracts, quotas, mappings
            ingest plan check company/plans/*.yaml     what is wrong with a plan, its examples, its words
            ingest import deals.csv --source crm       deals from a file
            ingest serve                               deals over HTTP; credits all of them
            ingest status                              where every record received has gone
            ingest skipped                             deals that are not credited, and what to do about it
            ingest changes                             what was changed in deals after their close
            ingest adjust ada 250 USD --reason …       asks for money; 'ingest approve' by another person pays it
            ingest release DEAL                        releases what waits for approval
            ingest close 2026-03                       settles a period; says before what would be left out
            ingest topics read deal-events             what is in the log
            """,
        subcommands: [
            Serve.self, Apply.self, PlanCommand.self, ImportFile.self, Skipped.self, Changes.self, Adjust.self,
            Adjustments.self, Approve.self, Reject.self, Release.self, Close.self, Status.self, Topics.self,
            ReplayCommand.self,
        ])
}
