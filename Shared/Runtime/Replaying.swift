import Foundation
import Logging
import Records
package import Streams

/// Runs a topology over its inputs from nothing, in a folder of its own, with progress; and compares what it would
/// write with what the log holds.
package struct Replaying {
    private let settings: Settings
    private let log: any Log
    private let topology: any Topology

    package init(settings: Settings, log: any Log, topology: any Topology) {
        self.settings = settings
        self.log = log
        self.topology = topology
    }

    package struct Result: Sendable {
        package let records: Int64
        package let outputs: Int64
        package let duration: Duration
        /// SHA-256 over all outputs, by destination and order.
        package let hash: [UInt8]
        /// Of what the log holds; empty unless compared.
        package let differences: [String]

        package var perSecond: Int64 {
            let (seconds, attoseconds) = duration.components
            let milliseconds = max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
            return records * 1000 / milliseconds
        }
    }

    /// No more differences than this are kept: the first ones tell where to look.
    private static let differenceLimit = 20

    /// Blocks; to be called on a thread of its own.
    package func run(compare: Bool) throws -> Result {
        let folder = "\(settings.stateFolder)-replay-\(ProcessInfo.processInfo.processIdentifier)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var options = settings.streamOptions(logger: settings.logger)
        options.stateFolder = folder
        options.logger.logLevel = .warning
        var bar = ProgressBar("replaying", total: 0)
        var chains: [TopicPartition: [UInt8]] = [:]
        var (records, outputs): (Int64, Int64) = (0, 0)
        var differences: [String] = []
        let comparison = compare ? try comparison(options) { differences.append($0) } : nil
        let start = ContinuousClock.now
        try Replay(log: log, topology: topology, options: options).run(
            output: { record, destination in
                outputs += 1
                chains[destination] = digest((chains[destination] ?? []) + digest(record.value ?? []))
                try comparison?.output(record, destination)
            },
            finished: { try comparison?.finished($0, $1) },
            progress: { progress in
                (bar.total, records) = (progress.total, progress.records)
                bar.advance(to: progress.records)
            })
        bar.finish()
        let topics = try log.topics().filter { topology.topics.contains($0.name) }
        try comparison?.complete(
            topics.flatMap { topic in (0..<topic.partitions).map { TopicPartition(topic.name, $0) } })
        let hash = chains.sorted { $0.key < $1.key }.reduce(into: [UInt8]()) { hash, chain in
            hash = digest(hash + Array(chain.key.description.utf8) + chain.value)
        }
        return Result(
            records: records, outputs: outputs, duration: ContinuousClock.now - start, hash: hash,
            differences: differences)
    }

    private func comparison(
        _ options: StreamOptions, _ report: @escaping (String) -> Void
    ) throws -> ReplayComparison {
        var count = 0
        return try ReplayComparison(log: log, options: options, ignoring: topology.compacted) { difference in
            count += 1
            if count <= Replaying.differenceLimit { report(difference.description) }
        }
    }

    /// Runs, prints the report, and throws a `Problem` when the log holds something else.
    package static func report(_ settings: Settings, _ log: any Log, _ topology: any Topology, compare: Bool)
        async throws
    {
        let result = try await OSThread.run(named: "replay") {
            try Replaying(settings: settings, log: log, topology: topology).run(compare: compare)
        }
        Terminal.writeOutput(
            """
            records    \(ProgressBar.grouped(result.records)), \(ProgressBar.grouped(result.perSecond))/s
            outputs    \(ProgressBar.grouped(result.outputs))
            SHA-256    \(hexadecimal(result.hash))

            """)
        guard compare else { return }
        guard result.differences.isEmpty else {
            throw Problem(
                where: "replay", "it differs from the log: \(result.differences.joined(separator: "; "))",
                remedy: "Somebody or something changed the log or the program; keep both and find out which.")
        }
        Terminal.writeOutput("result     equal to what the log holds\n")
    }
}
