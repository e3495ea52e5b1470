import ArgumentParser
import BenchSupport
import Domain
import Foundation
import Records
import Streams

/// The anchor job: a year of deals of ten thousand reps through the three programs on the embedded log, stage by stage
/// and all at once, with the SHA-256 of what comes out beside that of a plain loop over the file.
@main
struct AnchorBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anchor-bench",
        discussion: """
            FILE is NDJSON, a deal a line, as the anchor job's generator writes it: deal_id, closed_at, amount_cents, \
            product, splits of rep_id and bp.
            """)

    @Argument(help: "The deals.") var file: String
    @Option(help: "The folder of the built programs.") var programs: String
    @Option(help: "Where the log and the state go. (default: a folder that goes when this ends)") var data: String?
    @Option(help: "Threads of the calculator.") var threads = 2
    @Option(help: "Only all at once, without each stage by itself.") var only: Mode?

    enum Mode: String, ExpressibleByArgument { case stages, together }

    func run() throws {
        let clock = ContinuousClock()
        var job = AnchorJob()
        let limit = try clock.measure { try job.read(file) }
        print("deals: \(job.deals), reps: \(job.reps.count), file: \(file)")
        print(row("one tight loop", job.deals, limit.seconds, note: "SHA-256 \(job.sha)"))
        let folder = data ?? "\(NSTemporaryDirectory())attain-anchor-\(getpid())"
        defer { if data == nil { try? FileManager.default.removeItem(atPath: folder) } }
        let company = "\(folder)/company"
        try AnchorCompany(job: job).write(to: company)
        for mode in [Mode.stages, .together] where only == nil || only == mode {
            let run = try AnchorRun(
                folder: "\(folder)/\(mode)", company: company, file: file, programs: programs, threads: threads)
            try mode == .stages ? run.stages(job.deals) : run.together(job.deals)
            let sha = job.sha(paid: try run.earned())
            print("SHA-256 \(sha): \(sha == job.sha ? "the same as the tight loop's" : "NOT THE SAME")")
            guard sha == job.sha else { throw ExitCode.failure }
        }
    }
}

func row(_ name: String, _ deals: Int, _ seconds: Double, note: String = "") -> String {
    let rate = Int(Double(deals) / max(seconds, 1e-9))
    return [
        name.padding(toLength: 34, withPad: " ", startingAt: 0),
        String(format: "%9d deals/s %9.2f s", rate, seconds), note,
    ].joined(separator: "  ")
}
