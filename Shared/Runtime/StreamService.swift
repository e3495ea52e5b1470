import Records
import ServiceLifecycle
package import Streams

/// The stream threads as a part of a program: they stop after the batches at hand, and tell `/ready` and `/metrics` how it
/// goes. One part, since parts stop one after the other.
private struct StreamService: Service {
    let threads: StreamThreads

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await threads.run()
        } onGracefulShutdown: {
            threads.stop()
        }
    }
}

extension StreamThreads {
    package var part: Program.Part { Program.Part("stream threads", StreamService(threads: self)) }

    /// For `Health`, in its own type: Swift 6.3.1 traps where it is to turn an array of functions into one of others.
    package var readiness: [@Sendable () async -> Problem?] {
        statuses.enumerated().map { number, status in { status.readiness(of: "stream thread \(number + 1)") } }
    }

    /// For `/metrics`.
    package func export(to metrics: Metrics) {
        for status in statuses { status.export(to: metrics) }
    }
}

/// The rim's appender as a part of a program: what it has taken is durable before it ends.
package struct AppenderService: Service {
    private let appender: Appender

    package init(_ appender: Appender) { self.appender = appender }

    package func run() async throws {
        try await withGracefulShutdownHandler {
            try await appender.run()
        } onGracefulShutdown: {
            appender.stop()
        }
    }
}

extension StreamStatus {
    /// For `Health`: a problem until the partitions are assigned and restored, and while a batch takes far too long.
    package func readiness(of name: String) -> Problem? {
        if let time = stalled() {
            return Problem(
                where: name, "it has been at one batch for \(time.components.seconds) s",
                remedy: "See its log: it waits for the log's brokers or for the disk, or the batch is very large.")
        }
        guard !isReady else { return nil }
        let restoring = snapshot.filter { $0.value.phase != .running }
        let left = restoring.values.reduce(0) { $0 + max(0, $1.restoreEnd - $1.position) }
        let message =
            restoring.isEmpty
            ? "it has not joined its group yet" : "\(restoring.count) partitions are restoring, \(left) records to go"
        return Problem(where: name, message, remedy: "Wait; this passes by itself.")
    }

    /// For `/metrics`: position, lag, records and quarantine of every assigned partition.
    package func export(to metrics: Metrics) {
        metrics.collect { [self] in
            snapshot.flatMap { source, task -> [Metrics.Sample] in
                let labels = [("topic", source.topic), ("partition", String(source.partition))]
                func sample(_ name: String, _ help: String, _ kind: Metrics.Kind, _ value: Int64) -> Metrics.Sample {
                    Metrics.Sample("attain_stream_\(name)", help, kind, labels: labels, value: value)
                }
                return [
                    sample("position", "The next offset to read.", .gauge, task.position),
                    sample("lag", "Records not read yet.", .gauge, task.lag),
                    sample("records_total", "Records processed.", .counter, task.processed),
                    sample("quarantined_total", "Records sent to quarantine.", .counter, task.quarantined),
                    sample("duplicates_total", "Duplicates passed over since the start.", .counter, task.duplicates),
                    sample("restored", "1 when restored.", .gauge, task.phase == .running ? 1 : 0),
                ]
            }
        }
    }
}
