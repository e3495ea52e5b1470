/// What can go wrong with a log. None of these is a record's fault: the program waits or stops, and loses nothing.
package enum LogError: Error, Hashable, CustomStringConvertible {
    case unknownTopic(String)
    case partitionCountDiffers(topic: String, has: Int32, wanted: Int32)
    case offsetOutOfRange(TopicPartition, offset: Int64, beginning: Int64, end: Int64)
    case groupTaken(group: String, path: String)
    case fatal(String)
    case operating(String)

    package var description: String {
        switch self {
        case .unknownTopic(let name):
            "there is no topic \(name) in this log; start ingest first, it creates the topics"
        case .partitionCountDiffers(let topic, let has, let wanted):
            "topic \(topic) has \(has) partitions, not \(wanted); the number is fixed for the life of an application, "
                + "so start with --partitions \(has) or choose another --application"
        case .offsetOutOfRange(let source, let offset, let beginning, let end):
            "offset \(offset) of \(source) is not in the log, which holds \(beginning) to \(end); records were deleted "
                + "or the topic was made anew. Delete the state folder to replay what is there"
        case .groupTaken(let group, let path):
            "another process already runs group \(group) on \(path); the embedded log gives a group to one process at "
                + "a time. Stop the other one, or run on Kafka (--log kafka://HOST:9092) to share the work"
        case .fatal(let message), .operating(let message): message
        }
    }
}
