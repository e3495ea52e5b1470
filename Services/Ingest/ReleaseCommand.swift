import ArgumentParser
import Domain
import Records
import Runtime
import SwiftProtobuf

struct Release: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Releases what plans hold of a deal until 'approval'.",
        discussion: """
            ingest release D-1007 --by vera
            ingest release D-1007 --by vera --date 2026-03-31

            A deal that has not come yet is released once it does. The first release counts.
            """)

    @Argument(help: ArgumentHelp("The deal.", valueName: "deal"))
    var deal: String

    @Option(help: ArgumentHelp("The day from which it is released. (default: today, in UTC)", valueName: "day"))
    var date: String?

    @Option(help: "Why, for whoever reads it later.")
    var reason = ""

    @OptionGroup var person: PersonOption
    @OptionGroup(title: "Options of all programs") var common: ProgramOptions

    func run() throws {
        let release = try checked(now: .now)
        let acting = try Acting(try Workplace(common))
        if let known = acting.acts.released[DealID(deal)] {
            return Terminal.writeOutput("\(deal) was released on \(known.date) by \(known.by) already; nothing to do\n")
        }
        try acting.release(release)
        Terminal.writeOutput("Released: \(deal) from \(release.date) on, by \(release.by)\n")
    }

    private func checked(now: Instant) throws(Problem) -> WireDealRelease {
        guard !deal.isEmpty, DealID(deal).isStorable else {
            throw Problem(
                where: "deal", "a deal's ID has 1 to 200 bytes and no control character", remedy: "Give the deal's ID.")
        }
        let day = date ?? now.date().description
        guard CalendarDate(day) != nil else {
            throw Problem(where: "--date", "'\(day)' is not a day", remedy: "Write it as 2026-03-31.")
        }
        let reason = reason.isEmpty ? "" : try Reason.checked(reason, of: "--reason")
        let name = try person.name()
        return .with { ($0.deal, $0.date, $0.by, $0.reason) = (deal, day, name, reason) }
    }
}

extension Acting {
    func release(_ release: WireDealRelease) throws {
        try append(.release(release), key: release.deal, id: "release/\(release.deal)", now: .now)
        let taken = acts.released[DealID(release.deal)]
        try checkTaken(
            taken == release, release.deal,
            taken.map { "it was released on \($0.date) by \($0.by)" } ?? "it is not there")
    }
}
