import Streams
import TestSupport
import Testing

@Suite("a log keeps records", .serialized)
struct LogContractRecords {
    @Test("in the order of append, with offsets from 0", arguments: LogAdapter.available)
    func order(adapter: LogAdapter) throws {
        try adapter.withLog { log in
            let source = TopicPartition(log.a, 1)
            let producer = try log.open().makeProducer()
            for number in 0..<500 { try producer.append(.text("\(number)"), to: source) }
            try producer.append(.text("elsewhere"), to: TopicPartition(log.a, 2))
            let ranges = try producer.flush()
            #expect(ranges[source].map { $0.flatMap { $0 } } == Array(0..<500))
            let reader = try log.open().makeReader()
            let records = try reader.readAll(source, count: 500)
            #expect(records.map(\.offset) == Array(0..<500))
            #expect(records.map(\.record.text) == (0..<500).map { "\($0)" })
            #expect(try reader.endOffset(of: source) == 500)
            #expect(try reader.beginningOffset(of: source) == 0)
            #expect(try reader.endOffset(of: TopicPartition(log.a, 0)) == 0)
        }
    }

    @Test("from any offset on, at most the limit", arguments: LogAdapter.available)
    func limits(adapter: LogAdapter) throws {
        try adapter.withLog { log in
            let source = TopicPartition(log.a, 0)
            try log.append("a", "b", "c", to: source)
            try log.append("d", "e", to: source)
            let reader = try log.open().makeReader()
            #expect(try reader.read(source, from: 2, limit: 1, timeout: .seconds(9)).map(\.record.text) == ["c"])
            #expect(try reader.readAll(source, from: 1, count: 4).map(\.record.text) == ["b", "c", "d", "e"])
            #expect(try reader.read(source, from: 5, limit: 10, timeout: .zero).isEmpty)
        }
    }

    @Test("as they are: headers, tombstones, no key, an empty key, an empty value", arguments: LogAdapter.available)
    func shapes(adapter: LogAdapter) throws {
        try adapter.withLog { log in
            var headers = Headers()
            headers.append("ce_id", "a/0/1/2")
            headers.append("empty", "")
            headers.append("ce_id", "second of that name")
            headers.append("binary", [0, 255, 10] as [UInt8])
            let records = [
                Record(key: [1], value: [2], headers: headers, timestamp: 1_772_366_400_123),
                Record(key: [1], value: nil, timestamp: 1),
                Record(key: nil, value: [3], timestamp: 2),
                Record(key: [], value: [], timestamp: 3),
            ]
            let source = TopicPartition(log.b, 1)
            let producer = try log.open().makeProducer()
            for record in records { try producer.append(record, to: source) }
            try producer.flush()
            #expect(try log.open().makeReader().readAll(source, count: 4).map(\.record) == records)
        }
    }

    @Test("of 900 kB", arguments: LogAdapter.available)
    func large(adapter: LogAdapter) throws {
        try adapter.withLog { log in
            let source = TopicPartition(log.a, 0)
            let value = (0..<900_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let producer = try log.open().makeProducer()
            for _ in 0..<3 { try producer.append(Record(key: [1], value: value, timestamp: 1), to: source) }
            try producer.flush()
            let records = try log.open().makeReader().readAll(source, count: 3)
            #expect(records.count == 3)
            #expect(records.allSatisfy { $0.record.value == value })
        }
    }

    @Test(
        "nothing of a producer that never flushed need be there, and flushed records stay",
        arguments: LogAdapter.available)
    func reopened(adapter: LogAdapter) throws {
        try adapter.withLog { log in
            let source = TopicPartition(log.a, 0)
            try log.append("kept", to: source)
            let records = try log.open().makeReader().readAll(source, count: 1)
            #expect(records.map(\.record.text) == ["kept"])
            #expect(try log.open().identity() == log.open().identity())
            #expect(try !log.open().identity().isEmpty)
        }
    }

    @Test("and wakes a reader that waits", arguments: LogAdapter.available)
    func wakes(adapter: LogAdapter) throws {
        try adapter.withLog { log in
            let source = TopicPartition(log.a, 0)
            let reader = try log.open().makeReader()
            _ = try reader.read(source, from: 0, limit: 1, timeout: .zero)
            let writer = try log.open()
            let waiting = BackgroundWork(after: 0.1) {
                let producer = try writer.makeProducer()
                try producer.append(.text("late"), to: source)
                try producer.flush()
            }
            // A reader that is not woken is seen by this test going on for ten minutes.
            let records = try reader.read(source, from: 0, limit: 1, timeout: .seconds(600))
            #expect(records.map(\.record.text) == ["late"])
            waiting.finish()
        }
    }

    @Test("and says which topic is unknown", arguments: LogAdapter.available)
    func unknown(adapter: LogAdapter) throws {
        try adapter.withLog { log in
            #expect(throws: LogError.unknownTopic("nowhere")) {
                try log.open().makeReader().endOffset(of: TopicPartition("nowhere", 0))
            }
            #expect(throws: LogError.unknownTopic("\(log.a)/3")) {
                try log.open().makeReader().endOffset(of: TopicPartition(log.a, 3))
            }
            #expect(throws: LogError.unknownTopic("nowhere")) {
                let producer = try log.open().makeProducer()
                try producer.append(.text("x"), to: TopicPartition("nowhere", 0))
                try producer.flush()
            }
        }
    }

    @Test("in topics whose partition count never changes", arguments: LogAdapter.available)
    func topics(adapter: LogAdapter) throws {
        try adapter.withLog { log in
            let opened = try log.open()
            try opened.create([TopicSpecification(name: log.a, partitions: 3)])
            #expect(throws: LogError.partitionCountDiffers(topic: log.a, has: 3, wanted: 4)) {
                try opened.create([TopicSpecification(name: log.a, partitions: 4)])
            }
            let listed = try opened.topics().filter { [log.a, log.b].contains($0.name) }
            #expect(listed.map(\.partitions) == [3, 2])
        }
    }

    @Test("and refuses an offset before the first", arguments: LogAdapter.available)
    func outOfRange(adapter: LogAdapter) throws {
        try adapter.withLog { log in
            let source = TopicPartition(log.a, 0)
            try log.append("x", to: source)
            #expect(throws: LogError.offsetOutOfRange(source, offset: -5, beginning: 0, end: 1)) {
                try log.open().makeReader().read(source, from: -5, limit: 1, timeout: .seconds(5))
            }
        }
    }
}

extension PartitionReader {
    /// Reads until `count` records have come, or 20 seconds long.
    func readAll(_ source: TopicPartition, from offset: Int64 = 0, count: Int) throws -> [ConsumedRecord] {
        var records: [ConsumedRecord] = []
        let deadline = ContinuousClock.now + .seconds(180)
        while records.count < count, ContinuousClock.now < deadline {
            let next = offset + Int64(records.count)
            records += try read(source, from: next, limit: count - records.count, timeout: .seconds(1))
        }
        return records
    }
}
