import Streams
import TestSupport
import Testing

@Suite("a log's consumer group", .serialized)
struct LogContractGroups {
    @Test("gives a lone member everything, from where its listener says", arguments: LogAdapter.available)
    func alone(adapter: LogAdapter) throws {
        try adapter.withLog { log in
            try log.append("a0", "a1", to: TopicPartition(log.a, 0))
            try log.append("b0", to: TopicPartition(log.b, 1))
            let listener = Listener()
            listener.start = [TopicPartition(log.a, 0): 1]
            let consumer = try log.open().join(group: log.group, topics: [log.a, log.b])
            let records = try consumer.take(2, listener)
            #expect(Set(records.map(\.record.text)) == ["a1", "b0"])
            #expect(listener.owned.count == 5)
            try log.append("a2", to: TopicPartition(log.a, 0))
            #expect(try consumer.take(1, listener).map(\.record.text) == ["a2"])
            try consumer.close(listener: listener)
            #expect(listener.owned.isEmpty)
        }
    }

    @Test("keeps each partition's order within the limit of a poll", arguments: LogAdapter.available)
    func order(adapter: LogAdapter) throws {
        try adapter.withLog { log in
            let opened = try log.open()
            let producer = try opened.makeProducer()
            for number in 0..<300 {
                try producer.append(.text("\(number)"), to: TopicPartition(log.a, Int32(number % 3)))
            }
            try producer.flush()
            let (listener, consumer) = (Listener(), try opened.join(group: log.group, topics: [log.a]))
            var records: [ConsumedRecord] = []
            let deadline = ContinuousClock.now + .seconds(180)
            while records.count < 300, ContinuousClock.now < deadline {
                let some = try consumer.poll(limit: 7, timeout: .milliseconds(200), listener: listener)
                #expect(some.count <= 7)
                records += some
            }
            for partition in 0..<3 {
                let offsets = records.filter { $0.source.partition == Int32(partition) }.map(\.offset)
                #expect(offsets == Array(0..<100))
            }
            try consumer.close(listener: listener)
        }
    }

    @Test(
        "has no partition run ahead of the others where the log is ours", arguments: [LogAdapter.embedded, .inMemory])
    func evenly(adapter: LogAdapter) throws {
        try adapter.withLog { log in
            let opened = try log.open()
            let producer = try opened.makeProducer()
            var random = SplitMix(seed: 5)
            for number in 0..<3000 {
                let record = Record(key: nil, value: [], timestamp: Int64(number))
                try producer.append(record, to: TopicPartition(log.a, Int32.random(in: 0..<3, using: &random)))
            }
            try producer.flush()
            let (listener, consumer) = (Listener(), try opened.join(group: log.group, topics: [log.a]))
            var timestamps: [Int64] = []
            while timestamps.count < 3000 {
                let some = try consumer.poll(limit: 300, timeout: .milliseconds(200), listener: listener)
                guard !some.isEmpty else { break }
                timestamps += some.map(\.record.timestamp).sorted()
            }
            #expect(timestamps == Array(0..<3000))
            try consumer.close(listener: listener)
        }
    }

    /// One a millisecond, to each of three partitions in turn.
    private func sixThousand(to log: any Log, _ topic: String) throws {
        let producer = try log.makeProducer()
        for number in 0..<6000 {
            let record = Record(key: nil, value: [], timestamp: Int64(number))
            try producer.append(record, to: TopicPartition(topic, Int32(number % 3)))
        }
        try producer.flush()
    }

    @Test("takes of a backlog from all partitions, none far ahead of the others", arguments: LogAdapter.available)
    func backlog(adapter: LogAdapter) throws {
        try adapter.withLog { log in
            let opened = try log.open()
            try sixThousand(to: opened, log.a)
            let (listener, consumer) = (Listener(), try opened.join(group: log.group, topics: [log.a]))
            var reached: [Int64] = [0, 0, 0]
            let deadline = ContinuousClock.now + .seconds(180)
            while reached.contains(where: { $0 < 5997 }), ContinuousClock.now < deadline {
                for record in try consumer.poll(limit: 300, timeout: .milliseconds(200), listener: listener) {
                    reached[Int(record.source.partition)] = record.record.timestamp
                }
                #expect((reached.max() ?? 0) - (reached.min() ?? 0) <= 1200)
            }
            #expect(reached.min() == 5997)
            try consumer.close(listener: listener)
        }
    }

    @Test(
        "has a partition that is behind catch up, while the others go on, where the log is ours",
        arguments: [LogAdapter.embedded, .inMemory])
    func catchingUp(adapter: LogAdapter) throws {
        try adapter.withLog { log in
            let opened = try log.open()
            try sixThousand(to: opened, log.a)
            let (listener, consumer) = (Listener(), try opened.join(group: log.group, topics: [log.a]))
            listener.start = [TopicPartition(log.a, 0): 500, TopicPartition(log.a, 2): 500]
            var polls: [[ConsumedRecord]] = []
            while polls.reduce(0, { $0 + $1.count }) < 5000 {
                let some = try consumer.poll(limit: 300, timeout: .milliseconds(200), listener: listener)
                guard !some.isEmpty else { break }
                polls.append(some)
            }
            for poll in polls.prefix(2) { #expect(Set(poll.map(\.source.partition)) == [0, 1, 2]) }
            let rest = polls.dropFirst(4).flatMap { $0.map(\.record.timestamp).sorted() }
            #expect(rest == rest.sorted() && rest.count > 3500)
            try consumer.close(listener: listener)
        }
    }

    @Test("gives again what its member goes back to, and nothing twice otherwise", arguments: LogAdapter.available)
    func goingBack(adapter: LogAdapter) throws {
        try adapter.withLog { log in
            let opened = try log.open()
            let producer = try opened.makeProducer()
            for number in 0..<2000 {
                try producer.append(.text("\(number)"), to: TopicPartition(log.a, Int32(number % 2)))
            }
            try producer.flush()
            let (listener, consumer) = (Listener(), try opened.join(group: log.group, topics: [log.a]))
            var offsets: [Int32: [Int64]] = [0: [], 1: []]
            let deadline = ContinuousClock.now + .seconds(180)
            while offsets.values.contains(where: { $0.count < 1000 }), ContinuousClock.now < deadline {
                let known = offsets[1]?.count ?? 0
                for record in try consumer.poll(limit: 50, timeout: .milliseconds(200), listener: listener) {
                    offsets[record.source.partition]?.append(record.offset)
                }
                // Of one of them half of what has just come is not taken.
                guard let taken = offsets[1], taken.count > known + 1, taken.count < 1000 else { continue }
                let position = Int64(taken.count - (taken.count - known) / 2)
                offsets[1] = Array(taken.prefix(Int(position)))
                try consumer.seek(TopicPartition(log.a, 1), to: position)
            }
            for partition in [0, 1] as [Int32] { #expect(offsets[partition] == Array(0..<1000)) }
            try consumer.close(listener: listener)
        }
    }

    @Test(
        "takes little of a partition that goes back, all it can of the others, and as much as they in the poll after, where the log is ours",
        arguments: [LogAdapter.embedded, .inMemory])
    func slowPartition(adapter: LogAdapter) throws {
        try adapter.withLog { log in
            let opened = try log.open()
            let producer = try opened.makeProducer()
            for number in 0..<6000 {
                try producer.append(.text("\(number)"), to: TopicPartition(log.a, Int32(number % 3)))
            }
            try producer.flush()
            let (listener, consumer) = (Listener(), try opened.join(group: log.group, topics: [log.a]))
            func poll() throws -> [Int32: Int] {
                let some = try consumer.poll(limit: 600, timeout: .milliseconds(200), listener: listener)
                return Dictionary(grouping: some, by: \.source.partition).mapValues(\.count)
            }
            #expect(try poll().values.allSatisfy { $0 > 100 })
            try consumer.seek(TopicPartition(log.a, 1), to: 10)
            let beside = try poll()
            #expect(beside[1] == 20 && beside.values.reduce(0, +) == 600)
            let after = try poll()
            #expect((after[1] ?? 0) > 150, "\(after)")
            try consumer.close(listener: listener)
        }
    }

    @Test("wakes a member that waits", arguments: LogAdapter.available)
    func wakes(adapter: LogAdapter) throws {
        try adapter.withLog { log in
            let opened = try log.open()
            let (listener, consumer) = (Listener(), try opened.join(group: log.group, topics: [log.a]))
            try consumer.join(owning: 3, listener)
            let source = TopicPartition(log.a, 2)
            let waiting = BackgroundWork(after: 0.1) {
                let producer = try opened.makeProducer()
                try producer.append(.text("late"), to: source)
                try producer.flush()
            }
            // A member that is not woken is seen by this test going on for ten minutes.
            let records = try consumer.poll(limit: 9, timeout: .seconds(600), listener: listener)
            #expect(records.map(\.record.text) == ["late"])
            waiting.finish()
            try consumer.close(listener: listener)
        }
    }

    @Test("lets go before another takes, and gives equal numbers to the same member", arguments: LogAdapter.available)
    func rebalance(adapter: LogAdapter) throws {
        try adapter.withLog { log in
            let opened = try log.open()
            let (first, second) = (Listener(), Listener())
            let one = try opened.join(group: log.group, topics: [log.a, log.c])
            try one.join(owning: 6, first)
            let two = try opened.join(group: log.group, topics: [log.a, log.c])
            second.onAssigned = { partitions in
                #expect(first.owned.isDisjoint(with: partitions), "taken before it was let go")
            }
            let deadline = ContinuousClock.now + .seconds(180)
            while first.owned.count + second.owned.count < 6 || second.owned.isEmpty, ContinuousClock.now < deadline {
                _ = try one.poll(limit: 1, timeout: .milliseconds(20), listener: first)
                _ = try two.poll(limit: 1, timeout: .milliseconds(20), listener: second)
            }
            #expect(first.owned.union(second.owned).count == 6)
            for number in 0..<3 {
                let (a, c) = (TopicPartition(log.a, Int32(number)), TopicPartition(log.c, Int32(number)))
                #expect(first.owned.contains(a) == first.owned.contains(c))
            }
            try one.close(listener: first)
            try two.join(owning: 6, second)
            #expect(second.owned.count == 6)
            try two.close(listener: second)
        }
    }

    @Test("remembers committed positions and shows lag", arguments: LogAdapter.available)
    func positions(adapter: LogAdapter) throws {
        try adapter.withLog { log in
            let source = TopicPartition(log.a, 1)
            try log.append("x", "y", "z", to: source)
            let opened = try log.open()
            let (listener, consumer) = (Listener(), try opened.join(group: log.group, topics: [log.a]))
            _ = try consumer.take(3, listener)
            try consumer.commit([source: 2])
            try consumer.close(listener: listener)
            #expect(try log.open().committed(group: log.group, topics: [log.a]) == [source: 2])
            let lag = try log.open().lag(group: log.group, topics: [log.a])
            #expect(lag == [source: 1, TopicPartition(log.a, 0): 0, TopicPartition(log.a, 2): 0])
        }
    }

    @Test("cannot read a topic that is not there", arguments: LogAdapter.available)
    func unknown(adapter: LogAdapter) throws {
        try adapter.withLog { log in
            #expect(throws: LogError.unknownTopic("nowhere")) {
                _ = try log.open().join(group: log.group, topics: ["nowhere"])
            }
        }
    }
}
