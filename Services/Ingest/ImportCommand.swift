import ArgumentParser
import Domain
import Foundation
import Runtime
import Streams

struct ImportFile: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Imports deals, or payments for deals, from a CSV or NDJSON file.",
        discussion: """
            ingest import deals.csv --source crm --try                      reads it and tells what would come of it
            ingest import deals.csv --source crm --try --mapping new.yaml   the same with a mapping not applied yet
            ingest import deals.csv --source crm                            imports it
            ingest import payments.csv --source billing                     payments, where the mapping says so

            The source names the mapping (mappings/*.yaml of the company folder) that reads the rows. Every row is kept \
            as it is; what it means is decided when it is credited, so mending the mapping mends what was imported \
            before. Rows without a deal ID and rows that cannot be read are listed and go to the topic 'quarantine'. \
            It can be stopped at any time: run again, it goes on where it was. A file that was imported is not \
            imported twice.
            """)

    @Argument(help: ArgumentHelp("The file, .csv or .ndjson.", valueName: "file"), completion: .file())
    var file: String

    @Option(help: ArgumentHelp("Where the records come from, as the mapping names it.", valueName: "name"))
    var source: String

    @Flag(name: .customLong("try"), help: "Read the file and tell what would come of it; append nothing.")
    var isTrial = false

    @Option(help: ArgumentHelp("With --try: a mapping file instead of the one applied.", valueName: "file"))
    var mapping: String?

    @Option(help: "csv or ndjson, where the file's name does not tell.")
    var format: DealFileFormat?

    @OptionGroup(title: "Options of all programs") var common: ProgramOptions

    func validate() throws {
        guard mapping != nil, !isTrial else { return }
        throw ValidationError(
            "--mapping only goes with --try; to import with it, put it into the company folder's mappings/ and run "
                + "'ingest apply'")
    }

    func run() throws {
        let bytes = try opened()
        let work = try Workplace(common, createsLog: true)
        try work.settings.createTopics(in: work.log)
        let company = try Applying.company(work.application, work.log).company
        let read = try AppliedMapping(source: source, file: mapping, company: company)
        let format = format ?? DealFileFormat(fileName: bytes.name)
        if isTrial {
            var trial = ImportTrial(mapping: read.mapping, company: company)
            do { try trial.read(bytes, format) } catch { throw error.problem }
            return Terminal.writeOutput(trial.report(file: bytes.name, mapping: read.origin))
        }
        var importing = try Importing(
            bytes, format, mapping: read.mapping, mappingText: read.text, application: work.application, log: work.log,
            stateFolder: work.settings.stateFolder, now: { .now })
        try run(&importing, size: Int64(bytes.size))
    }

    private func opened() throws -> FileBytes {
        do { return try FileBytes(path: file) } catch { throw error.problem }
    }

    private func run(_ importing: inout Importing, size: Int64) throws {
        if importing.progress.isComplete {
            let text = "\(importing.progress.file) was imported already: \(importing.progress.sum); nothing to do\n"
            return Terminal.writeOutput(text)
        }
        if importing.progress.row > 0 {
            Terminal.writeError(line: "going on after row \(importing.progress.row) of \(importing.progress.file)")
        }
        var bar = ProgressBar("importing", total: 0, unit: "rows")
        do {
            try importing.run { rows, bytes in
                // How many rows there are is known at the end; until then by how long they have been so far.
                bar.total = Int64(rows) * size / Int64(max(1, bytes))
                bar.advance(to: Int64(rows))
            }
        } catch let fault as FileFault { throw fault.problem }
        bar.finish()
        Terminal.writeOutput(importing.progress.report(blankLines: importing.blankLines))
    }
}

extension DealFileFormat: ExpressibleByArgument {}

extension FileFault {
    /// As the command line shows it.
    var problem: Problem {
        Problem(
            where: line.map { "\(file) line \($0)" } ?? file, reason,
            remedy: "Nothing more of it was imported; mend it and import it again.")
    }
}

extension ImportProgress {
    var sum: String {
        "\(ProgressBar.grouped(Int64(received))) received = \(ProgressBar.grouped(Int64(appended))) appended + "
            + "\(ProgressBar.grouped(Int64(quarantined))) quarantined"
    }

    /// What came of the file, with the rows that somebody has to look at.
    func report(blankLines: Int) -> String {
        var text = "\(file): \(sum)\(blankLines > 0 ? " (\(blankLines) blank lines passed over)" : "")\n"
        guard quarantined > 0 else { return text }
        text += "\nIn quarantine, to be mended in the source and exported again:\n"
        for fault in faults { text += "  row \(fault.row) (line \(fault.line)): \(fault.reason)\n" }
        if quarantined > faults.count {
            text += "  … and \(quarantined - faults.count) more: ingest topics read quarantine\n"
        }
        return text
    }
}
