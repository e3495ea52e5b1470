import Logging
import Records
import Runtime
import Streams

/// Everything that a subcommand works with, made in one place.
struct Workplace: Sendable {
    let settings: Settings
    let log: any Log
    let logger: Logger

    /// Only what writes to a log from the first makes one; elsewhere a path with a mistake in it is told.
    init(_ common: ProgramOptions, keys: Set<String> = [], createsLog: Bool = false) throws {
        settings = try common.resolve(program: "calculator", keys: keys)
        logger = settings.logger
        log = try settings.openLog(creating: createsLog)
        topology = CalculatorTopology(application: settings.application)
    }

    let topology: CalculatorTopology

    /// The program that `run` runs, in the order in which its parts start.
    func program(at address: HTTPAddress, threads count: Int) throws -> [Program.Part] {
        try settings.createTopics(in: log)
        let metrics = Metrics()
        let threads = StreamThreads(
            count, log: log, topology: topology, options: settings.streamOptions(logger: logger))
        threads.export(to: metrics)
        let health = Health(threads.readiness)
        let rim = Rim(address: address, health: health, metrics: metrics, logger: logger) { _ in }
        return [threads.part, Program.Part("http", rim)]
    }
}
