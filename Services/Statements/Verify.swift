import ArgumentParser
import Foundation
import Runtime
import Streams

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Proves from the log itself that the ledger is whole and that the figures follow from it.",
        discussion: """
            Checks for every payee that no document was altered, removed, inserted or moved (each names the hash of \
            the one before), that postings sum to zero and explanations to their amounts, that every statement's \
            opening and movement give its closing, and that the store shows what the ledger says. Then works out every \
            document anew from the payees' events, in memory and without the calculator's stores, and compares it byte \
            for byte; and evaluates once more what is known in the end, without the way that led there. Exits with 1 \
            when anything is wrong.

            A chain cannot tell that its end was cut off. Keep an anchor outside the log for that:
              statements verify --write-anchor heads-2026-03.csv
              statements verify --anchor heads-2026-03.csv
            """)

    @Option(help: ArgumentHelp("Check that the ledger still holds what this file names.", valueName: "file"))
    var anchor: String?
    @Option(help: ArgumentHelp("Write where every payee's chain ends now.", valueName: "file"))
    var writeAnchor: String?
    @OptionGroup(title: "Options of all programs") var common: ProgramOptions

    func run() async throws {
        let place = try Workplace(common)
        let anchors = try anchor.map { try Anchor(path: $0).heads } ?? [:]
        // What keeps the stores from following the log is what is looked for here.
        var obstacle: Audit.Finding?
        do { try await place.catchUp().warn() } catch {
            guard let finding = Audit.Finding(obstacle: error) else { throw error }
            obstacle = finding
        }
        var report = try await Verifying(log: place.log, shelf: place.shelf, anchors: anchors).run()
        if let obstacle { report.findings.insert(obstacle, at: 0) }
        Terminal.writeOutput(report.text)
        guard report.findings.isEmpty else { throw ExitCode.failure }
        guard let writeAnchor else { return }
        do { try report.anchor.text.write(toFile: writeAnchor, atomically: true, encoding: .utf8) } catch {
            throw Problem(where: "--write-anchor", "\(writeAnchor) cannot be written", remedy: "Check the path.")
        }
    }
}

extension Audit.Finding {
    /// A log that is not whole, or not the one that the stores have read; `nil` for any other error.
    fileprivate init?(obstacle error: any Error) {
        let place: String
        switch error {
        case let gap as GapError: place = "\(gap.reader)/\(gap.offset)"
        case StateError.beyondEnd(let source, _, let end, _): place = "\(source)/\(end)"
        case StateError.otherRecord(let source, let offset, _): place = "\(source)/\(offset)"
        default: return nil
        }
        self.init(place: place, payee: nil, message: "\(error)")
    }
}

extension Verifying.Report {
    var text: String {
        func row(_ title: String, _ value: String) -> String {
            title.padding(toLength: 12, withPad: " ", startingAt: 0) + value + "\n"
        }
        var text = row("documents", ProgressBar.grouped(documents)) + row("payees", ProgressBar.grouped(Int64(payees)))
        text += row(
            "recomputed",
            "\(ProgressBar.grouped(documentsRecomputed)) documents from their events, "
                + "\(ProgressBar.grouped(linesRecomputed)) lines in one go")
        if duplicates > 0 { text += row("repeated", "\(ProgressBar.grouped(duplicates)) (identical, passed over)") }
        if !unbuilt.isEmpty {
            text += row("not compared", "partitions \(unbuilt.map(String.init).joined(separator: ", ")): no store here")
        }
        if !unfounded.isEmpty {
            let list = unfounded.map(String.init).joined(separator: ", ")
            text += row("not checked", "partitions \(list): payee-events does not have them, nothing was recomputed")
        }
        text += row("ledger head", anchor.hash)
        guard !findings.isEmpty else {
            return text
                + row(
                    "result", unfounded.isEmpty ? "whole: every check passed" : "whole, as far as it could be checked")
        }
        text += row("result", "\(findings.count) \(findings.count == 1 ? "finding" : "findings")")
        for finding in findings.prefix(100) { text += "  \(finding.place): \(finding.message)\n".printableLines }
        if findings.count > 100 { text += "  and \(findings.count - 100) more\n" }
        if unjudged > 0 { text += "  \(unjudged) documents behind these could not be judged\n" }
        return text
    }
}
