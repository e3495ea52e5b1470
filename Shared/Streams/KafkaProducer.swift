import CRDKafka
import Logging

/// An idempotent producer that never gives up a record by time-out: `flush` waits as long as the brokers take.
final class KafkaProducer: Producer {
    private let log: KafkaLog
    private let client: KafkaHandle
    private let deliveries = Deliveries()
    private var numbers: [TopicPartition: Int] = [:]
    private var topics: [String: OpaquePointer] = [:]

    /// What the delivery reports said since the last flush.
    private final class Deliveries {
        var destinations: [TopicPartition] = []
        var offsets: [[Range<Int64>]] = []
        var failure: (code: rd_kafka_resp_err_t, destination: TopicPartition)?

        func take(_ message: rd_kafka_message_t) {
            let number = Int(bitPattern: message._private) - 1
            guard message.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
                failure = failure ?? (message.err, destinations[number])
                return
            }
            let offset = max(message.offset, -1)
            if offset > 0, let last = offsets[number].last, last.upperBound == offset {
                offsets[number][offsets[number].count - 1] = last.lowerBound..<offset + 1
            } else {
                offsets[number].append(offset..<offset + 1)
            }
        }
    }

    init(log: KafkaLog, properties: [(name: String, value: String)], logger: Logger) throws(LogError) {
        self.log = log
        let callbacks = KafkaCallbacks(logger: logger)
        callbacks.delivered = { [deliveries] in deliveries.take($0) }
        client = try KafkaHandle(RD_KAFKA_PRODUCER, properties, callbacks)
    }

    deinit {
        for topic in topics.values { rd_kafka_topic_destroy(topic) }
    }

    func append(_ record: Record, to destination: TopicPartition) throws(LogError) {
        let number = try number(of: destination)
        guard let topic = topics[destination.topic] else { return }
        while true {
            let code = produce(record, topic, destination.partition, number)
            if code == RD_KAFKA_RESP_ERR_NO_ERROR { break }
            guard code == RD_KAFKA_RESP_ERR__QUEUE_FULL else {
                if code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE { throw tooLarge(destination) }
                throw LogError(code, "append to \(destination)", client)
            }
            rd_kafka_poll(client.pointer, 100)
            try check()
        }
        rd_kafka_poll(client.pointer, 0)
    }

    func flush() throws(LogError) -> [TopicPartition: [Range<Int64>]] {
        while rd_kafka_flush(client.pointer, 1000) != RD_KAFKA_RESP_ERR_NO_ERROR
            || rd_kafka_outq_len(client.pointer) > 0
        {
            try check()
        }
        try check()
        var result: [TopicPartition: [Range<Int64>]] = [:]
        for (number, destination) in deliveries.destinations.enumerated() where !deliveries.offsets[number].isEmpty {
            result[destination] = deliveries.offsets[number]
            deliveries.offsets[number] = []
        }
        return result
    }

    /// A record that was given up can be followed by none: the program ends, and starts again from its stores.
    private func check() throws(LogError) {
        if let reason = client.fatalError { throw .fatal("Kafka refused a record: \(reason)") }
        if let (code, destination) = deliveries.failure {
            if code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE { throw tooLarge(destination) }
            throw .fatal("Kafka refused a record: \(String(cString: rd_kafka_err2str(code)))")
        }
    }

    /// By the client or by the broker.
    private func tooLarge(_ destination: TopicPartition) -> LogError {
        .fatal(
            "Kafka refused a record of \(destination) as too large. Set max.message.bytes of the topic to "
                + "\(KafkaLog.recordLimit), or more together with --property message.max.bytes")
    }

    private func number(of destination: TopicPartition) throws(LogError) -> Int {
        if let number = numbers[destination] { return number }
        try log.check(destination)
        if topics[destination.topic] == nil {
            guard let topic = rd_kafka_topic_new(client.pointer, destination.topic, nil) else {
                throw LogError(rd_kafka_last_error(), "append to \(destination)", client)
            }
            topics[destination.topic] = topic
        }
        deliveries.destinations.append(destination)
        deliveries.offsets.append([])
        numbers[destination] = deliveries.destinations.count - 1
        return deliveries.destinations.count - 1
    }

    private func produce(
        _ record: Record, _ topic: OpaquePointer, _ partition: Int32, _ number: Int
    ) -> rd_kafka_resp_err_t {
        let headers = Self.headers(record.headers)
        let code = Self.withPointer(record.key) { key in
            Self.withPointer(record.value) { value in
                // librdkafka takes 0 for "now"; no record of Attain's may carry a clock's time.
                attain_kafka_produce(
                    client.pointer, topic, partition, key, record.key?.count ?? 0, value, record.value?.count ?? 0,
                    max(record.timestamp, 1), headers, UnsafeMutableRawPointer(bitPattern: number + 1))
            }
        }
        if code != RD_KAFKA_RESP_ERR_NO_ERROR { rd_kafka_headers_destroy(headers) }
        return code
    }

    /// No pointer says that there is none; an empty one must not.
    private static func withPointer<Result>(_ bytes: [UInt8]?, _ body: (UnsafeRawPointer?) -> Result) -> Result {
        guard let bytes else { return body(nil) }
        return bytes.isEmpty
            ? withUnsafeBytes(of: 0) { body($0.baseAddress) } : bytes.withUnsafeBytes { body($0.baseAddress) }
    }

    private static func headers(_ headers: Headers) -> OpaquePointer? {
        let list = rd_kafka_headers_new(8)
        for (name, value) in headers.all {
            withPointer(value) { _ = rd_kafka_header_add(list, name, -1, $0, value.count) }
        }
        return list
    }
}
