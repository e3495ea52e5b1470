import CRDKafka
package import Logging
import Synchronization

/// A log on Kafka, through librdkafka. Any property of librdkafka may be passed through, except those that the
/// guarantees rest on.
package final class KafkaLog: Log {
    static let timeout: Int32 = 30_000  // milliseconds
    /// Bytes of one record, for the topics that we create and the producer: a document of a re-rated year may be large.
    static let recordLimit = 16 << 20

    private let properties: [(name: String, value: String)]
    private let logger: Logger
    private let client: KafkaHandle
    private let known = Mutex<[String: Int32]>([:])

    /// `bootstrap` is `host:port[,host:port]`.
    package init(
        bootstrap: String, properties: [(name: String, value: String)] = [], logger: Logger
    ) throws(LogError) {
        self.properties =
            [
                ("bootstrap.servers", bootstrap), ("client.id", "attain"), ("socket.nagle.disable", "true"),
            ] + properties
        self.logger = logger
        client = try KafkaHandle(RD_KAFKA_PRODUCER, self.properties, KafkaCallbacks(logger: logger))
    }

    package func identity() throws(LogError) -> String {
        guard let text = rd_kafka_clusterid(client.pointer, Self.timeout) else {
            throw .operating("no Kafka broker answers at \(properties[0].value); check --log and that the brokers run")
        }
        defer { rd_kafka_mem_free(client.pointer, text) }
        return String(cString: text)
    }

    /// What lingers goes out at once with `flush`: until then, many records in a request cost both sides less.
    package func makeProducer() throws(LogError) -> any Producer {
        try KafkaProducer(
            log: self,
            properties: [("linger.ms", "50"), ("message.max.bytes", String(Self.recordLimit))] + properties
                + [
                    ("enable.idempotence", "true"), ("enable.gapless.guarantee", "true"), ("acks", "all"),
                    ("message.timeout.ms", "0"),
                ], logger: logger)
    }

    package func makeReader() throws(LogError) -> any PartitionReader {
        let own = [("group.id", "attain-reader"), ("queued.max.messages.kbytes", "16384")]
        return try KafkaReader(log: self, properties: own + consumerProperties, logger: logger)
    }

    package func join(group: String, topics: [String]) throws(LogError) -> any GroupConsumer {
        var count = 0
        for topic in topics { count += Int(try partitions(of: topic)) }
        // Of each partition: 64 MiB of all, unless those are very many.
        let fetched = [("queued.max.messages.kbytes", String(max(1024, 65536 / max(1, count))))]
        let own = [("group.id", group), ("partition.assignment.strategy", "range")]
        return try KafkaConsumer(topics: topics, properties: fetched + consumerProperties + own, logger: logger)
    }

    private var consumerProperties: [(name: String, value: String)] {
        [("fetch.wait.max.ms", "50")] + properties + [
            ("enable.auto.commit", "false"), ("enable.auto.offset.store", "false"), ("auto.offset.reset", "error"),
            ("check.crcs", "true"), ("isolation.level", "read_committed"),
        ]
    }

    package func committed(group: String, topics: [String]) throws(LogError) -> [TopicPartition: Int64] {
        let asking = try KafkaHandle(
            RD_KAFKA_CONSUMER, consumerProperties + [("group.id", group)], KafkaCallbacks(logger: logger))
        var wanted: [TopicPartition: Int64] = [:]
        for topic in topics {
            for number in 0..<(try partitions(of: topic)) { wanted[TopicPartition(topic, number)] = -1 }
        }
        let list = KafkaPartitions(wanted)
        let code = withExtendedLifetime(asking) {
            list.withList { rd_kafka_committed(asking.pointer, $0, Self.timeout) }
        }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw LogError(code, "read the positions of group \(group)", asking)
        }
        return list.offsets.filter { $0.value >= 0 }
    }
}

// MARK: Topics

extension KafkaLog {
    package func topics() throws(LogError) -> [TopicSpecification] {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let code = rd_kafka_metadata(client.pointer, 1, nil, &metadata, Self.timeout)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else { throw LogError(code, "list the topics", client) }
        defer { rd_kafka_metadata_destroy(metadata) }
        let topics = UnsafeBufferPointer(start: metadata.pointee.topics, count: Int(metadata.pointee.topic_cnt))
            .filter { $0.err == RD_KAFKA_RESP_ERR_NO_ERROR }
            .map { TopicSpecification(name: String(cString: $0.topic), partitions: $0.partition_cnt) }
            .sorted { $0.name < $1.name }
        known.withLock { known in for topic in topics { known[topic.name] = topic.partitions } }
        return topics
    }

    func partitions(of topic: String) throws(LogError) -> Int32 {
        if let count = known.withLock({ $0[topic] }) { return count }
        guard let found = try topics().first(where: { $0.name == topic }) else { throw .unknownTopic(topic) }
        return found.partitions
    }

    func check(_ source: TopicPartition) throws(LogError) {
        guard 0..<(try partitions(of: source.topic)) ~= source.partition else {
            throw .unknownTopic(source.description)
        }
    }

    package func create(_ wanted: [TopicSpecification]) throws(LogError) {
        let existing = try topics()
        let missing = wanted.filter { topic in !existing.contains { $0.name == topic.name } }
        if !missing.isEmpty { try KafkaAdmin.create(missing, client) }
        try awaitTopics(wanted)
    }

    /// A new topic takes a moment until every broker tells of it.
    private func awaitTopics(_ wanted: [TopicSpecification]) throws(LogError) {
        let deadline = MonotonicTime.now + .seconds(30)
        for topic in wanted {
            while true {
                if let has = try topics().first(where: { $0.name == topic.name })?.partitions {
                    guard has != topic.partitions else { break }
                    throw .partitionCountDiffers(topic: topic.name, has: has, wanted: topic.partitions)
                }
                guard MonotonicTime.now < deadline else { throw .unknownTopic(topic.name) }
                rd_kafka_poll(client.pointer, 100)
            }
        }
    }
}
