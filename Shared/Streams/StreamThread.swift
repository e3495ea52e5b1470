import Logging
import Synchronization

/// One OS thread that runs a topology as one member of its group. More cores: more of these in one process.
///
/// Wrap `run` as a service: it returns after `stop` or when its task is cancelled, throws what went wrong, and the
/// program ends; nothing that was not committed has happened.
package final class StreamThread: Sendable {
    package let status = StreamStatus()
    private let log: any Log
    private let topology: any Topology
    private let options: StreamOptions
    private let isStopping = Atomic(false)

    package init(log: any Log, topology: any Topology, options: StreamOptions) {
        self.log = log
        self.topology = topology
        self.options = options
    }

    /// Runs until `stop` or cancellation, then finishes the batch at hand and leaves the group.
    package func run() async throws {
        try await withTaskCancellationHandler {
            try await OSThread.run(named: "\(options.program)-stream") { [self] in
                do { try loop() } catch { throw StateError(error, folder: options.stateFolder) ?? error }
            }
        } onCancel: {
            stop()
        }
    }

    /// Asks the loop to stop after the batch at hand; to be called on graceful shutdown, from anywhere.
    package func stop() { isStopping.store(true, ordering: .relaxed) }

    private func loop() throws {
        let loop = try StreamLoop(log: log, topology: topology, options: options, status: status)
        while !isStopping.load(ordering: .relaxed) { try loop.step(timeout: options.pollTimeout) }
        try loop.close()
        options.logger.info("stopped")
    }
}
