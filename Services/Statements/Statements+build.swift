import Logging
import Records
import Runtime
import Streams

/// Everything that a subcommand works with, made in one place.
struct Workplace: Sendable {
    let settings: Settings
    let log: any Log
    let shelf: Shelf
    let logger: Logger

    /// Only what writes to a log from the first makes one; elsewhere a path with a mistake in it is told.
    init(_ common: ProgramOptions, keys: Set<String> = [], createsLog: Bool = false) throws {
        settings = try common.resolve(program: "statements", keys: keys)
        logger = settings.logger
        log = try settings.openLog(creating: createsLog)
        shelf = Shelf(folder: settings.stateFolder, application: settings.application)
    }

    var application: Application { settings.application }

    /// The program that `serve` runs, in the order in which its parts start.
    func program(at address: HTTPAddress, threads count: Int) throws -> [Program.Part] {
        try settings.createTopics(in: log)
        let metrics = Metrics()
        let topology = StatementsTopology(application: application)
        let threads = StreamThreads(
            count, log: log, topology: topology, options: settings.streamOptions(logger: logger))
        threads.export(to: metrics)
        let shelf = Shelf(folder: settings.stateFolder, application: application, isLasting: true)
        let watch = LagWatch(log: log, shelf: shelf, logger: logger)
        let health = Health(threads.readiness)
        let site = try Site(shelf: shelf, watch: watch)
        let rim = Rim(address: address, health: health, metrics: metrics, logger: logger, routes: site.addRoutes)
        return [threads.part, Program.Part("lag watch", watch), Program.Part("http", rim)]
    }
}
