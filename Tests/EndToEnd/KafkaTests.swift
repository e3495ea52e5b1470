import Foundation
import Records
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Kafka", .serialized)
    struct KafkaTests {
        @Test("Kafka's protocol gives the same statements as the embedded log")
        func mockCluster() async throws {
            try await withMock { attain, _ in try await expectSame(attain) }
        }

        private static let bootstrap = ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP"]

        @Test(
            "a Kafka broker gives the same statements as the embedded log",
            .enabled(if: bootstrap != nil, "KAFKA_BOOTSTRAP is not set, so there is no real broker"))
        func broker() async throws {
            let bootstrap = try #require(Self.bootstrap)
            // A broker keeps topics, so every run is a tenant of its own.
            let name = "end-to-end-\(UInt32.random(in: 0...UInt32.max))"
            let application = try #require(Application(name: name, partitions: 12))
            try await withTemporaryFolder { folder in
                try await withKafka(bootstrap, application, in: folder) { try await expectSame($0) }
            }
        }

        private func expectSame(_ attain: Deployment) async throws {
            let run = try await Undisturbed.shared.run()
            try await attain.apply()
            try await attain.bring(run.load.rows)
            try attain.startAll()
            #expect(try await attain.outcome() == run.fingerprint)
            for role in Deployment.Role.allCases {
                try await attain.kill(role)
                try attain.start(role)
            }
            #expect(try await attain.outcome() == run.fingerprint)
            try await expectSound(attain)
        }

        private enum Harm: CaseIterable { case killed, stopped, allKilled, withoutState, withDamagedState }

        @Test(
            "R1, R3, R5, S2, S3, D1, D2: whatever happens to programs while deals come in any order and twice leaves no trace"
        )
        func harmed() async throws {
            let run = try await Undisturbed.shared.run()
            var random = Reliability.random(for: "Kafka")
            let load = DemoLoad(rows: run.load.disturbed(seed: random.next()))
            try await withMock { attain, mock in
                try await attain.apply()
                try attain.startAll()
                for (number, part) in load.parts(Reliability.count(5, whole: 50)).enumerated() {
                    // The mock takes seconds to give out partitions; without any there is nothing to harm.
                    try await attain.settle()
                    let path = try attain.write(part, "part-\(number)")
                    let feeding = try attain.launch(.ingest, ["import", path, "--source", "fieldbook"])
                    try await Reliability.pause(upTo: 1500, &random)
                    let role = random.pick(Deployment.Role.allCases)
                    try await harm(role, Harm.allCases[number % Harm.allCases.count], attain, mock, &random)
                    guard try await feeding.end() == .status(0) else { throw Executable.Failure(feeding) }
                }
                #expect(try await attain.mended { try await attain.outcome() } == run.fingerprint)
                try await attain.mended { try await expectSound(attain) }
            }
        }

        private func harm(
            _ role: Deployment.Role, _ harm: Harm, _ attain: Deployment, _ mock: KafkaMockProcess,
            _ random: inout SplitMix
        ) async throws {
            switch harm {
            case .killed: try await attain.kill(role)
            case .stopped: #expect(try await attain.stop(role, by: SIGTERM) == .status(0), "\(role)")
            case .allKilled:
                // The brokers with them, which are back before whoever still asks gives up.
                try mock.tell("down")
                try await attain.killAll()
                try mock.tell("up")
                return try attain.startAll()
            case .withoutState:
                try await attain.kill(role)
                try attain.deleteState(of: [role])
            case .withDamagedState:
                try await attain.kill(role)
                let folder = attain.statePath(of: role)
                let stores = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
                    $0.hasSuffix(".sqlite")
                }
                for store in stores.sorted() { _ = try damageFile("\(folder)/\(store)", seed: random.next()) }
            }
            try attain.start(role)
        }

        @Test("B1: brokers that go away and come back under load cost time and nothing else")
        func brokerDown() async throws {
            let run = try await Undisturbed.shared.run()
            var random = Reliability.random(for: "B1")
            try await withMock { attain, mock in
                try await attain.apply()
                try attain.startAll()
                for (number, part) in run.load.parts(Reliability.count(3, whole: 20)).enumerated() {
                    let path = try attain.write(part, "part-\(number)")
                    let feeding = try attain.launch(.ingest, ["import", path, "--source", "fieldbook"])
                    try await Reliability.pause(upTo: 600, &random)
                    try mock.tell("down")
                    try await Reliability.pause(upTo: 2000, &random)
                    try mock.tell("up")
                    let start = ContinuousClock.now
                    guard try await feeding.end() == .status(0) else { throw Executable.Failure(feeding) }
                    if Reliability.isWhole { #expect(ContinuousClock.now - start <= .seconds(10)) }
                }
                #expect(try await attain.outcome() == run.fingerprint)
                try await expectSound(attain)
            }
        }

        @Test("N3: records whose acknowledgement is lost are sent again, and count once")
        func lostAcknowledgements() async throws {
            let run = try await Undisturbed.shared.run()
            let (parts, count) = (run.load.parts(Reliability.count(3, whole: 30)), Reliability.count(5, whole: 34))
            try await withMock(["socket.timeout.ms=1500", "request.timeout.ms=1000"]) { attain, mock in
                try await attain.apply()
                try attain.startAll()
                var feeds: [Executable] = []
                for (number, part) in parts.enumerated() {
                    try await attain.settle()
                    // Answers come after whoever asked has given up: what was appended is appended again.
                    try mock.tell("late \(count) 2000")
                    let path = try attain.write(part, "part-\(number)")
                    let feeding = try attain.launch(.ingest, ["import", path, "--source", "fieldbook"])
                    feeds.append(feeding)
                    guard try await feeding.end() == .status(0) else { throw Executable.Failure(feeding) }
                }
                #expect(try await attain.outcome() == run.fingerprint)
                let given = (Array(attain.running.values) + feeds).map {
                    $0.log.matches(of: /Timed out ProduceRequest in flight/).count
                }
                print("N3: \(given.reduce(0, +)) requests to append were given up unanswered")
                #expect(given.reduce(0, +) >= parts.count)
                try await expectSound(attain)
            }
        }

        @Test("N4: a producer that the broker has given up ends its program, which starts again")
        func fatal() async throws {
            let run = try await Undisturbed.shared.run()
            try await withMock { attain, mock in
                try await attain.apply()
                try attain.startAll()
                for (number, role) in [Deployment.Role.ingest, .calculator].enumerated() {
                    try await attain.settle()
                    try await attain.kill(role)
                    try await attain.bring(run.load.parts(2)[number], as: "part-\(number)")
                    if role == .calculator {
                        try await eventually("ingest has read all") { try await attain.isAtEnd(.ingest) ? true : nil }
                    }
                    // OUT_OF_ORDER_SEQUENCE_NUMBER: what was sent before is lost.
                    try mock.tell("fail 20 45")
                    try attain.start(role)
                    let (end, log) = try await attain.end(of: role)
                    #expect(end == .status(1))
                    #expect(log.contains("sequence desynchronization"), "\(role): \(log.suffix(400))")
                    // Another one may have been answered so too.
                    try await attain.killAll()
                    try mock.tell("heal")
                    try attain.startAll()
                }
                #expect(try await attain.outcome() == run.fingerprint)
                try await expectSound(attain)
            }
        }

        private static let frozen = Reliability.isWhole ? Deployment.Role.allCases : [.calculator]

        @Test(
            "R4: a program that is frozen until another has its partitions does no harm when it goes on",
            arguments: frozen)
        func zombie(role: Deployment.Role) async throws {
            let run = try await Undisturbed.shared.run()
            var random = Reliability.random(for: "R4")
            try await withMock(["max.poll.interval.ms=6000"]) { attain, _ in
                try await attain.apply()
                try attain.startAll()
                for (number, part) in run.load.parts(Reliability.count(2, whole: 50)).enumerated() {
                    let other = try attain.startAnother(role, "second")
                    try await join(other, attain)
                    let path = try attain.write(part, "part-\(number)")
                    let feeding = try attain.launch(.ingest, ["import", path, "--source", "fieldbook"])
                    try await Reliability.pause(upTo: 600, &random)
                    other.send(SIGSTOP)
                    guard try await feeding.end() == .status(0) else { throw Executable.Failure(feeding) }
                    // The first one is given its partitions, and goes on with them.
                    try await attain.settle()
                    other.send(SIGCONT)
                    try await Task.sleep(for: .seconds(1))
                    other.send(SIGTERM)
                    _ = try await other.end()
                }
                #expect(try await attain.outcome() == run.fingerprint)
                let repeated = try [Topic.payeeEvents, .ledger].map { try attain.repeated($0) }.reduce(0, +)
                print("R4: \(role) that was frozen and another repeated \(repeated) records, which count once")
                try await expectSound(attain)
            }
        }

        @Test("B4: brokers that have lost their topics stop the programs with a clear word")
        func lostTopics() async throws {
            let run = try await Undisturbed.shared.run()
            try await withTemporaryFolder { folder in
                for number in 0..<2 {
                    try await withMock(in: folder) { attain, _ in
                        if number > 0 { return try await expectEnd(of: attain, saying: "was built from log") }
                        try await attain.apply()
                        try await attain.bring(run.load.rows)
                        try attain.startAll()
                        #expect(try await attain.outcome() == run.fingerprint)
                    }
                }
            }
        }

        @Test("G2: calculators that join and leave all the time share the work as one alone would do it")
        func joining() async throws {
            let run = try await Undisturbed.shared.run()
            var random = Reliability.random(for: "G2")
            try await withMock { attain, _ in
                try await attain.apply()
                try attain.startAll()
                for (number, part) in run.load.parts(Reliability.count(3, whole: 25)).enumerated() {
                    let others = try ["second", "third"].map { try attain.startAnother(.calculator, $0) }
                    for other in others { try await join(other, attain) }
                    try await attain.bring(part, as: "part-\(number)")
                    try await Reliability.pause(upTo: 1000, &random)
                    for other in others where random.chance(50) { other.send(SIGTERM) }
                    try await Reliability.pause(upTo: 3000, &random)
                    for other in others { try await other.kill() }
                }
                #expect(try await attain.outcome() == run.fingerprint)
                try await expectSound(attain)
            }
        }

        /// Returns when it has been given a partition.
        private func join(_ program: Executable, _ attain: Deployment) async throws {
            try await eventually("\(program.name) has a partition") {
                try await attain.streamMetric("position", of: program).isEmpty ? nil : true
            }
        }
    }
}

/// A deployment on librdkafka's mock cluster.
func withMock<Result>(
    _ properties: [String] = [], _ body: (Deployment, KafkaMockProcess) async throws -> Result
) async throws -> Result {
    try await withTemporaryFolder { try await withMock(in: $0, properties, body) }
}

/// With the state that the folder may hold already.
func withMock<Result>(
    in folder: String, _ properties: [String] = [], _ body: (Deployment, KafkaMockProcess) async throws -> Result
) async throws -> Result {
    let application = try #require(Application(name: "attain", partitions: 3))
    let mock = try KafkaMockProcess(
        topics: Topic.allCases.map { "\(application.topic($0)):\(application.partitions(of: $0))" })
    defer { mock.stop() }
    return try await withKafka(mock.bootstrap, application, in: folder, properties) { try await body($0, mock) }
}

private func withKafka<Result>(
    _ bootstrap: String, _ application: Application, in folder: String, _ properties: [String] = [],
    _ body: (Deployment) async throws -> Result
) async throws -> Result {
    let quick = ["session.timeout.ms=6000", "heartbeat.interval.ms=300"]
    let attain = try Deployment(
        folder: folder, application: application, log: "kafka://\(bootstrap)", properties: quick + properties)
    return try await running(attain, body)
}
