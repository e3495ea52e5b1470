@testable import Streams
import TestSupport
import Testing

@Suite("turns")
struct TurnsTests {
    /// Records of each partition with the timestamps given, partition by partition as a poll has them.
    private func records(_ timestamps: [[Int64]]) -> [ConsumedRecord] {
        timestamps.enumerated().flatMap { partition, timestamps in
            timestamps.enumerated().map { offset, timestamp in
                ConsumedRecord(
                    source: TopicPartition("a", Int32(partition)), offset: Int64(offset),
                    record: Record(key: nil, value: nil, timestamp: timestamp))
            }
        }
    }

    private func order(of records: [ConsumedRecord], by order: ((Record) -> Int64)? = { _ in 0 }) -> [ConsumedRecord] {
        var turns = Turns(records, order: order)
        var result: [ConsumedRecord] = []
        while let turn = turns.next() { result += records[turn] }
        return result
    }

    @Test("give every record once, each partition's in their order", arguments: 0..<50 as Range<UInt64>)
    func everyRecordOnce(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let timestamps = (0..<Int.random(in: 1...5, using: &random)).map { _ in
            (0..<Int.random(in: 0...40, using: &random)).map { _ in Int64.random(in: 0...3, using: &random) }
        }
        let all = records(timestamps)
        let order = order(of: all)
        #expect(order.count == all.count)
        for (partition, timestamps) in timestamps.enumerated() {
            let offsets = order.filter { $0.source.partition == Int32(partition) }.map(\.offset)
            #expect(offsets == timestamps.indices.map { Int64($0) })
        }
    }

    @Test("begin with the earliest timestamps")
    func earliestFirst() {
        let order = order(of: records([[5, 5, 9], [1, 7], [6]]))
        #expect(order.map(\.record.timestamp) == [1, 5, 5, 6, 7, 9])
    }

    @Test("carry partitions forward evenly, whatever they have of one moment")
    func evenly() {
        let counts = [100, 200, 400]
        let order = order(of: records(counts.map { Array(repeating: 1, count: $0) }))
        for (partition, count) in counts.enumerated() {
            let half = order.prefix(350).count { $0.source.partition == Int32(partition) }
            #expect(abs(half - count / 2) <= 8, "half of the way for all is half of the way for partition \(partition)")
        }
    }

    @Test("keep the order in which one sender sent what has the same timestamp")
    func bySender() {
        var random = SplitMix(seed: 7)
        let partitions = (0..<500).map { _ in Int.random(in: 0..<5, using: &random) }
        let all = (0..<5).flatMap { partition in
            partitions.indices.filter { partitions[$0] == partition }.enumerated().map { offset, number in
                ConsumedRecord(
                    source: TopicPartition("a", Int32(partition)), offset: Int64(offset),
                    record: Record(key: nil, value: Array("\(number)".utf8), timestamp: Int64(number / 100)))
            }
        }
        func number(_ record: Record) -> Int64 { Int64(String(decoding: record.value ?? [], as: UTF8.self)) ?? -1 }
        var turns = Turns(all, order: number)
        var order: [Int64] = []
        while let turn = turns.next() { order += all[turn].map { number($0.record) } }
        #expect(order == Array(0..<500))
    }

    @Test("take one partition after the other where their order does not matter")
    func byPartition() {
        let mixed = records([[1, 4], [3], [2, 5]]).sorted { $0.record.timestamp < $1.record.timestamp }
        #expect(order(of: mixed, by: nil).map(\.record.timestamp) == [1, 4, 2, 5, 3])
    }

    @Test("go on without a partition that is left out")
    func leftOut() {
        let records = records([[1, 1], [2, 2], [3]])
        var turns = Turns(records, order: { _ in 0 })
        #expect(turns.next() == 0..<2)
        #expect(turns.count(of: records[0].source) == 0, "it has had all its turns")
        #expect(turns.count(of: records[2].source) == 2)
        for place in [0, 2] { turns.removeAll(of: records[place].source) }
        #expect(turns.next() == 4..<5)
        #expect(turns.next() == nil)
    }

    @Test("of none are none")
    func empty() { #expect(order(of: []).isEmpty) }
}
