import Logging
import Records
import Runtime
import ServiceLifecycle
import Streams
import Synchronization

/// Asks the log once a second where the ledger ends, so that pages can say how fresh they are without waiting for it.
final class LagWatch: Service {
    private let log: any Log
    private let shelf: Shelf
    private let logger: Logger
    private let ends = Mutex<[Int32: Int64]?>(nil)

    init(log: any Log, shelf: Shelf, logger: Logger) {
        self.log = log
        self.shelf = shelf
        self.logger = logger
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown { [self] in
            var wasReached = true
            while !Task.isCancelled {
                let isReached = await look()
                if wasReached, !isReached { logger.warning("lost sight of the log") }
                wasReached = isReached
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Reading may wait for a broker, so it has a thread of its own.
    func look() async -> Bool {
        let found = try? await OSThread.run(named: "lag") { [log, shelf] in
            try Freshness.ends(log, shelf.application)
        }
        ends.withLock { $0 = found }
        return found != nil
    }

    func freshness() async throws -> Freshness {
        let known = ends.withLock { $0 }
        return Freshness(
            try await Freshness.progress(shelf), ends: known, partitions: shelf.application.partitions(of: .ledger))
    }
}
