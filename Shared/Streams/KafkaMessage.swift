import CRDKafka

/// Records out of librdkafka's messages.
struct KafkaMessages {
    /// Topic names by librdkafka's handle, so that a batch shares one `String`.
    private var names: [OpaquePointer: String] = [:]

    mutating func record(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> ConsumedRecord {
        let source = TopicPartition(name(message.pointee.rkt), message.pointee.partition)
        let record = Record(
            key: Self.bytes(message.pointee.key, message.pointee.key_len),
            value: Self.bytes(message.pointee.payload, message.pointee.len), headers: Self.headers(message),
            timestamp: rd_kafka_message_timestamp(message, nil))
        return ConsumedRecord(source: source, offset: message.pointee.offset, record: record)
    }

    mutating func name(_ topic: OpaquePointer?) -> String {
        guard let topic else { return "" }
        if let name = names[topic] { return name }
        let name = String(cString: rd_kafka_topic_name(topic))
        names[topic] = name
        return name
    }

    private static func bytes(_ start: UnsafeMutableRawPointer?, _ count: Int) -> [UInt8]? {
        start.map { Array(UnsafeRawBufferPointer(start: $0, count: count)) }
    }

    private static func headers(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> Headers {
        var headers = Headers()
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR else { return headers }
        var (name, value, size): (UnsafePointer<CChar>?, UnsafeRawPointer?, Int) = (nil, nil, 0)
        var index = 0
        while rd_kafka_header_get_all(list, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR, let name {
            index += 1
            let name = String(cString: name)
            // None of ours, and none that a reader of ours asks for.
            guard name.utf8.count <= Headers.nameLimit else { continue }
            headers.append(name, UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : size))
        }
        return headers
    }
}

extension KafkaHandle {
    /// Brokers that are gone come back: librdkafka goes on by itself, and there is nothing to do but wait.
    func check(_ message: rd_kafka_message_t) throws(LogError) {
        switch message.err {
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
            RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
            throw .unknownTopic(
                message.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? "that was subscribed to")
        case RD_KAFKA_RESP_ERR__FATAL, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR__BAD_MSG:
            throw LogError(message.err, "read", self)
        // It would stay before such a record for ever, or leave it out, and say nothing.
        case RD_KAFKA_RESP_ERR__BAD_COMPRESSION, RD_KAFKA_RESP_ERR_INVALID_MSG, RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED:
            let topic = message.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
            throw .fatal(
                "\(topic)/\(message.partition) cannot be read at \(message.offset): "
                    + "\(String(cString: rd_kafka_err2str(message.err))). The log is damaged there: restore it")
        default: break
        }
    }
}
