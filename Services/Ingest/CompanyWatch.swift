import Records
import Runtime
import ServiceLifecycle
import Streams
import Synchronization

/// Follows `commands` for the rim: the company as last seen, and the offset up to which it was seen, which is stamped
/// on every deal event.
final class CompanyWatch: Service {
    struct Sight: Sendable {
        let company: Company
        let offset: Int64
    }

    private let log: any Log
    private let source: TopicPartition
    private let sight = Mutex<Sight?>(nil)
    private let isStopping = Atomic(false)

    private let versions: CompanyVersions

    init(log: any Log, source: TopicPartition, versions: CompanyVersions = CompanyVersions()) {
        self.versions = versions
        self.log = log
        self.source = source
    }

    /// `nil` until everything that was there at the start has been read.
    var latest: Sight? { sight.withLock { $0 } }

    func run() async throws {
        try await cancelWhenGracefulShutdown { [self] in
            try await withTaskCancellationHandler {
                try await OSThread.run(named: "company-watch") { [self] in try follow() }
            } onCancel: {
                stop()
            }
        }
    }

    func stop() { isStopping.store(true, ordering: .relaxed) }

    private func follow() throws {
        let reader = try log.makeReader()
        let commands = CommandLog(reader: reader, source: source, versions: versions)
        try commands.advance(to: try reader.endOffset(of: source))
        publish(commands)
        while !isStopping.load(ordering: .relaxed) {
            let records = try reader.read(source, from: commands.position, limit: 1000, timeout: .milliseconds(200))
            for record in records { try commands.take(record) }
            if !records.isEmpty { publish(commands) }
        }
    }

    private func publish(_ commands: CommandLog) {
        let seen = Sight(company: commands.company, offset: commands.position)
        sight.withLock { $0 = seen }
    }
}
