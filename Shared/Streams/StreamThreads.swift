import GRDB
import Logging

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
    private let state: Monitor<State>

    private struct State {
        /// Threads that are members of the group.
        var joined = 0
        /// Those that have not come to their end.
        var working: Int
        /// Those that are over, and what went wrong in the first one.
        var ended = 0
        var failure: (any Error)?
        var isStopping = false
    }

    package init(_ count: Int, log: any Log, topology: any Topology, options: StreamOptions) {
        statuses = (0..<count).map { _ in StreamStatus() }
        state = Monitor(State(working: count))
        self.log = log
        self.topology = topology
        self.options = options
    }

    /// Runs until `stop` or cancellation, then finishes the batches at hand and leaves the group.
    package func run() async throws {
        try await withTaskCancellationHandler {
            try await OSThread.run(named: "\(options.program)-threads") { [self] in try runToEnd() }
        } onCancel: {
            stop()
        }
    }

    /// After one has failed the others are given some time: one that waits for a broker which is gone would keep the program
    /// half alive. What it has not committed has not happened.
    private func runToEnd() throws {
        for status in statuses {
            OSThread.start(named: "\(options.program)-stream") { [self] in
                let failure = failure(of: status)
                if let failure { note(failure) }
                change { $0.ended += 1 }
            }
        }
        state.wait { $0.ended == statuses.count || $0.failure != nil ? () : nil }
        let deadline = MonotonicTime.now + StreamOptions.patienceWithThreads
        state.wait(until: deadline) { $0.ended == statuses.count ? () : nil }
        if let failure = state.withLock(\.failure) { throw failure }
    }

    /// Asks the threads to stop after the batches at hand; to be called on graceful shutdown, from anywhere.
    package func stop() { change { $0.isStopping = true } }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
        state.notify()
    }

    /// What ended a thread; `nil` when it stopped as it was asked to.
    private func failure(of status: StreamStatus) -> (any Error)? {
        do {
            let loop = try stopped(status)
            // Whoever went on would take over the partitions of this one, open their stores, and only close them again.
            state.wait { $0.working == 0 ? () : nil }
            try loop.close()
            options.logger.info("stopped")
            return nil
        } catch {
            return failure(of: status, error)
        }
    }

    /// `nil` where it was told to stop while it waited for a store.
    private func failure(of status: StreamStatus, _ error: any Error) -> (any Error)? {
        status.clear()
        let isWaiting = (error as? DatabaseError)?.resultCode == .SQLITE_BUSY
        if isWaiting, state.withLock(\.isStopping) { return nil }
        return StateError(error, folder: options.stateFolder) ?? error
    }

    private func note(_ failure: any Error) {
        change { ($0.failure, $0.isStopping) = ($0.failure ?? failure, true) }
    }

    /// After it has worked until it was to stop.
    private func stopped(_ status: StreamStatus) throws -> StreamLoop {
        defer { change { $0.working -= 1 } }
        var loop = try makeLoop(status)
        // The first to come would have all partitions, and a batch of all of them before it shared them with the next.
        change { $0.joined += 1 }
        state.wait { $0.joined == statuses.count || $0.isStopping ? () : nil }
        while !state.withLock(\.isStopping) {
            do { try loop.step(timeout: options.pollTimeout) } catch  where Damage.isDamage(error) {
                options.logger.error("a store is damaged", metadata: ["error": "\(error)"])
                // It is marked: the next loop makes it anew. That joins first, or the group could go to another process.
                let next = try makeLoop(status)
                try? loop.close()
                status.clear()
                loop = next
            } catch {
                // Before the clients of this loop end, which wait for what a broker still owes them.
                if let failure = failure(of: status, error) { note(failure) }
                throw error
            }
        }
        return loop
    }

    private func makeLoop(_ status: StreamStatus) throws -> StreamLoop {
        try StreamLoop(
            log: log, topology: topology, options: options, status: status,
            isStopping: { [state] in state.withLock(\.isStopping) })
    }
}
