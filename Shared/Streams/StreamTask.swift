package import GRDB

/// One input partition and what it has built up: a pure step from (state, record) to (state, output records).
/// It reads no clock, calls no network and draws no random number, so that doing it again gives the same bytes.
package protocol StreamTask: AnyObject {
    /// Takes one record. Decodes and checks before it changes anything: a `RecordError` sends the record to
    /// quarantine and must leave state as it was. Any other error stops the program.
    func process(_ record: ConsumedRecord, outputs: inout Outputs) throws
    /// Writes what changed since the last call. The database's transaction also holds position and watermarks.
    func save(to database: Database) throws
}

/// Says what a program reads, keeps and writes; makes the task of a partition.
package protocol Topology: Sendable {
    var group: String { get }
    /// Input topics, in full.
    var inputs: [String] { get }
    /// All topics of the application. A cluster may have others, and with the name of one of these begin IDs that are not
    /// ours.
    var topics: Set<String> { get }
    /// Those of its topics that are compacted: outputs to them carry no links, since what one names may be gone.
    var compacted: Set<String> { get }
    /// Where readers of the outputs are better off with the order in which records of several partitions came, they are
    /// processed in it, and this tells the place of one among those of one sender with the same timestamp, 0 where its sender
    /// says nothing of that. `nil` elsewhere: one partition after the other, each with what it knows at hand.
    var order: (@Sendable (Record) -> Int64)? { get }
    /// The tables of a task's store, by input topic.
    func migrate(_ migrator: inout DatabaseMigrator, topic: String)
    /// A task on an opened store, with its state read back from there. `reader` serves side inputs. The task may
    /// keep `database` and use it inside `process` and `save`, nowhere else.
    func makeTask(for source: TopicPartition, database: Database, reader: any PartitionReader) throws
        -> any StreamTask
}

extension Topology {
    package var compacted: Set<String> { [] }
    package var order: (@Sendable (Record) -> Int64)? { nil }
}

/// A record that is wrong in itself: it goes to quarantine with this reason, and the partition moves on.
package struct RecordError: Error, Hashable, CustomStringConvertible {
    package let reason: String
    package init(_ reason: String) { self.reason = reason }
    package var description: String { reason }
}

/// What one record leads to. The thread gives each output its coordinate as `ce_id` and its link to the one before.
package struct Outputs {
    package private(set) var all: [Output] = []

    package init() {}

    package mutating func append(_ output: consuming Output) { all.append(output) }
    package mutating func removeAll() { all.removeAll(keepingCapacity: true) }
}

package struct Output: Hashable, Sendable {
    package let topic: String
    /// Decides the partition (murmur2, as Kafka's own clients do), unless `partitionKey` or `partition` does.
    package let key: [UInt8]
    package let partitionKey: [UInt8]?
    package let partition: Int32?
    package let value: [UInt8]?
    /// CloudEvents `type`, such as `attain.credit.assigned.v1`.
    package let type: String
    package let contentType: String

    package init(
        topic: String, key: [UInt8], partitionKey: [UInt8]? = nil, partition: Int32? = nil, value: [UInt8]?,
        type: String, contentType: String = "application/protobuf"
    ) {
        self.topic = topic
        self.key = key
        self.partitionKey = partitionKey
        self.partition = partition
        self.value = value
        self.type = type
        self.contentType = contentType
    }
}
