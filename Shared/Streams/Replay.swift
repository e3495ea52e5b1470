/// Runs a topology over its inputs from nothing, into a state folder of its own, with its outputs handed to the
/// caller instead of the log: to compare what would be written with what was.
package struct Replay {
    private let log: any Log
    private let topology: any Topology
    private let options: StreamOptions

    /// `options.stateFolder` must not hold state of these inputs.
    package init(log: any Log, topology: any Topology, options: StreamOptions) {
        self.log = log
        self.topology = topology
        self.options = options
    }

    package struct Progress: Sendable {
        package let records: Int64
        package let total: Int64
    }

    /// One input partition after the other, by topic and number, each up to where it ends now.
    package func run(
        output: (_ record: Record, _ destination: TopicPartition) throws -> Void,
        finished: (_ source: TopicPartition, _ end: Int64) throws -> Void = { _, _ in },
        progress: (Progress) -> Void = { _ in }
    ) throws {
        let reader = try log.makeReader()
        let topics = try log.topics()
        let ends = try inputs(topics).map {
            ($0, beginning: try reader.beginningOffset(of: $0), end: try reader.endOffset(of: $0))
        }
        let total = ends.reduce(0) { $0 + $1.end - $1.beginning }
        let destinations = Destinations(topics, of: topology)
        var records: Int64 = 0
        for (source, beginning, end) in ends {
            let runner = try open(source, reader, destinations, beginning)
            try replay(runner, to: end, reader, output) { offset in
                progress(Progress(records: records + offset - beginning, total: total))
            }
            records += end - beginning
            try runner.close()
            try finished(source, end)
        }
    }

    private func inputs(_ topics: [TopicSpecification]) throws(LogError) -> [TopicPartition] {
        var sources: [TopicPartition] = []
        for name in topology.inputs {
            guard let topic = topics.first(where: { $0.name == name }) else { throw .unknownTopic(name) }
            sources += (0..<topic.partitions).map { TopicPartition(name, $0) }
        }
        return sources.sorted()
    }

    private func open(
        _ source: TopicPartition, _ reader: any PartitionReader, _ destinations: Destinations, _ beginning: Int64
    ) throws -> TaskRunner {
        let store = try StateStore(
            folder: options.stateFolder, source: source, identity: try log.identity(), topology: topology)
        guard store.saved.position == nil else { throw StateError.notEmpty(path: store.path) }
        let task = try store.onDatabase { try topology.makeTask(for: source, database: $0, reader: reader) }
        // Its end is its beginning: nothing it does was done before, so no output is looked for in the log.
        return TaskRunner(
            source, store: store, task: task, destinations: destinations, options: options, beginning: beginning,
            end: beginning)
    }

    private func replay(
        _ runner: TaskRunner, to end: Int64, _ reader: any PartitionReader,
        _ output: (Record, TopicPartition) throws -> Void, _ progress: (Int64) -> Void
    ) throws {
        try withoutActuallyEscaping(output) { output in
            let sink = TaskRunner.Sink(append: output, lastSent: { _, _, _ in nil }, end: { _ in 0 })
            while runner.position < end {
                let limit = min(options.batchLimit, Int(end - runner.position))
                let records = try reader.read(
                    runner.source, from: runner.position, limit: limit, timeout: .seconds(30))
                guard !records.isEmpty else {
                    throw LogError.operating("\(runner.source) gave no records from \(runner.position) for 30 s")
                }
                try runner.process(records[...], into: sink)
                try runner.save()
                try runner.commit([:])
                progress(runner.position)
            }
        }
    }
}
