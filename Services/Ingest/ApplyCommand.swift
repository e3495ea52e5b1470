import ArgumentParser
import Domain
import Foundation
import Runtime

struct Apply: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Brings the company to what a company folder says.",
        discussion: """
            ingest apply company/               shows the difference and asks
            ingest apply company/ --dry-run     shows it and changes nothing
            ingest apply company/ --yes         asks nobody, for scripts

            The folder holds company.yaml, payees.csv, hierarchy.csv, contracts.csv, quotas.csv, exchange-rates.csv, \
            products.csv, plans/*.yaml and mappings/*.yaml. It is read as a whole: with one mistake in any file nothing \
            is changed, and all mistakes are listed. What is no longer in the folder is removed. Doing it again does \
            nothing.
            """)

    @Argument(help: ArgumentHelp("The company folder.", valueName: "folder"), completion: .directory)
    var folder: String

    @Flag(help: "Apply without asking.")
    var yes = false

    @Flag(help: "Show the difference, and change nothing.")
    var dryRun = false

    @Flag(help: "List everything that is added and removed, however long.")
    var all = false

    @OptionGroup(title: "Options of all programs") var common: ProgramOptions

    func validate() throws {
        if yes, dryRun { throw ValidationError("--yes and --dry-run contradict each other; give one of them") }
    }

    func run() throws {
        let company = try read()
        let work = try Workplace(common, createsLog: true)
        try work.settings.createTopics(in: work.log)
        let applying = try Applying(company, application: work.application, log: work.log)
        guard !applying.difference.isEmpty else {
            return Terminal.writeOutput("\(folder): nothing to do, the company is as the folder says\n")
        }
        Terminal.writeOutput(applying.difference.text(isComplete: all))
        Terminal.writeOutput(applying.difference.warning(from: applying.commands.company))
        if dryRun { return Terminal.writeOutput("\nNothing was changed (--dry-run).\n") }
        guard try isWanted() else { return Terminal.writeOutput("Nothing was changed.\n") }
        try append(applying)
    }

    private func read() throws -> CompanyFolder {
        do { return try CompanyFolder(at: folder) } catch {
            for problem in error.all { Terminal.writeError(line: problem.description) }
            let count = error.all.count
            throw Problem(
                where: folder, count == 1 ? "one problem" : "\(count) problems",
                remedy: "Mend \(count == 1 ? "it" : "them") and apply again; nothing was changed.")
        }
    }

    private func isWanted() throws -> Bool {
        if yes { return true }
        Terminal.writeOutput("\nApply this? [y/N] ")
        guard let answer = readLine() else {
            throw Problem(
                where: "ingest apply", "there is nobody to ask",
                remedy: "Give --yes to apply without asking; nothing was changed.")
        }
        return ["y", "yes"].contains(answer.lowercased())
    }

    private func append(_ applying: Applying) throws {
        let person = ProcessInfo.processInfo.environment["USER"] ?? "ingest apply"
        switch try applying.append(by: person, now: .now) {
        case .applied(let offset):
            let count = applying.difference.changes.count
            Terminal.writeOutput(
                "\nApplied: \(count) \(count == 1 ? "change" : "changes"), in effect from commands offset \(offset).\n")
        case .overtaken:
            throw Problem(
                where: folder, "somebody else changed the company at the same moment, so this change does not count",
                remedy: "Run it again to see what is different now.")
        }
    }
}
