import CRDKafka

/// Creates topics: kept for ever unless compacted, with the producer's timestamps.
enum KafkaAdmin {
    static func create(_ topics: [TopicSpecification], _ client: borrowing KafkaHandle) throws(LogError) {
        var new: [OpaquePointer?] = topics.map(newTopic)
        defer { rd_kafka_NewTopic_destroy_array(&new, new.count) }
        let queue = rd_kafka_queue_new(client.pointer)
        defer { rd_kafka_queue_destroy(queue) }
        rd_kafka_CreateTopics(client.pointer, &new, new.count, nil, queue)
        guard let event = rd_kafka_queue_poll(queue, KafkaLog.timeout) else {
            throw .operating("no Kafka broker answered to create \(names(topics)) within 30 s")
        }
        defer { rd_kafka_event_destroy(event) }
        let code = rd_kafka_event_error(event)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw .operating(
                "cannot create \(names(topics)): \(String(cString: rd_kafka_event_error_string(event))). Create the topics by "
                    + "hand, with retention.ms=-1")
        }
        try check(rd_kafka_event_CreateTopics_result(event))
    }

    private static func newTopic(_ topic: TopicSpecification) -> OpaquePointer? {
        // -1: the brokers' default replication
        let new = rd_kafka_NewTopic_new(topic.name, topic.partitions, -1, nil, 0)
        if topic.isCompacted {
            rd_kafka_NewTopic_set_config(new, "cleanup.policy", "compact")
            // A store that stood still for longer would never hear that a key is gone: 600 days, which all brokers allow.
            rd_kafka_NewTopic_set_config(new, "delete.retention.ms", "51840000000")
        } else {
            rd_kafka_NewTopic_set_config(new, "cleanup.policy", "delete")
            rd_kafka_NewTopic_set_config(new, "retention.ms", "-1")
            rd_kafka_NewTopic_set_config(new, "retention.bytes", "-1")
        }
        rd_kafka_NewTopic_set_config(new, "message.timestamp.type", "CreateTime")
        rd_kafka_NewTopic_set_config(new, "max.message.bytes", String(KafkaLog.recordLimit))
        return new
    }

    /// Another program may have been faster; what it made is checked afterwards.
    private static func check(_ result: OpaquePointer?) throws(LogError) {
        var count = 0
        guard let results = rd_kafka_CreateTopics_result_topics(result, &count) else { return }
        for index in 0..<count {
            guard let topic = results[index] else { continue }
            let code = rd_kafka_topic_result_error(topic)
            guard code != RD_KAFKA_RESP_ERR_NO_ERROR, code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS else { continue }
            let reason = rd_kafka_topic_result_error_string(topic).map { String(cString: $0) } ?? ""
            throw .operating("cannot create topic \(String(cString: rd_kafka_topic_result_name(topic))): \(reason)")
        }
    }

    private static func names(_ topics: [TopicSpecification]) -> String {
        topics.map { "\($0.name) (\($0.partitions) partitions)" }.joined(separator: ", ")
    }
}
