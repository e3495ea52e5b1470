import ArgumentParser
import Runtime

/// `calculator run`
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Calculates until it is stopped.",
        discussion: """
            Each thread takes a share of the partitions. On Kafka, start as many processes as you like: they share the \
            partitions too. /live, /ready and /metrics are at --http.
            """)

    @OptionGroup var common: ProgramOptions
    @OptionGroup var http: HTTPOptions

    @Option(
        help: ArgumentHelp("Threads that calculate; more than partitions are idle.", valueName: "count"))
    var threads = 1

    func validate() throws {
        guard (1...256).contains(threads) else { throw ValidationError("--threads takes a whole number from 1 to 256") }
    }

    func run() async throws {
        let work = try Workplace(common, keys: ["http"], createsLog: true)
        let address = try http.address(work.settings.configuration, defaultPort: 8082)
        try await Program.run(try work.program(at: address, threads: threads), logger: work.logger)
    }
}
