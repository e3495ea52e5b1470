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
        abstract: "Measures a year of deals through the three programs, stage by stage and all at once.",
        discussion: """
            Without FILE it makes deals of its own. FILE is NDJSON, a deal a line, as the anchor job's generator writes it, without space after colons: deal_id, \
            closed_at (in 2025), amount_cents, currency (USD), product (P0 to P7), splits of rep_id (R00042) and bp, \
            stage (Closed Won), version, account.name. '× tight loop' is how many times as long it takes as a plain loop \
            over the same file.
            """)

    @Argument(help: "The deals.") var file: String?
    @Option(help: "How many to make where there is no file.") var deals = 100_000
    @Option(help: "The folder of the built programs.") var programs: String
    @Option(help: "Where the log and the state go. (default: a folder that goes when this ends)") var data: String?
    @Option(help: "Threads of the calculator.") var threads = 2
    @Option(help: "Only each stage by itself, or only all together.") var only: Mode?

    enum Mode: String, CaseIterable, ExpressibleByArgument {
        case stages, together

        var title: String { self == .stages ? "each stage by itself" : "all at once" }
    }

    func validate() throws { try atLeastOne(deals, threads) }

    func run() throws {
        let folder = data ?? "\(NSTemporaryDirectory())attain-anchor-\(getpid())"
        defer { if data == nil { try? FileManager.default.removeItem(atPath: folder) } }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let own = "\(folder)/deals.ndjson"
        if file == nil { try AnchorDeals(count: deals).write(to: own) }
        try run(file ?? own, in: folder)
    }

    private func run(_ file: String, in folder: String) throws {
        let clock = ContinuousClock()
        var job = AnchorJob()
        let limit = try clock.measure { try job.read(file) }
        print("Anchor job: \(grouped(job.deals)) deals, \(grouped(job.reps.count)) reps, file \(file)")
        print("SHA-256 \(job.sha) by one tight loop")
        let company = "\(folder)/company"
        try AnchorCompany(job: job).write(to: company)
        for mode in Mode.allCases where only == nil || only == mode {
            let run = try AnchorRun(
                folder: "\(folder)/\(mode)", company: company, file: file, programs: programs, threads: threads)
            let rates = Rates(mode.title, deals: job.deals, limit: limit.seconds)
            try mode == .stages ? run.stages(rates) : run.together(rates)
            rates.end()
            let sha = AnchorJob.sha(of: try run.amounts())
            print("SHA-256 \(sha): \(sha == job.sha ? "the same as the tight loop's" : "NOT THE SAME")")
            guard sha == job.sha else { throw ExitCode.failure }
        }
    }
}

/// A table of what the deals took, beside the tight loop.
struct Rates {
    private let table: Table
    private let deals: Int
    private let limit: Double

    init(_ title: String, deals: Int, limit: Double) {
        table = Table(title, ["deals/s", "seconds", "× tight loop", "CPU s", "MB"])
        (self.deals, self.limit) = (deals, limit)
        row("one tight loop", limit)
    }

    /// What a process has taken may be for more than the deals' seconds: it counts from its start to its end.
    func row(_ name: String, _ seconds: Double, _ taken: Measured.Taken? = nil) {
        let rate = grouped(Int(Double(deals) / max(seconds, 1e-9)))
        let process = taken.map { [hundredths($0.cpu), grouped($0.megabytes)] } ?? []
        table.row(name, [rate, hundredths(seconds), hundredths(seconds / limit)] + process)
    }

    func end() { table.end() }
}
