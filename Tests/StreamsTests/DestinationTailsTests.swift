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

    @Test("is found for every source, and asked for once, however many sources send to it")
    func once() throws {
        let log = InMemoryLog()
        try log.create([TopicSpecification(name: "out", partitions: 1)])
        let producer = try log.makeProducer()
        for number in 0..<2500 {
            var headers = Headers()
            headers.append("ce_id", "in/\(number % 40)/\(number / 40)/0")
            try producer.append(Record(key: nil, value: [], headers: headers, timestamp: 0), to: Self.destination)
        }
        try producer.flush()
        let reader = Counting(try log.makeReader())
        var tails = DestinationTails()
        for number in 0..<48 as Range<Int32> {
            let source = TopicPartition("in", number)
            let last = try tails.last(from: source, in: Self.destination, downTo: 0, reader)
            #expect(last?.offset == (number < 20 ? 62 : number < 40 ? 61 : nil))
        }
        #expect(reader.asked == 2)
    }

    @Test("is looked for no further back than where the source had come")
    func floor() throws {
        let log = InMemoryLog()
        try log.create([TopicSpecification(name: "out", partitions: 1)])
        let producer = try log.makeProducer()
        for number in 0..<10 {
            var headers = Headers()
            headers.append("ce_id", "in/\(number == 4 ? 1 : 0)/\(number)/0")
            try producer.append(Record(key: nil, value: [], headers: headers, timestamp: 0), to: Self.destination)
        }
        try producer.flush()
        let reader = try log.makeReader()
        var tails = DestinationTails()
        #expect(try tails.last(from: TopicPartition("in", 1), in: Self.destination, downTo: 5, reader) == nil)
        #expect(try tails.last(from: TopicPartition("in", 1), in: Self.destination, downTo: 4, reader)?.offset == 4)
    }
}
