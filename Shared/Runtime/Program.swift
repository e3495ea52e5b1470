import Dispatch
import Glibc
package import Logging
package import ServiceLifecycle
import Synchronization
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
        _ parts: [Part], logger: Logger, graceSeconds: Int = 25
    ) async throws {
        let deadline = Deadline()
        defer { deadline.cancel() }
        let guarded = parts.map { part in
            ServiceGroupConfiguration.ServiceConfiguration(
                service: GuardedService(part: part, deadline: deadline), serviceName: part.name)
        }
        let impatience = ServiceGroupConfiguration.ServiceConfiguration(
            service: Impatience(deadline: deadline, graceSeconds: graceSeconds), serviceName: "signals")
        var configuration = ServiceGroupConfiguration(
            services: [impatience] + guarded, gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "lifecycle"))
        configuration.maximumGracefulShutdownDuration = .seconds(graceSeconds)
        try await ServiceGroup(configuration: configuration).run()
        logger.info("stopped")
    }
}

/// Turns what a service does wrong into a problem with its name.
private struct GuardedService: Service {
    let part: Program.Part
    let deadline: Deadline

    func run() async throws {
        do { try await runToEnd() } catch {
            deadline.set(5, saying: "\(error)")
            throw error
        }
    }

    private func runToEnd() async throws {
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

/// Ends the process when its parts do not end by themselves: a thread may be waiting for a broker that is gone.
private final class Deadline: Sendable {
    private let isOver = Mutex(false)
    private let isSet = Mutex(false)

    /// The first one counts.
    func set(_ seconds: Int, saying last: String) {
        let isFirst = isSet.withLock { isSet in
            defer { isSet = true }
            return !isSet
        }
        guard isFirst else { return }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds)) { [self] in
            guard !isOver.withLock({ $0 }) else { return }
            Terminal.writeError(line: "Error: \(last)")
            _exit(1)
        }
    }

    func cancel() { isOver.withLock { $0 = true } }
}

/// The first Ctrl-C asks, the second one insists. One soon after the first is the same: `timeout`, `make` and terminals
/// often send a signal to the process and to its group.
private struct Impatience: Service {
    let deadline: Deadline
    let graceSeconds: Int

    func run() async throws {
        var first: ContinuousClock.Instant?
        for await _ in await UnixSignalsSequence(trapping: [.sigint, .sigterm]).cancelOnGracefulShutdown() {
            let now = ContinuousClock.now
            guard let asked = first, now - asked > .milliseconds(500) else {
                first = first ?? now
                deadline.set(
                    graceSeconds + 5,
                    saying: "it did not stop in time, and was ended; the next start goes on from the last commit")
                continue
            }
            Terminal.writeError(line: "stopped at once by a second signal; the next start goes on from the last commit")
            _exit(130)
        }
        try? await gracefulShutdown()
    }
}
