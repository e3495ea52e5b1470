import ArgumentParser
import Foundation
import Logging
import Runtime
import Streams

struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Builds all statements anew from the ledger, beside those that are shown.",
        discussion: """
            The proof that nothing but the log is needed: 'replay --compare' reads the whole ledger into an empty \
            folder and compares the SHA-256 of all statements and balances with the live ones.
            """)

    @Flag(help: "Compare with the live statements; exit with 1 when they differ.") var compare = false
    @Flag(help: "Keep the folder that was built.") var keep = false
    @OptionGroup(title: "Options of all programs") var common: CommonOptions

    func run() async throws {
        let place = try Workplace(common)
        let folder = place.settings.stateFolder + "-replay-\(ProcessInfo.processInfo.processIdentifier)"
        let scratch = Shelf(folder: folder, application: place.application)
        do {
            try await replay(place, into: scratch, folder: folder)
        } catch {
            if !keep { try? FileManager.default.removeItem(atPath: folder) }
            throw error
        }
        if keep { Terminal.writeError(line: "kept \(folder)") } else { try FileManager.default.removeItem(atPath: folder) }
    }

    private func replay(_ place: Workplace, into scratch: Shelf, folder: String) async throws {
        if compare { try await place.catchUp().warn() }
        var options = place.settings.streamOptions(logger: place.logger)
        options.stateFolder = folder
        options.logger.logLevel = .warning
        let group = "statements-replay-\(ProcessInfo.processInfo.processIdentifier)"
        let (records, time) = try await CatchingUp(
            log: place.log, topology: StatementsTopology(application: place.application, name: group),
            options: options, title: "replaying"
        ).run()
        let rebuilt = try await Fingerprint.of(scratch)
        let (seconds, attoseconds) = time.components
        let milliseconds = max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        Terminal.writeOutput(
            "records    \(ProgressBar.grouped(records)) in \(milliseconds) ms, "
                + "\(ProgressBar.grouped(records * 1000 / milliseconds))/s\n\(rebuilt.text)")
        if compare { try await compare(rebuilt, with: place, scratch) }
    }

    private func compare(_ rebuilt: Fingerprint, with place: Workplace, _ scratch: Shelf) async throws {
        let live = try await Fingerprint.of(place.shelf)
        if live == rebuilt {
            Terminal.writeOutput("result     equal to the live statements\n")
            return
        }
        let isSamePlace = try await Freshness.progress(place.shelf) == Freshness.progress(scratch)
        Terminal.writeOutput(
            isSamePlace
                ? "result     different from the live statements:\n\(live.text)"
                : "result     not comparable: the live statements are at another position; run it again\n")
        throw ExitCode.failure
    }
}
