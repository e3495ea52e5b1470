import Streams
import TestSupport
import Testing

@Suite("a replay")
struct ReplayTests {
    private func replayed(
        _ harness: StreamHarness, _ folder: String, tamper: (inout Streams.Record) -> Void = { _ in }
    ) throws -> (differences: [String], compared: Int, progress: [Int64]) {
        var (differences, progress): ([String], [Int64]) = ([], [])
        var options = harness.options("first")
        let comparison = try ReplayComparison(log: harness.log, options: options) { differences.append($0.description) }
        options.stateFolder = "\(folder)/fresh"
        try Replay(log: harness.log, topology: TallyTopology.first, options: options).run(
            output: { record, destination in
                var record = record
                tamper(&record)
                try comparison.output(record, destination)
            }, finished: comparison.finished, progress: { progress.append($0.records) })
        try comparison.complete(["in", "out", "latest", "end", "quarantine"].map { TopicPartition($0, 0) })
        return (differences, comparison.compared, progress)
    }

    @Test("takes for its own in quarantine what it sent there, and not what another program sent of the same record")
    func quarantine() throws {
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            try harness.log.feed(90) { $0 % 10 == 0 ? "poison" : "\($0)" }
            let other = TallyTopology(group: "other", inputs: ["in"], outputs: [])
            for (name, topology) in [("other", other), ("first", .first)] { try harness.settle([name: topology]) }
            #expect(harness.log.records(TopicPartition("quarantine", 0)).count == 18)
            #expect(try replayed(harness, folder).differences == [])
            // Nor does a program that starts anew leave out what the other one has sent.
            harness.kill("first")
            try removeFolder("\(folder)/first")
            try harness.log.feed(3, from: 90) { _ in "poison" }
            try harness.settle(["other": other])
            try harness.settle(["first": .first])
            #expect(harness.log.records(TopicPartition("quarantine", 0)).count == 24)
        }
    }

    @Test("makes exactly what the log holds, and shows how far it is")
    func equal() throws {
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            harness.crash = { _, point in if point == .afterFlush { throw StreamHarness.Crash() } }
            try harness.log.feed(100)
            try harness.start("first", .first)
            #expect(throws: StreamHarness.Crash.self) { try harness.loop("first")?.step() }
            harness.kill("first")
            harness.crash = { _, _ in }
            try harness.settle(["first": .first])
            let result = try replayed(harness, folder)
            #expect(result.differences == [])
            #expect(result.compared == harness.size("out") + harness.size("latest"))
            #expect(result.progress.last == 100)
            #expect(throws: StateError.self) { try replayed(harness, folder) }
        }
    }

    @Test("finds what differs, what is missing and what is too much")
    func different() throws {
        try withTemporaryFolder { folder in
            let harness = try StreamHarness(folder: folder)
            try harness.log.feed(60)
            try harness.settle(["first": .first])
            try harness.log.feed(3, from: 60)
            let extra = harness.log.records(TopicPartition("out", 0))[0].record
            let producer = try harness.log.makeProducer()
            // The replay goes to offset 21: what comes of a later one was written meanwhile.
            // Nothing of it goes to 'end', where what 'out' led to is no concern of this replay.
            for (topic, id) in [
                ("out", "in/0/20/7"), ("out", "in/0/21/0"), ("end", "in/0/3/0"), ("end", "in/0/3/0"),
                ("end", "in/0/21/0"), ("end", "out/0/3/0"), ("end", "somebody's own"),
            ] {
                var headers = Headers()
                headers.append("ce_id", id)
                try producer.append(
                    Streams.Record(key: extra.key, value: extra.value, headers: headers, timestamp: 0),
                    to: TopicPartition(topic, 0))
            }
            try producer.flush()
            let result = try replayed(harness, folder) { record in
                if record.text == "key-5=1" { record.value = [9] }
            }
            #expect(result.differences.filter { $0.contains("differs") }.count == 3)
            #expect(result.differences.filter { $0.contains("is not in") }.count >= 3)
            #expect(
                result.differences.filter { $0.contains("does not make") }
                    == [
                        "in/0/20/7 is in out/0, the replay does not make it",
                        "in/0/3/0 is in end/0, the replay does not make it",
                    ])
        }
    }
}
