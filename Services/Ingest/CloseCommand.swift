import ArgumentParser
import Domain
import Records
import Runtime
import SwiftProtobuf

struct Close: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Closes the books of a period: what it pays is settled, and never rewritten.",
        discussion: """
            ingest close 2026-03 --check                     says what would be left out, and closes nothing
            ingest close 2026-03 --by finn                   closes it through 31 March for all payees with a contract
            ingest close 2026-03 --payees ada,bob            only theirs
            ingest close 2026-03 --accept-open "Acme's deals come in April"
            ingest close --status                            what is closed

            With deals that are not credited, records still to be processed, changes or adjustments to be decided on, or \
            without an exchange rate for a payout, it refuses until that is mended or a reason is given. What comes \
            later is posted to the open period and names what it corrects. Done again it does nothing.
            """)

    @Argument(help: ArgumentHelp("The period: 2026-03, 2026-Q1, 2026-W05 or 2026.", valueName: "period"))
    var period: String?

    @Option(help: ArgumentHelp("Only these payees, divided by commas.", valueName: "payees"))
    var payees: String?

    @Option(help: ArgumentHelp("Close although something is left out, and why.", valueName: "reason"))
    var acceptOpen: String?

    @Flag(help: "Only say what would be left out.") var check = false
    @Flag(help: "Say what is closed.") var status = false
    @OptionGroup var person: PersonOption
    @OptionGroup(title: "Options of all programs") var common: ProgramOptions

    func validate() throws {
        if status ? period != nil || check : period == nil {
            throw ValidationError("give a period such as 2026-03, or --status alone")
        }
    }

    func run() throws {
        let work = try Workplace(common)
        let acting = try Acting(work)
        guard let period else { return Terminal.writeOutput(ClosedListing(acting.acts, acting.company).text) }
        let selection = try CloseSelection(period, payees: payees, acting.company)
        // The backlog first: what is processed after it was read is on the list then.
        let backlog = try Backlog(work.log, work.application)
        let report = CloseReport(
            Closing(company: acting.company, acts: acting.acts, through: selection.period.end), selection,
            deals: try acting.listedDeals(), backlog: backlog, today: Instant.now.date())
        Terminal.writeOutput(report.text)
        if check { return }
        guard !report.ready.isEmpty else {
            // Done already is done; what stands in the way of everybody is not.
            guard report.open.isEmpty else {
                throw Problem(
                    where: "ingest close \(selection.period)",
                    "it is not closed, because nobody of those asked for can be",
                    remedy: "Mend what stands in the way, and close it again.")
            }
            return
        }
        let reason = try acceptOpen.map { text throws(Problem) in try Reason.checked(text, of: "--accept-open") }
        guard report.open.isEmpty || reason != nil else {
            throw Problem(
                where: "ingest close \(selection.period)", "it is not closed, because something would be left out",
                remedy: "Mend that, or close all the same with --accept-open and a reason.")
        }
        try append(report, selection, reason ?? "", acting)
    }

    private func append(_ report: CloseReport, _ selection: CloseSelection, _ reason: String, _ acting: Acting) throws {
        let name = try person.name()
        try acting.close(report, by: name, reason: reason)
        Terminal.writeOutput(
            "Closed: \(selection.period), through \(report.through), for \(report.ready.count.counting("payee")), by \(name)\n"
        )
    }
}

extension Acting {
    func close(_ report: CloseReport, by person: String, reason: String) throws {
        for close in report.commands(by: person, reason: reason) {
            try append(.close(close), key: "close", id: "close/\(close.id)", now: .now)
        }
        let missed = report.ready.filter { acts.closer(of: $0, on: report.through) != person }
        let names = missed.prefix(10).map(\.text).joined(separator: ", ")
        try checkTaken(
            missed.isEmpty, "ingest close \(report.selection.period)",
            "\(missed.count.counting("payee")) can no longer be closed, or were closed: \(names)")
    }
}

/// The period, and whom of.
struct CloseSelection {
    let period: Period
    /// `nil`: all that have a contract or were adjusted.
    let payees: [PayeeID]?

    init(_ label: String, payees names: String?, _ company: Company) throws(Problem) {
        guard let period = Period(label) else {
            throw Problem(
                where: "period", "'\(label)' is not a period", remedy: "Write it as 2026-03, 2026-Q1, 2026-W05 or 2026."
            )
        }
        self.period = period
        guard let names else {
            payees = nil
            return
        }
        var chosen: [PayeeID] = []
        for name in names.split(separator: ",").map(\.trimmed) where !name.isEmpty {
            guard let payee = company.payee(called: name) else {
                let near = suggestion(for: name, among: company.payees.keys.map(\.text).sorted())
                throw Problem(
                    where: "--payees", "'\(name)' is nobody among the payees\(near)", remedy: "Name some of payees.csv."
                )
            }
            chosen.append(payee.id)
        }
        guard !chosen.isEmpty else {
            throw Problem(where: "--payees", "nobody is named", remedy: "Name some: --payees ada,bob.")
        }
        payees = Set(chosen).sorted()
    }
}
