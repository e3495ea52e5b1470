import ArgumentParser
import Domain
import Records
import Runtime

struct Changes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists what was changed in deals after their close, and what became of it.",
        discussion: """
            ingest changes
            ingest changes --open             those that wait: ingest approve DEAL --by NAME, or reject
            ingest changes --deal D-1007

            'post-close' in company.yaml decides: freeze (pay stays as captured at close), approve (until a person \
            approves the change) or accept (the latest revision pays).
            """)

    @Flag(help: "Only those that wait for a decision.") var open = false
    @Option(help: ArgumentHelp("Only this deal.", valueName: "id")) var deal: String?
    @OptionGroup(title: "Options of all programs") var common: ProgramOptions

    func run() throws {
        let work = try Workplace(common)
        let deals = try ListedDeals(work.log, work.application).all
        Terminal.writeOutput(
            ChangeListing(deals.filter { deal == nil || $0.deal == deal }, onlyOpen: open).text)
    }
}

/// The post-close changes, deal by deal.
struct ChangeListing {
    private let changes: [(deal: WireSkippedDeal, change: WireDealChange)]

    init(_ deals: [WireSkippedDeal], onlyOpen: Bool = false) {
        changes = deals.flatMap { deal in
            deal.changes.filter { !onlyOpen || $0.isWaiting }.map { (deal, $0) }
        }
    }

    var text: String {
        guard !changes.isEmpty else { return "No change after a close.\n" }
        var text = ""
        for (deal, change) in changes {
            text +=
                "\(deal.deal), closed \(deal.closed): revision \(change.name), \(change.standing)\n".printableLine
            text += "  received \(Instant(milliseconds: change.received)) from \(change.provenance)\n".printableLine
            for difference in change.differences {
                text += "  \(difference.field): \(difference.from.orDash) → \(difference.to.orDash)\n".printableLine
            }
        }
        return text
    }
}

extension WireDealChange {
    /// Its number, or its time where the source orders by that.
    var name: String { Instant(ofRevision: revision)?.description ?? String(revision) }

    /// `approved by vera (as agreed)`
    fileprivate var standing: String {
        outcome + (by.isEmpty ? "" : " by \(by)") + (reason.isEmpty ? "" : " (\(reason))")
    }
}

extension String {
    fileprivate var orDash: String { isEmpty ? "–" : self }
    /// A CRM's text shows as text, whatever is in it.
    fileprivate var printableLine: String { dropLast().description.printable + "\n" }
}
