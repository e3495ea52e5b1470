import ArgumentParser
import Runtime

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Keeps the statements up to date and serves them over HTTP.",
        discussion: """
            statements serve
            statements serve --log kafka://broker:9092 --http 0.0.0.0:8083 --threads 2

            Pages at /, JSON under /v1, health at /live and /ready, metrics at /metrics.
            """)

    @Option(help: "How many threads share the partitions.") var threads = 1
    @OptionGroup(title: "HTTP") var http: HTTPOptions
    @OptionGroup(title: "Options of all programs") var common: ProgramOptions

    func validate() throws {
        guard (1...64).contains(threads) else { throw ValidationError("--threads must be 1 to 64, not \(threads).") }
    }

    func run() async throws {
        let place = try Workplace(common, createsLog: true)
        let address = try http.address(place.settings.configuration, defaultPort: 8083)
        try await Program.run(try place.program(at: address, threads: threads), logger: place.logger)
    }
}
