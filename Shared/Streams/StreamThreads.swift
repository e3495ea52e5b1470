import Logging
import Synchronization

/// The OS threads of one process that run a topology, each as one member of its group. More cores: more threads.
///
/// Wrap `run` as a service: it returns after `stop` or when its task is cancelled, throws what went wrong in any of them, and
/// the program ends; nothing that was not committed has happened.
package final class StreamThreads: Sendable {
    /// Of each thread.
    package let statuses: [StreamStatus]
    private let log: any Log
    private let topology: any Topology
    private let options: StreamOptions
    private let isStopping = Atomic(false)
    private let running: Monitor<Int>

    package init(_ count: Int, log: any Log, topology: any Topology, options: StreamOptions) {
        statuses = (0..<count).map { _ in StreamStatus() }
        running = Monitor(count)
        self.log = log
        self.topology = topology
        self.options = options
    }

    /// Runs until `stop` or cancellation, then finishes the batches at hand and leaves the group.
    package func run() async throws {
        try await withTaskCancellationHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for status in statuses { group.addTask { [self] in try await run(status) } }
                do { for try await _ in group {} } catch {
                    stop()
                    throw error
                }
            }
        } onCancel: {
            stop()
        }
    }

    /// Asks the threads to stop after the batches at hand; to be called on graceful shutdown, from anywhere.
    package func stop() { isStopping.store(true, ordering: .relaxed) }

    private func run(_ status: StreamStatus) async throws {
        try await OSThread.run(named: "\(options.program)-stream") { [self] in
            do {
                let loop = try stopped(status)
                // Whoever went on would take over the partitions of this one, open their stores, and only close them again.
                running.wait { $0 == 0 ? () : nil }
                try loop.close()
                options.logger.info("stopped")
            } catch {
                throw StateError(error, folder: options.stateFolder) ?? error
            }
        }
    }

    /// After it has worked until it was to stop.
    private func stopped(_ status: StreamStatus) throws -> StreamLoop {
        defer {
            running.withLock { $0 -= 1 }
            running.notify()
        }
        let loop = try StreamLoop(log: log, topology: topology, options: options, status: status)
        while !isStopping.load(ordering: .relaxed) { try loop.step(timeout: options.pollTimeout) }
        return loop
    }
}
