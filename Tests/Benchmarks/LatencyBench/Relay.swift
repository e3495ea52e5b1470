import BenchSupport
import Foundation
import Histogram
import Streams
import Synchronization

/// The limit: as many topics, commits and readers as a deal passes, and nothing done in between.
struct Relay {
    private let log: any Log
    private static let topics = ["deals", "payees", "ledger"]

    init(folder: String) throws {
        log = try EmbeddedLog(path: "\(folder)/relay.log")
        try log.create(Self.topics.map { TopicSpecification(name: $0, partitions: 1) })
    }

    /// Microseconds from when each record was due until it was read from the last topic.
    func run(count: Int) throws -> Histogram<UInt64> {
        let times = Mutex(Histogram<UInt64>(highestTrackableValue: 60_000_000, numberOfSignificantValueDigits: .three))
        let start = ContinuousClock.now + .milliseconds(100)
        try Workers.run(4) { worker in
            if worker == 0 { return try feed(count, from: start) }
            let producer = worker < 3 ? try log.makeProducer() : nil
            try follow(Self.topics[worker - 1], count) { record in
                if let producer {
                    try producer.append(record, to: TopicPartition(Self.topics[worker], 0))
                    try producer.flush()
                } else {
                    let (seconds, fraction) = (ContinuousClock.now - start).components
                    let now = seconds * 1_000_000 + fraction / 1_000_000_000_000
                    _ = times.withLock { $0.record(UInt64(max(0, now - record.timestamp))) }
                }
            }
        }
        return times.withLock { $0 }
    }

    /// Each record carries when it was due.
    private func feed(_ count: Int, from start: ContinuousClock.Instant) throws {
        let producer = try log.makeProducer()
        for number in 0..<count {
            Workers.sleep(until: start + .seconds(number) / LatencyBench.rate)
            let due = Int64(number) * 1_000_000 / Int64(LatencyBench.rate)
            try producer.append(
                Record(key: nil, value: [UInt8](repeating: 7, count: 400), timestamp: due),
                to: TopicPartition("deals", 0))
            try producer.flush()
        }
    }

    private func follow(_ topic: String, _ count: Int, _ body: (Record) throws -> Void) throws {
        let reader = try log.makeReader()
        var offset: Int64 = 0
        while offset < Int64(count) {
            let records = try reader.read(TopicPartition(topic, 0), from: offset, limit: 1000, timeout: .seconds(1))
            for record in records { try body(record.record) }
            offset += Int64(records.count)
        }
    }
}
