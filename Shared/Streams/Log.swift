/// The seam: everything Attain knows of a log. Two adapters (embedded, Kafka) and the tests' in-memory
/// one pass the same contract suite.
///
/// A `Log` is shared; what it makes (`Producer`, `GroupConsumer`, `PartitionReader`) belongs to the one
/// thread that uses it.
package protocol Log: Sendable {
    /// Creates what is missing. A topic that exists with another partition count is an error: keys would
    /// move to other partitions and split their order.
    func create(_ topics: [TopicSpecification]) throws(LogError)
    /// Every topic there is with its partition count, by name.
    func topics() throws(LogError) -> [TopicSpecification]
    /// Tells this log from every other for as long as it exists: state built from another one is refused.
    func identity() throws(LogError) -> String
    func makeProducer() throws(LogError) -> any Producer
    func makeReader() throws(LogError) -> any PartitionReader
    /// Joins a consumer group for these topics. Partitions with the same number of topics with the same partition
    /// count go to the same member.
    func join(group: String, topics: [String]) throws(LogError) -> any GroupConsumer
    /// How far a group has come, by what its members committed; a partition nobody committed is left out.
    func committed(group: String, topics: [String]) throws(LogError) -> [TopicPartition: Int64]
}

extension Log {
    /// How many records a group has yet to take, by partition.
    package func lag(group: String, topics: [String]) throws(LogError) -> [TopicPartition: Int64] {
        let committed = try committed(group: group, topics: topics)
        let reader = try makeReader()
        var result: [TopicPartition: Int64] = [:]
        for topic in try self.topics() where topics.contains(topic.name) {
            for number in 0..<topic.partitions {
                let source = TopicPartition(topic.name, number)
                result[source] = try reader.endOffset(of: source) - (committed[source] ?? 0)
            }
        }
        return result
    }
}

package struct TopicSpecification: Hashable, Sendable {
    package let name: String
    package let partitions: Int32
    /// Kafka's `cleanup.policy=compact`; the embedded log keeps everything.
    package let isCompacted: Bool

    package init(name: String, partitions: Int32, isCompacted: Bool = false) {
        self.name = name
        self.partitions = partitions
        self.isCompacted = isCompacted
    }
}

/// Appends in order, gapless and idempotent per partition. Nothing is durable before `flush` returns.
package protocol Producer: AnyObject {
    func append(_ record: Record, to destination: TopicPartition) throws(LogError)
    /// Waits until all that was appended is durable, whatever that takes; throws only when it never will be.
    /// Returns where the records appended since the last flush went: for each partition their offsets, in the
    /// order of `append`, as ranges, since another producer's records may lie between. -1 stands for a record that is
    /// durable, but whose offset a broker could not tell after a retry.
    @discardableResult
    func flush() throws(LogError) -> [TopicPartition: [Range<Int64>]]
}

/// Reads one partition from any offset, outside any group.
package protocol PartitionReader: AnyObject {
    /// The records from `offset` on, at most `limit`, in order. Waits up to `timeout` for the first one and
    /// returns none if there is none by then. The end offset waits; one before the first kept record throws
    /// `LogError.offsetOutOfRange`, and so may one past the end.
    func read(_ source: TopicPartition, from offset: Int64, limit: Int, timeout: Duration) throws(LogError)
        -> [ConsumedRecord]
    /// The offset the next appended record will get.
    func endOffset(of source: TopicPartition) throws(LogError) -> Int64
    /// The offset of the first record still kept.
    func beginningOffset(of source: TopicPartition) throws(LogError) -> Int64
}

/// One member of a consumer group.
package protocol GroupConsumer: AnyObject {
    /// Records of any of the assigned partitions, each partition's in order, at most `limit`. Waits up to
    /// `timeout` for the first. Rebalances are told to the listener inside this call, on this thread.
    func poll(limit: Int, timeout: Duration, listener: any RebalanceListener) throws(LogError) -> [ConsumedRecord]
    /// Has the next poll begin anew at this offset of an assigned partition: it takes long, and is given less for some time.
    func seek(_ source: TopicPartition, to offset: Int64) throws(LogError)
    /// Tells the group how far this member has come, so that lag can be seen; decides nothing.
    func commit(_ positions: [TopicPartition: Int64]) throws(LogError)
    /// The end of an assigned partition as far as it is known without waiting; for showing lag.
    func end(of source: TopicPartition) throws(LogError) -> Int64?
    /// Leaves the group: the listener hears `revoked` for what was assigned.
    func close(listener: any RebalanceListener) throws(LogError)
}

package protocol RebalanceListener: AnyObject {
    /// Ours now. Answers the offset to read each partition from: the position its store holds.
    func assigned(_ partitions: [TopicPartition]) throws -> [TopicPartition: Int64]
    /// Still ours during this call: commit and close.
    func revoked(_ partitions: [TopicPartition]) throws
    /// Not ours any more: drop, write nothing.
    func lost(_ partitions: [TopicPartition])
}
