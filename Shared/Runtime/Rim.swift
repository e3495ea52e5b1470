import Glibc
package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import ServiceLifecycle

/// The HTTP rim of a program: its own routes, and `/live`, `/ready`, `/metrics`.
package struct Rim: Service {
    package typealias Routes = Router<RimContext>

    private let application: Application<RouterResponder<RimContext>>

    /// `maximumBody` is in bytes; a larger body is answered with 413 before it is read.
    package init(
        address: HTTPAddress, health: Health, metrics: Metrics, logger: Logger, maximumBody: Int = 1 << 20,
        routes: (Routes) -> Void
    ) {
        let router = Rim.router(
            health: health, metrics: metrics, logger: logger, maximumBody: maximumBody, routes: routes)
        var quiet = Logger(label: "http")
        quiet.logLevel = .error
        application = Application(
            router: router, server: .http1(configuration: .init(idleTimeout: .seconds(60))),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                availableConnectionsDelegate: MaximumAvailableConnections(2048)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? address.port
                logger.info("listening", metadata: ["address": "http://\(address.host):\(port)"])
                guard !address.isLocal else { return }
                logger.warning(
                    "opened to the network without authentication", metadata: ["address": "\(address)"])
            },
            logger: quiet)
    }

    package func run() async throws {
        do { try await application.run() } catch let error where "\(error)".contains("(errno: \(EADDRINUSE))") {
            throw Problem(
                where: "--http", "the address is already in use", remedy: "Choose another port, or stop who has it.")
        }
    }

    /// All middleware and routes, without a socket, for tests.
    package static func router(
        health: Health, metrics: Metrics, logger: Logger, maximumBody: Int = 1 << 20, routes: (Routes) -> Void
    ) -> Routes {
        let router = Routes(context: RimContext.self, options: [.autoGenerateHeadEndpoints])
        router.middlewares.add(RequestLogging(metrics: metrics, logger: logger))
        router.middlewares.add(SecurityHeaders())
        router.middlewares.add(ProblemResponses(logger: logger))
        router.middlewares.add(BodyLimit(maximum: maximumBody))
        router.get("live") { _, _ in Response(text: "live\n") }
        router.get("ready") { _, _ in
            let problems = await health.problems()
            return problems.isEmpty
                ? Response(text: "ready\n") : Response(problems: problems, status: .serviceUnavailable)
        }
        router.get("metrics") { _, _ in
            Response(text: metrics.text(), contentType: "text/plain; version=0.0.4; charset=utf-8")
        }
        routes(router)
        return router
    }
}

/// What Hummingbird carries along with a request.
package struct RimContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The connection; without one in tests.
    let channel: (any Channel)?

    package init(source: Source) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// Without a connection, for tests.
    package init(logger: Logger) {
        coreContext = .init(source: Unconnected(logger: logger))
        channel = nil
    }

    private struct Unconnected: RequestContextSource { let logger: Logger }
}

/// Whether the program can do its work: partitions assigned and restored. Asked at every `/ready`.
package struct Health: Sendable {
    private let checks: [@Sendable () async -> Problem?]

    package init(_ checks: [@Sendable () async -> Problem?] = []) { self.checks = checks }

    package func problems() async -> [Problem] {
        var problems: [Problem] = []
        for check in checks { if let problem = await check() { problems.append(problem) } }
        return problems
    }
}
