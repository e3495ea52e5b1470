import CRDKafka
import Logging

/// Reads one partition at a time with a consumer of its own, outside any group.
final class KafkaReader: PartitionReader {
    private let log: KafkaLog
    private let client: KafkaHandle
    private var messages = KafkaMessages()
    /// What is assigned, and the offset that comes next.
    private var current: (source: TopicPartition, position: Int64)?

    init(log: KafkaLog, properties: [(name: String, value: String)], logger: Logger) throws(LogError) {
        self.log = log
        client = try KafkaHandle(RD_KAFKA_CONSUMER, properties, KafkaCallbacks(logger: logger))
        rd_kafka_poll_set_consumer(client.pointer)
    }

    func read(
        _ source: TopicPartition, from offset: Int64, limit: Int, timeout: Duration
    ) throws(LogError) -> [ConsumedRecord] {
        try seek(source, offset)
        let deadline = MonotonicTime.now + timeout
        var records: [ConsumedRecord] = []
        while records.count < limit {
            let wait = records.isEmpty ? deadline.milliseconds(atMost: 1000) : 0
            guard let message = rd_kafka_consumer_poll(client.pointer, Int32(wait)) else {
                if !records.isEmpty || MonotonicTime.now >= deadline { break }
                continue
            }
            defer { rd_kafka_message_destroy(message) }
            guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
                try check(message.pointee, source, offset)
                continue
            }
            records.append(messages.record(message))
            current?.position = message.pointee.offset + 1
        }
        return records
    }

    private func seek(_ source: TopicPartition, _ offset: Int64) throws(LogError) {
        if let current, current.source == source, current.position == offset { return }
        try log.check(source)
        // To librdkafka a negative offset is a word: "end", "beginning", "stored".
        guard offset >= 0 else {
            throw .offsetOutOfRange(
                source, offset: offset, beginning: try beginningOffset(of: source), end: try endOffset(of: source))
        }
        let code = KafkaPartitions([source: offset]).withList { rd_kafka_assign(client.pointer, $0) }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw LogError(code, "read \(source)", client) }
        current = (source, offset)
    }

    private func check(_ message: rd_kafka_message_t, _ source: TopicPartition, _ offset: Int64) throws(LogError) {
        switch message.err {
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
            current = nil
            throw .offsetOutOfRange(
                source, offset: offset, beginning: try beginningOffset(of: source), end: try endOffset(of: source))
        default:
            try client.check(message)
        }
    }

    func endOffset(of source: TopicPartition) throws(LogError) -> Int64 { try offset(at: .end, of: source) }

    func beginningOffset(of source: TopicPartition) throws(LogError) -> Int64 { try offset(at: .beginning, of: source) }

    private func offset(at edge: KafkaHandle.Edge, of source: TopicPartition) throws(LogError) -> Int64 {
        try log.check(source)
        // A broker answers one request of a connection after the other: a fetch that waits for records would be before it.
        if current != nil { rd_kafka_assign(client.pointer, nil) }
        current = nil
        return try client.offset(at: edge, of: source)
    }
}
