import CRDKafka

/// librdkafka's list of partitions with an offset each.
struct KafkaPartitions: ~Copyable {
    private let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(_ offsets: [TopicPartition: Int64]) {
        pointer = rd_kafka_topic_partition_list_new(Int32(offsets.count))
        for source in offsets.keys.sorted() {
            rd_kafka_topic_partition_list_add(pointer, source.topic, source.partition).pointee.offset =
                offsets[source] ?? 0
        }
    }

    deinit { rd_kafka_topic_partition_list_destroy(pointer) }

    /// The list lives for as long as `body` runs.
    borrowing func withList<Result>(
        _ body: (UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> Result
    ) -> Result { body(pointer) }

    var offsets: [TopicPartition: Int64] { Self.offsets(pointer) }

    static func offsets(_ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> [TopicPartition: Int64] {
        var result: [TopicPartition: Int64] = [:]
        for entry in UnsafeBufferPointer(start: list.pointee.elems, count: Int(list.pointee.cnt)) {
            result[TopicPartition(String(cString: entry.topic), entry.partition)] = entry.offset
        }
        return result
    }
}

extension KafkaHandle {
    /// As ListOffsets knows them instead of a time.
    enum Edge: Int64 {
        case beginning = -2
        case end = -1
    }

    /// Where a partition begins or ends, asked of its leader. `rd_kafka_query_watermark_offsets` asks the same, but before
    /// librdkafka 2.3 it waits without end for a leader that went away.
    func offset(at edge: Edge, of source: TopicPartition) throws(LogError) -> Int64 {
        let partitions = KafkaPartitions([source: edge.rawValue])
        let code = partitions.withList { list in
            let code = rd_kafka_offsets_for_times(pointer, list, KafkaLog.timeout)
            return code == RD_KAFKA_RESP_ERR_NO_ERROR ? list.pointee.elems[0].err : code
        }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let offset = partitions.offsets[source] else {
            throw LogError(code, "look up the \(edge) of \(source)", self)
        }
        return offset
    }
}
