import TestSupport
import Testing

@testable import Streams

@Suite("what a destination holds already")
struct DestinationTailsTests {
    private static let destination = TopicPartition("out", 0)

    /// Counts how often a log is asked for what it takes a broker long to answer.
    private final class Counting: PartitionReader {
        private let reader: any PartitionReader
        private(set) var asked = 0

        init(_ reader: any PartitionReader) { self.reader = reader }

        func read(
            _ source: TopicPartition, from offset: Int64, limit: Int, timeout: Duration
        ) throws(LogError) -> [ConsumedRecord] {
            try reader.read(source, from: offset, limit: limit, timeout: timeout)
        }

        func endOffset(of source: TopicPartition) throws(LogError) -> Int64 {
            asked += 1
            return try reader.endOffset(of: source)
        }

        func beginningOffset(of source: TopicPartition) throws(LogError) -> Int64 {
            asked += 1
            return try reader.beginningOffset(of: source)
        }
    }

    /// A reader of it, with records of these IDs in it.
    private func destination(holding ids: [String]) throws -> any PartitionReader {
        let log = InMemoryLog()
        try log.create([TopicSpecification(name: "out", partitions: 1)])
        let producer = try log.makeProducer()
        for id in ids {
            var headers = Headers()
            headers.append("ce_source", "/attain/test")
            headers.append("ce_id", id)
            try producer.append(Record(key: nil, value: [], headers: headers, timestamp: 0), to: Self.destination)
        }
        try producer.flush()
        return try log.makeReader()
    }

    @Test("is found for every source, and asked for once, however many sources send to it")
    func once() throws {
        let reader = Counting(try destination(holding: (0..<2500).map { "in/\($0 % 40)/\($0 / 40)/0" }))
        var tails = DestinationTails(of: "test")
        for number in 0..<48 as Range<Int32> {
            let source = TopicPartition("in", number)
            let last = try tails.last(from: source, in: Self.destination, downTo: 0, reader)
            #expect(last?.offset == (number < 20 ? 62 : number < 40 ? 61 : nil))
        }
        #expect(reader.asked == 2)
    }

    @Test("is looked for no further back than where the source had come")
    func floor() throws {
        let reader = try destination(holding: (0..<10).map { "in/\($0 == 4 ? 1 : 0)/\($0)/0" })
        var tails = DestinationTails(of: "test")
        #expect(try tails.last(from: TopicPartition("in", 1), in: Self.destination, downTo: 5, reader) == nil)
        #expect(try tails.last(from: TopicPartition("in", 1), in: Self.destination, downTo: 4, reader)?.offset == 4)
    }
}
