import Streams

final class InMemoryProducer: Producer {
    private let storage: InMemoryStorage
    private let faults: InMemoryFaults
    private var pending: [(destination: TopicPartition, record: Record)] = []
    private var hasCrashed = false

    init(storage: InMemoryStorage, faults: InMemoryFaults) {
        self.storage = storage
        self.faults = faults
    }

    func append(_ record: Record, to destination: TopicPartition) throws(LogError) {
        try storage.check(destination)
        pending.append((destination, record))
    }

    func flush() throws(LogError) -> [TopicPartition: [Range<Int64>]] {
        guard !hasCrashed else { throw .fatal("this process has crashed") }
        if let failure = faults.flushFailure { throw failure }
        var ranges: [TopicPartition: [Range<Int64>]] = [:]
        for (destination, record) in pending {
            ranges[destination, default: []].append(storage.append([record], to: destination))
            if faults.isDuplicated(destination, record) { _ = storage.append([record], to: destination) }
        }
        pending = []
        return ranges
    }

    func crash(keeping: (TopicPartition, Int) -> Int) {
        hasCrashed = true
        var byPartition: [TopicPartition: [Record]] = [:]
        for (destination, record) in pending { byPartition[destination, default: []].append(record) }
        pending = []
        for destination in byPartition.keys.sorted() {
            let records = byPartition[destination] ?? []
            _ = storage.append(Array(records.prefix(keeping(destination, records.count))), to: destination)
        }
    }
}

final class InMemoryReader: PartitionReader {
    private let storage: InMemoryStorage

    init(storage: InMemoryStorage) { self.storage = storage }

    func read(
        _ source: TopicPartition, from offset: Int64, limit: Int, timeout: Duration
    ) throws(LogError) -> [ConsumedRecord] {
        try storage.check(source)
        guard offset >= 0 else {
            throw .offsetOutOfRange(source, offset: offset, beginning: 0, end: storage.end(of: source))
        }
        let deadline = MonotonicTime.now + timeout
        while true {
            let version = storage.version
            let records = storage.read(source, from: offset, limit: limit)
            if !records.isEmpty || MonotonicTime.now >= deadline { return records }
            storage.wait(for: version, until: deadline)
        }
    }

    func endOffset(of source: TopicPartition) throws(LogError) -> Int64 {
        try storage.check(source)
        return storage.end(of: source)
    }

    func beginningOffset(of source: TopicPartition) throws(LogError) -> Int64 {
        try storage.check(source)
        return 0
    }
}

final class InMemorySource: CoordinatedSource {
    private let storage: InMemoryStorage
    private let group: String
    private let faults: InMemoryFaults
    private var seen = 0

    init(storage: InMemoryStorage, group: String, faults: InMemoryFaults) {
        self.storage = storage
        self.group = group
        self.faults = faults
    }

    func read(
        _ source: TopicPartition, from offset: Int64, limit: Int, into records: inout [ConsumedRecord]
    ) throws(LogError) {
        let new = storage.read(source, from: offset, limit: limit)
        guard let first = new.first else { return }
        let again = min(faults.redelivered(source, first.offset), first.offset)
        if again > 0 { records += storage.read(source, from: first.offset - again, limit: Int(again)) }
        records += new
    }

    func clearSignals() { seen = storage.version }
    func wait(until deadline: MonotonicTime) { storage.wait(for: seen, until: deadline) }
    func commit(_ positions: [TopicPartition: Int64]) throws(LogError) { storage.commit(group, positions) }
    func end(of source: TopicPartition) throws(LogError) -> Int64 { storage.end(of: source) }
    func left() {}
}
