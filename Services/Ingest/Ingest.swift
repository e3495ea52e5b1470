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
            ingest topics read deal-events             what is in the log
            """,
        subcommands: [
            Serve.self, Apply.self, PlanCommand.self, ImportFile.self, Skipped.self, Status.self, Topics.self,
            ReplayCommand.self,
        ])
}
