import ArgumentParser
import Foundation
import Records
import Runtime
import Streams

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Builds all statements anew from the ledger, beside those that are shown.",
        discussion: """
            The proof that nothing but the log is needed: 'replay --compare' reads the whole ledger into an empty \
            folder and compares the SHA-256 of all statements and balances with the live ones.
            """)

    @Flag(help: "Compare with the live statements; exit with 1 when they differ.") var compare = false
    @Flag(help: "Keep the folder that was built.") var keep = false
    @OptionGroup(title: "Options of all programs") var common: ProgramOptions

    func run() async throws {
        let place = try Workplace(common)
        let folder = place.settings.stateFolder + "-replay-\(ProcessInfo.processInfo.processIdentifier)"
        defer { if !keep { try? FileManager.default.removeItem(atPath: folder) } }
        if compare { try await place.catchUp().warn() }
        try await replay(place, into: folder)
        let scratch = Shelf(folder: folder, application: place.application)
        let rebuilt = try await Fingerprint.of(scratch)
        Terminal.writeOutput(rebuilt.text)
        if keep { Terminal.writeOutput("kept       \(folder)\n") }
        if compare { try await compare(rebuilt, with: place.shelf, scratch) }
    }

    private func replay(_ place: Workplace, into folder: String) async throws {
        var options = place.settings.streamOptions(logger: place.logger)
        options.stateFolder = folder
        let replay = Replay(
            log: place.log, topology: StatementsTopology(application: place.application), options: options)
        try await OSThread.run(named: "replay") {
            var bar = ProgressBar("replaying", total: 0)
            // What goes to quarantine is there since the first run.
            try replay.run(
                output: { _, _ in },
                progress: { progress in
                    bar.total = progress.total
                    bar.advance(to: progress.records)
                })
            bar.finish()
        }
    }

    private func compare(_ rebuilt: Fingerprint, with live: Shelf, _ scratch: Shelf) async throws {
        let shown = try await Fingerprint.of(live)
        if shown == rebuilt {
            Terminal.writeOutput("result     equal to the live statements\n")
            return
        }
        let isSamePlace = try await Freshness.progress(live, of: .ledger) == Freshness.progress(scratch, of: .ledger)
        Terminal.writeOutput(
            isSamePlace
                ? "result     different from the live statements:\n\(shown.text)"
                : "result     not comparable: the live statements are at another position; run it again\n")
        throw ExitCode.failure
    }
}
