import ArgumentParser
import Domain
import Foundation
import Plans
import Records
import Runtime
import Streams

/// `calculator simulate`
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Says what a plan would have paid, per payee and component, and writes nothing to the log.",
        discussion: """
            calculator simulate --plan new.yaml                      against the plan in force of the same name
            calculator simulate --plan new.yaml --against old.yaml   against another plan file
            calculator simulate --plan new.yaml --since 2026-07-01   pay of July and later only
            calculator simulate --plan new.yaml --format csv > difference.csv

            Takes the credits of all payees whose contract names the plan (with --against: the plan that is left), from \
            the first day of their contract, as they stand in payee-events now, and works out every pay period from a \
            payee's first credit to the last as at its close. What follows earning (releases, draws, clawbacks) is \
            left aside. Contracts keep their quotas and targets.

            A quota that the new plan asks for and nobody has yet can be assumed: --quota renewals=250000 for every \
            period, --quota renewals/2026-Q1=60000 for one.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, csv, json }

    @Option(help: ArgumentHelp("The plan as it is to be.", valueName: "file"), completion: .file())
    var plan: String

    @Option(
        help: ArgumentHelp("The plan to compare it with; else the one in force.", valueName: "file"),
        completion: .file())
    var against: String?

    @Option(help: ArgumentHelp("Compare pay of the period with this day and of later ones.", valueName: "date"))
    var since: String?

    @Option(
        name: .customLong("quota"),
        help: ArgumentHelp("A quota for all who have none of that name. Repeat it for more.", valueName: "name=amount"))
    var quotas: [String] = []

    @Option(help: "text, csv or json.") var format = Format.text
    @OptionGroup(title: "Options of all programs") var common: ProgramOptions

    func run() async throws {
        let simulation = try request()
        let work = try Workplace(common)
        let topic = work.settings.application.topic(.payeeEvents)
        let (result, unreadable) = try await OSThread.run(named: "simulate") {
            var simulation = simulation
            var histories = PayeeHistories(log: work.log, topic: topic)
            try histories.forEach { simulation.take($0, $1) }
            return (simulation, histories.unreadable)
        }
        let problems = result.problems(file: plan)
        guard problems.isEmpty else { throw Problems(problems) }
        let report = try SimulationReport(result, title: "\(plan) against \(against ?? "the plan in force")")
        for note in result.notes { Terminal.writeError(line: "note: \(note)") }
        if unreadable > 0 {
            Terminal.writeError(line: "note: \(unreadable) records cannot be read and were left aside")
        }
        switch format {
        case .text: Terminal.writeOutput(report.text)
        case .csv: Terminal.writeOutput(report.csv)
        case .json: Terminal.writeOutput(report.json.description + "\n")
        }
    }

    private func request() throws -> PlanSimulation {
        var day: CalendarDate?
        if let since {
            day = CalendarDate(since)
            guard day != nil else {
                throw Problem(where: "--since \(since)", "it is not a date", remedy: "Write it as 2026-07-01.")
            }
        }
        let (new, old) = (try SimulateCommand.read(plan), try against.map(SimulateCommand.read))
        if let old, old.currency != new.currency {
            throw Problem(
                where: plan, "it pays in \(new.currency), and \(against ?? "") in \(old.currency)",
                remedy: "Only plans of one currency can be compared.")
        }
        return PlanSimulation(new: new, old: old, since: day, assumed: try quotas.map(SimulateCommand.quota))
    }

    private static func read(_ path: String) throws -> Plan {
        let text: String
        do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw Problem(where: path, "it cannot be read as a text file", remedy: "Check that it exists.")
        }
        return try Plan(parsing: text, file: path)
    }

    /// `renewals=250000`, `renewals/2026-Q1=60000`
    private static func quota(_ text: String) throws(Problem) -> Terms.Item {
        let sides = text.split(separator: "=", omittingEmptySubsequences: false)
        let name = (sides.first ?? "").split(separator: "/", omittingEmptySubsequences: false)
        let period = name.count == 2 ? Period(name[1]) : nil
        guard sides.count == 2, let first = name.first, !first.isEmpty, name.count == 1 || period != nil,
            let amount = try? Number(sides[1]), amount > 0
        else {
            throw Problem(
                where: "--quota \(text)", "it is not NAME=AMOUNT or NAME/PERIOD=AMOUNT",
                remedy: "Write it as --quota bookings=540000 or --quota bookings/2026-Q1=135000.")
        }
        return Terms.Item(String(first), period, amount)
    }
}
