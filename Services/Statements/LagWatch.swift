import Logging
import Records
import Runtime
import ServiceLifecycle
import Streams
import Synchronization

/// Asks the log once a second where the topics end that are shown, so that pages can say how fresh they are without
/// waiting for it.
final class LagWatch: Service {
    private let log: any Log
    private let shelf: Shelf
    let logger: Logger
    private let ends = Mutex<[Topic: [Int32: Int64]]?>(nil)

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
        let found = try? await OSThread.run(named: "lag") { [log, shelf] in try Freshness.ends(log, shelf.application) }
        ends.withLock { $0 = found }
        return found != nil
    }

    /// Where the partitions ended a moment ago; `nil` when the log cannot be asked.
    var latest: [Topic: [Int32: Int64]]? { ends.withLock { $0 } }

    func freshness(of topic: Topic) async throws -> Freshness {
        try await Freshness.of(topic, in: shelf, ends: latest)
    }
}
