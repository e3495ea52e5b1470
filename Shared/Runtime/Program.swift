import Glibc
package import Logging
package import ServiceLifecycle
import UnixSignals

/// The life of a program: services start in order and stop in the reverse one.
package enum Program {
    /// A service under the name that an operator knows it by.
    package struct Part: Sendable {
        let name: String
        let service: any Service

        package init(_ name: String, _ service: any Service) {
            self.name = name
            self.service = service
        }
    }

    /// Runs the parts, dependencies first, until SIGTERM or SIGINT stops them gracefully; a second one ends the
    /// process at once. A part that throws or returns before that ends all others too, and this throws a `Problem`
    /// that names it, so that the process exits non-zero with one line that says why.
    package static func run(
        _ parts: [Part], logger: Logger, gracePeriod: Duration = .seconds(25)
    ) async throws {
        let guarded = parts.map { part in
            ServiceGroupConfiguration.ServiceConfiguration(service: GuardedService(part: part), serviceName: part.name)
        }
        let impatience = ServiceGroupConfiguration.ServiceConfiguration(service: Impatience(), serviceName: "signals")
        var configuration = ServiceGroupConfiguration(
            services: [impatience] + guarded, gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "lifecycle"))
        configuration.maximumGracefulShutdownDuration = gracePeriod
        configuration.maximumCancellationDuration = .seconds(5)
        try await ServiceGroup(configuration: configuration).run()
        logger.info("stopped")
    }
}

/// Turns what a service does wrong into a problem with its name.
private struct GuardedService: Service {
    let part: Program.Part

    func run() async throws {
        do { try await part.service.run() } catch let problem as Problem { throw problem } catch let problems
            as Problems
        {
            throw problems
        } catch is CancellationError { return } catch {
            throw Problem(
                where: part.name, "\(error)",
                remedy: "The program stopped and lost nothing; mend the cause and start it again.")
        }
        guard Task.isShuttingDownGracefully || Task.isCancelled else {
            throw Problem(
                where: part.name, "it ended by itself", remedy: "This is a fault of the program; start it again.")
        }
    }
}

/// The first Ctrl-C asks, the second one insists. One soon after the first is the same: `timeout`, `make` and terminals
/// often send a signal to the process and to its group.
private struct Impatience: Service {
    func run() async throws {
        var first: ContinuousClock.Instant?
        for await _ in await UnixSignalsSequence(trapping: [.sigint, .sigterm]).cancelOnGracefulShutdown() {
            let now = ContinuousClock.now
            guard let asked = first, now - asked > .milliseconds(500) else {
                first = first ?? now
                continue
            }
            Terminal.writeError(line: "stopped at once by a second signal; the next start goes on from the last commit")
            _exit(130)
        }
        try? await gracefulShutdown()
    }
}
