import TestSupport
import Testing

@testable import Streams

@Suite("how records are packed")
struct PackingTests {
    private let source = TopicPartition("a", 0)

    @Test("each comes back as it was, from wherever a read begins and however far it goes", arguments: 0..<60)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let records = (0..<Int.random(in: 1...150, using: &random)).map { _ in record(&random) }
        let batch = try loaded(records)
        for _ in 0..<40 {
            let first = Int.random(in: 0..<records.count, using: &random)
            let limit = Int.random(in: 1...records.count, using: &random)
            var found: [ConsumedRecord] = []
            batch.append(from: 7 + Int64(first), limit: limit, to: &found)
            let wanted = first..<min(first + limit, records.count)
            #expect(found.map(\.record) == Array(records[wanted]))
            #expect(found.map(\.offset) == wanted.map { 7 + Int64($0) })
        }
    }

    @Test("headers that tell only other numbers than those before them take a few bytes")
    func shortHeaders() throws {
        var framing = OutputFraming(source: TopicPartition("attain.payee-events", 3), program: "calculator")
        let output = Output(topic: "ledger", key: [], value: [], type: "attain.document.posted.v1")
        let records = (100_000..<100_320).map { offset in
            framing.record(
                output, timestamp: 1_772_366_400_000 + Int64(offset), offset: Int64(offset), index: 0,
                previous: .link(Link(offset: Int64(offset) - 1, index: 0, end: 0)))
        }
        var batch = RecordBatch()
        for record in records { batch.append(record) }
        #expect(records[0].headers.bytes.count > 230)
        #expect(batch.bytes.count < 320 * 40)
    }

    @Test("a batch of more records or fewer than it is said to have is refused")
    func otherCount() throws {
        var batch = RecordBatch()
        for number in 0..<10 { batch.append(.text("\(number)")) }
        for count in [9, 11] { #expect(load(batch.bytes, count: count) == nil) }
        #expect(load(Array(batch.bytes.dropLast()), count: 10) == nil)
        #expect(load(batch.bytes + [1], count: 11) == nil)
    }

    @Test("the memory of a batch can be used again for another")
    func usedAgain() throws {
        var random = SplitMix(seed: 1)
        var batch = RecordBatch()
        for _ in 0..<50 { batch.append(record(&random)) }
        batch.removeAll()
        let records = (0..<50).map { _ in record(&random) }
        for record in records { batch.append(record) }
        var found: [ConsumedRecord] = []
        try #require(load(batch.bytes, count: 50)).append(from: 7, limit: 50, to: &found)
        #expect(found.map(\.record) == records)
    }

    private func loaded(_ records: [Record]) throws -> LoadedBatch {
        var batch = RecordBatch()
        for record in records { batch.append(record) }
        return try #require(load(batch.bytes, count: records.count))
    }

    private func load(_ packed: [UInt8], count: Int) -> LoadedBatch? {
        let bytes = BatchBytes()
        bytes.room(for: packed.count).copyBytes(from: packed)
        return LoadedBatch(source: source, baseOffset: 7, count: count, bytes: bytes, packing: .changes)
    }

    /// Headers like those of others, with numbers that grow a digit now and then, or none, or any.
    private func record(_ random: inout SplitMix) -> Record {
        var headers = Headers()
        switch Int.random(in: 0..<10, using: &random) {
        case 0: break
        case 1:
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                headers.append(
                    text(Int.random(in: 1...40, using: &random), &random),
                    text(Int.random(in: 0...600, using: &random), &random))
            }
        default:
            headers.append("ce_source", "/attain/calculator")
            headers.append("ce_id", "attain.payee-events/3/\(UInt32.random(in: 0...2_000, using: &random))/0")
            headers.append("ce_time", "2026-03-01T12:00:00.\(Int.random(in: 100...999, using: &random))Z")
            if Bool.random(using: &random) { headers.append("attain_previous", "") }
        }
        let times = [0, 1, -1, Int64.max, Int64.min, 1_772_366_400_000 + Int64.random(in: 0...2_000, using: &random)]
        return Record(
            key: bytes(upTo: 20, &random), value: bytes(upTo: 700, &random), headers: headers,
            timestamp: times.randomElement(using: &random) ?? 0)
    }

    private func bytes(upTo count: Int, _ random: inout SplitMix) -> [UInt8]? {
        guard Int.random(in: 0..<5, using: &random) > 0 else { return nil }
        return (0..<Int.random(in: 0...count, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    private func text(_ count: Int, _ random: inout SplitMix) -> String {
        String((0..<count).map { _ in Character(Unicode.Scalar(UInt8.random(in: 97...122, using: &random))) })
    }
}
