import Crypto
import Foundation
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
        settings = try common.resolve(program: "ingest", keys: keys)
        logger = settings.logger
        log = try settings.openLog(creating: createsLog)
    }

    var application: Application { settings.application }
    var commands: TopicPartition { TopicPartition(application.topic(.commands), 0) }

    /// The program that `serve` runs, in the order in which its parts start: what appends before what accepts.
    func program(
        at address: HTTPAddress, threads count: Int, signatures: [String: SourceSignature], maximumBacklog: Int64
    ) throws -> [Program.Part] {
        try settings.createTopics(in: log)
        let metrics = Metrics()
        let topology = IngestTopology(application: application)
        let threads = StreamThreads(
            count, log: log, topology: topology, options: settings.streamOptions(logger: logger))
        threads.export(to: metrics)
        let watch = CompanyWatch(log: log, source: commands, versions: topology.versions)
        let appender = Appender(log: log)
        let backlog = BacklogWatch(log: log, application: application, maximum: maximumBacklog)
        let routes = DealRoutes(
            application: application, watch: watch, appender: appender,
            bodies: BodyReading(maximum: DealRoutes.maximumBody), tooMuch: { backlog.tooMuch },
            signatures: signatures,
            accepted: metrics.counter("attain_deals_accepted_total", "Deals answered with 202."),
            refused: metrics.counter("attain_posts_refused_total", "Posts answered with 4xx or 5xx."),
            now: { Int64(Date().timeIntervalSince1970 * 1000) })
        let health = Health(threads.readiness)
        let rim = Rim(
            address: address, health: health, metrics: metrics, logger: logger, maximumBody: DealRoutes.maximumBody,
            routes: routes.add)
        return [
            threads.part, Program.Part("company watch", watch), Program.Part("appender", AppenderService(appender)),
            Program.Part("backlog watch", backlog), Program.Part("http", rim),
        ]
    }
}
