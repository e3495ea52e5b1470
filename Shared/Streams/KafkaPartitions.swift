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
