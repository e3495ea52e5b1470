import CRDKafka
import Glibc

/// What librdkafka has fetched for a member of a group, each partition in a queue of its own: a partition that takes long is
/// fetched no faster, none waits behind another, and what was given and not taken is given again without a word to a broker.
final class KafkaSource: PartitionSource {
    let client: KafkaHandle
    /// A pipe: librdkafka writes to it when a queue that was empty is not any more.
    private let (signals, signalling): (Int32, Int32)
    /// Of rebalances, and what else is of no partition.
    private var group: KafkaQueue?
    private var fetched: [TopicPartition: Fetched] = [:]
    private var messages = KafkaMessages()
    /// What one read may take of a partition, and a record beyond it: records may be large.
    private static let byteLimit = 4 << 20

    private final class Fetched {
        let queue: KafkaQueue
        /// What has come and may be asked for again.
        var records: [ConsumedRecord] = []
        /// How many of them this poll has given.
        var given = 0
        /// Since when there is more of it than has come.
        var awaited: MonotonicTime?

        init(_ queue: KafkaQueue) { self.queue = queue }

        var isEmpty: Bool { records.isEmpty && queue.isEmpty }
    }

    init(_ client: consuming KafkaHandle) throws(LogError) {
        self.client = client
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw LogError(errno, "make a pipe for", "Kafka") }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        (signals, signalling) = (ends[0], ends[1])
        group = rd_kafka_queue_get_consumer(self.client.pointer).map { KafkaQueue($0, wakes: signalling) }
    }

    /// librdkafka wants its queues back before its client.
    deinit {
        fetched = [:]
        group = nil
        close(signals)
        close(signalling)
    }

    /// Before they are assigned: what is fetched from then on stays in their queues.
    func open(_ partitions: [TopicPartition]) throws(LogError) {
        for source in partitions {
            guard let queue = rd_kafka_queue_get_partition(client.pointer, source.topic, source.partition) else {
                throw .unknownTopic(source.description)
            }
            rd_kafka_queue_forward(queue, nil)
            fetched[source] = Fetched(KafkaQueue(queue, wakes: signalling))
        }
    }

    func remove(_ partitions: [TopicPartition]) { for source in partitions { fetched[source] = nil } }

    /// How long the others wait for a partition of which there is more than has come, or they would run ahead of it.
    private static let patience = Duration.milliseconds(500)

    /// Begins a poll: what came before these positions is done with. Answers whether to wait for more before anything is taken.
    func begin(at positions: [(source: TopicPartition, position: Int64)]) -> Bool {
        var isIncomplete = false
        let now = MonotonicTime.now
        for (source, position) in positions {
            guard let part = fetched[source] else { continue }
            part.records.removeFirst(part.records.prefix { $0.offset < position }.count)
            part.given = 0
            if part.isEmpty, end(of: source).map({ $0 > position }) ?? true {
                part.awaited = part.awaited ?? now
                if now - (part.awaited ?? now) < Self.patience { isIncomplete = true }
            } else {
                part.awaited = nil
            }
        }
        return isIncomplete
    }

    /// As the last fetch told it; `nil` before the first.
    func end(of source: TopicPartition) -> Int64? {
        var (low, high): (Int64, Int64) = (0, 0)
        let code = rd_kafka_get_watermark_offsets(client.pointer, source.topic, source.partition, &low, &high)
        return code == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 ? high : nil
    }

    func read(
        _ source: TopicPartition, from offset: Int64, limit: Int, into records: inout [ConsumedRecord]
    ) throws(LogError) {
        guard let part = fetched[source] else { return }
        let known = part.records[part.given...].prefix(limit)
        records += known
        part.given += known.count
        var (left, room) = (limit - known.count, Self.byteLimit)
        while left > 0, room > 0, let message = rd_kafka_consume_queue(part.queue.pointer, 0) {
            defer { rd_kafka_message_destroy(message) }
            guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
                try check(message.pointee, source)
                continue
            }
            let record = messages.record(message)
            part.records.append(record)
            records.append(record)
            part.given += 1
            (left, room) = (left - 1, room - message.pointee.len)
        }
    }

    private func check(_ message: rd_kafka_message_t, _ source: TopicPartition) throws(LogError) {
        switch message.err {
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
            throw .offsetOutOfRange(
                source, offset: message.offset, beginning: try client.offset(at: .beginning, of: source),
                end: try client.offset(at: .end, of: source))
        default: try client.check(message)
        }
    }

    /// Forgets the signals so far: what comes after this ends `wait`.
    func clearSignals() {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
            while Glibc.read(signals, buffer.baseAddress, buffer.count) > 0 {}
        }
    }

    func wait(until deadline: MonotonicTime) {
        var entry = pollfd(fd: signals, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, Int32(deadline.milliseconds(atMost: 1000)))
    }
}

/// A queue of librdkafka that wakes whoever waits for it.
private final class KafkaQueue {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer, wakes descriptor: Int32) {
        self.pointer = pointer
        rd_kafka_queue_io_event_enable(pointer, descriptor, "!", 1)
    }

    var isEmpty: Bool { rd_kafka_queue_length(pointer) == 0 }

    deinit {
        rd_kafka_queue_io_event_enable(pointer, -1, nil, 0)
        rd_kafka_queue_destroy(pointer)
    }
}
