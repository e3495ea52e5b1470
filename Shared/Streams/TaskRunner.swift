import Logging

/// One task with its store: takes its partition's records, frames the outputs, keeps position, watermarks and links.
final class TaskRunner {
    let source: TopicPartition
    private(set) var status: StreamStatus.Task
    private(set) var position: Int64
    /// The record before the position.
    private var last: Record?
    private let store: StateStore
    private let task: any StreamTask
    private let options: StreamOptions
    private let destinations: Destinations
    private var watermarks: Watermarks
    private var framing: OutputFraming
    private var outputs = Outputs()
    /// By number of destination.
    private var links: [Link?]
    private var isChanged: [Bool]
    /// Whether this batch has appended to it.
    private var isAppended: [Bool]
    /// Outputs of inputs before this offset may be in the log already: it is where the input ended at assignment.
    private let doneBefore: Int64
    private let isNew: Bool
    private var known: [KnownTail]

    private enum KnownTail {
        case unknown, nothing
        case upTo(offset: Int64, index: Int32)
    }

    /// How far back a task with a store looks in a destination that it has no link to: only what its last batches
    /// sent can be there, and to miss that costs duplicates only.
    private static let tailLimit: Int64 = 100_000

    init(
        _ source: TopicPartition, store: StateStore, task: any StreamTask, destinations: Destinations,
        options: StreamOptions, beginning: Int64, end: Int64
    ) {
        self.source = source
        self.store = store
        self.task = task
        self.options = options
        self.destinations = destinations
        let saved = store.saved
        isNew = saved.position == nil
        position = saved.position ?? beginning
        doneBefore = end
        watermarks = Watermarks(saved.watermarks, topics: destinations.names)
        framing = OutputFraming(source: source, program: options.program)
        links = destinations.all.map { saved.links[$0] }
        isChanged = Array(repeating: false, count: links.count)
        isAppended = isChanged
        known = Array(repeating: .unknown, count: destinations.all.count)
        status = StreamStatus.Task()
        status.position = position
        status.restoreStart = position
        (status.restoreEnd, status.end) = (end, end)
        (status.processed, status.quarantined) = (saved.processed, saved.quarantined)
    }

    struct Sink {
        let append: (Record, TopicPartition) throws -> Void
        /// What this task sent last to a destination, looking no further back than the given offset.
        let lastSent: (_ source: TopicPartition, _ destination: TopicPartition, _ floor: Int64) throws -> Coordinate?
        let end: (TopicPartition) throws -> Int64
    }

    /// Takes records of this partition, in order; those before the position were delivered again.
    func process(_ records: ArraySlice<ConsumedRecord>, into sink: Sink) throws {
        try store.inBatch { _ in
            var newest: Int?
            for index in records.indices where records[index].offset >= position {
                try process(records[index], into: sink)
                position = records[index].offset + 1
                newest = index
            }
            // Behind it may come some that were delivered again.
            if let newest { last = records[newest].record }
        }
    }

    private func process(_ record: ConsumedRecord, into sink: Sink) throws {
        guard try watermarks.admit(record) == .new else {
            status.duplicates += 1
            return
        }
        outputs.removeAll()
        do {
            try task.process(record, outputs: &outputs)
        } catch let error as RecordError {
            quarantine(record, error.reason)
        }
        status.processed += 1
        let all = outputs.all
        for index in all.indices { try send(all[index], cause: record, index: Int32(index), into: sink) }
    }

    private func quarantine(_ record: ConsumedRecord, _ reason: String) {
        status.quarantined += 1
        options.logger.warning(
            "quarantined", metadata: ["record": "\(record.source)/\(record.offset)", "reason": "\(reason)"])
        outputs.removeAll()
        outputs.append(
            Output(
                topic: options.quarantineTopic, key: Array("\(record.source)/\(record.offset)".utf8),
                value: options.quarantine(record, reason), type: options.quarantineType,
                contentType: options.quarantineContentType))
    }

    private func send(_ output: Output, cause: ConsumedRecord, index: Int32, into sink: Sink) throws {
        let (number, isLinked) = try destinations.find(output)
        let previous: OutputFraming.Previous = isLinked ? links[number].map { .link($0) } ?? .first : .none
        let isThere = try isInLog(number, cause.offset, index, sink)
        links[number] = Link(offset: cause.offset, index: index, end: links[number]?.end ?? 0)
        isChanged[number] = true
        guard !isThere else { return }
        let record = framing.record(
            output, timestamp: cause.record.timestamp, offset: cause.offset, index: index, previous: previous)
        try sink.append(record, destinations.all[number])
        isAppended[number] = true
    }

    private func isInLog(_ number: Int, _ offset: Int64, _ index: Int32, _ sink: Sink) throws -> Bool {
        guard offset < doneBefore else { return false }
        if case .unknown = known[number] { known[number] = try tail(of: number, sink) }
        guard case .upTo(let lastOffset, let lastIndex) = known[number] else { return false }
        return (offset, index) <= (lastOffset, lastIndex)
    }

    private func tail(of number: Int, _ sink: Sink) throws -> KnownTail {
        let destination = destinations.all[number]
        // While nothing was appended since it was new, anything that it does may be there from before.
        let isRebuilding = isNew || !links.contains { $0?.end ?? 0 > 0 }
        let floor = isRebuilding ? 0 : try links[number]?.end ?? sink.end(destination) - Self.tailLimit
        guard let last = try sink.lastSent(source, destination, floor) else { return .nothing }
        return .upTo(offset: last.offset, index: last.index)
    }

    /// Writes all that changed into the open transaction.
    func save() throws {
        try store.inBatch { database in
            try task.save(to: database)
            try watermarks.takeChanges { try store.save(watermark: $0, database) }
            try store.save(
                position: position, behind: last.map(\.fingerprint), processed: status.processed,
                quarantined: status.quarantined, database)
        }
    }

    /// The outputs are durable: the links may name them, the position may pass their causes.
    func commit(_ flushed: [TopicPartition: [Range<Int64>]]) throws {
        try store.inBatch { database in
            for number in links.indices where isChanged[number] {
                guard var link = links[number] else { continue }
                // Where it was found in the log, later ones of this source may lie before the end.
                if isAppended[number], let end = flushed[destinations.all[number]]?.last?.upperBound {
                    link.end = max(end, link.end)
                }
                links[number] = link
                (isChanged[number], isAppended[number]) = (false, false)
                try store.save(link, to: destinations.all[number], database)
            }
        }
        try store.commit()
        status.position = position
        updatePhase()
    }

    func checkStore() throws { try store.check() }

    func updateEnd(_ end: Int64) {
        status.end = max(end, position)
        updatePhase()
    }

    private func updatePhase() {
        status.end = max(status.end, position)
        let next: StreamStatus.Task.Phase = position < doneBefore ? .restoring : .running
        if next == .running, status.phase == .restoring {
            options.logger.info("restored", metadata: ["partition": "\(source)", "position": "\(position)"])
        }
        status.phase = next
    }

    func close() throws { try store.close() }
}
