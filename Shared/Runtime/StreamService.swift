import Records
import ServiceLifecycle
package import Streams

/// A stream thread as a part of a program: stops after the batch at hand, and tells `/ready` and `/metrics` how it goes.
package struct StreamService: Service {
    private let thread: StreamThread

    package init(_ thread: StreamThread) { self.thread = thread }

    package func run() async throws {
        try await withGracefulShutdownHandler {
            try await thread.run()
        } onGracefulShutdown: {
            thread.stop()
        }
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
    /// For `Health`: a problem until the partitions are assigned and restored.
    package func readiness(of name: String) -> Problem? {
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
