import Records
import Runtime
import ServiceLifecycle
import Streams
import Synchronization

/// Asks once a second how much is still to be processed: while it is too much, the rim takes nothing more.
final class BacklogWatch: Service {
    private let log: any Log
    private let application: Application
    private let maximum: Int64
    private let latest = Mutex<Backlog?>(nil)

    init(log: any Log, application: Application, maximum: Int64) {
        (self.log, self.application, self.maximum) = (log, application, maximum)
    }

    /// Says what there is too much of.
    var tooMuch: String? {
        guard let backlog = latest.withLock({ $0 }), backlog.records > maximum else { return nil }
        return "more than \(ProgressBar.grouped(maximum)) records wait: \(backlog.text)"
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                // Asking may wait for a broker, so it has a thread of its own. One that is gone says so when something is appended.
                let found = try? await OSThread.run(named: "backlog") { [log, application] in
                    try Backlog(log, application)
                }
                if let found { latest.withLock { $0 = found } }
                try await Task.sleep(for: .seconds(1))
            }
        }
    }
}
