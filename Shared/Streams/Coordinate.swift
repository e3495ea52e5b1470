/// Where a derived record comes from: `<topic>/<partition>/<offset>/<index>` of the input that caused it.
/// It is the record's `ce_id`; what has it, of one program, is the same record, however often it was produced.
package struct Coordinate: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let source: TopicPartition
    package let offset: Int64
    /// Counts the outputs of one input, over all destinations, from 0.
    package let index: Int32

    package init(source: TopicPartition, offset: Int64, index: Int32) {
        self.source = source
        self.offset = offset
        self.index = index
    }

    /// Reads `topic/partition/offset/index`; `nil` for any other text.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, !parts[0].isEmpty, let partition = Int32(parts[1]), let offset = Int64(parts[2]),
            let index = Int32(parts[3]), partition >= 0, offset >= 0, index >= 0
        else { return nil }
        self.init(source: TopicPartition(String(parts[0]), partition), offset: offset, index: index)
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.source, left.offset, left.index) < (right.source, right.offset, right.index)
    }

    package var description: String { "\(source)/\(offset)/\(index)" }
}

/// Tells what was produced again, for readers that keep no task's watermarks: of each source that writes to a partition, what
/// does not come after its last one.
package struct RepeatedCoordinates {
    private var last: [TopicPartition: Coordinate] = [:]

    package init() {}

    package mutating func contains(_ record: ConsumedRecord) -> Bool {
        guard let id = record.record.headers["ce_id"].flatMap(Coordinate.init) else { return false }
        if let last = last[id.source], id <= last { return true }
        last[id.source] = id
        return false
    }
}
