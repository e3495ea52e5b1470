import Foundation
import FoundationNetworking
import Logging
import Records
import Streams
import TestSupport

@testable import calculator
@testable import ingest
@testable import statements

/// The three programs as processes on one log, in a scratch folder.
final class Deployment {
    enum Role: String, CaseIterable { case ingest, calculator, statements }

    let folder: String
    let application: Application
    let log: any Log
    var calculatorThreads = 1
    /// Of `ingest serve`; `nil` for its own.
    var maximumBacklog: Int?
    private let options: [String]
    private(set) var running: [Role: Executable] = [:]
    private var starts = 0
    /// Where the newest process of a role writes.
    private var outputs: [Role: String] = [:]

    /// With what programs are started: the sources' secrets of `ingest serve`.
    var environment: [String: String] = [:]
    /// What programs are run by, if anything.
    var wrappers: [Role: [String]] = [:]

    init(folder: String, application: Application, log address: String, properties: [String] = []) throws {
        self.folder = folder
        self.application = application
        options =
            [
                "--log", address, "--application", application.name, "--partitions", String(application.partitions),
            ] + properties.flatMap { ["--property", $0] }
        let pairs = properties.map { text in
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            return (name: parts[0], value: parts[1])
        }
        log = try LogAddress(address).open(properties: pairs, logger: .silent)
    }

    // MARK: Programs

    func start(_ role: Role) throws { running[role] = try launch(role, serving(role)) }

    /// One more process of the role, on a machine of its own.
    func startAnother(_ role: Role, _ machine: String) throws -> Executable {
        try launch(role, serving(role), state: "\(folder)/state-\(machine)")
    }

    func serving(_ role: Role) -> [String] {
        let http = ["--http", "127.0.0.1:0"]
        return switch role {
        case .ingest: ["serve"] + http + (maximumBacklog.map { ["--maximum-backlog", "\($0)"] } ?? [])
        case .statements: ["serve"] + http
        case .calculator: ["run", "--threads", String(calculatorThreads)] + http
        }
    }

    func startAll() throws { for role in Role.allCases { try start(role) } }

    @discardableResult
    func kill(_ role: Role) async throws -> Bool { try await running.removeValue(forKey: role)?.kill() ?? false }

    func killAll() async throws { for role in Role.allCases { try await kill(role) } }

    /// Asks it to stop, and waits until it has. It is asked once it runs: a process that is still being loaded dies of
    /// any signal, whatever program it is.
    func stop(_ role: Role, by signal: Int32) async throws -> Executable.End? {
        guard let program = running.removeValue(forKey: role) else { return nil }
        _ = try await program.address()
        program.send(signal)
        return try await program.end()
    }

    /// How long it takes from now on until it has its partitions, and what they held then is processed.
    func restart(of role: Role) async throws -> Duration {
        let (program, start) = (try program(role), ContinuousClock.now)
        try await eventually("\(role) is ready") { await program.isReady ? true : nil }
        return ContinuousClock.now - start
    }

    /// Until it has ended by itself.
    func end(of role: Role) async throws -> (Executable.End, log: String) {
        let program = try program(role)
        defer { running[role] = nil }
        return (try await program.end(), program.log)
    }

    func program(_ role: Role) throws -> Executable {
        guard let program = running[role] else { throw NeverHappened(description: "\(role) runs") }
        return program
    }

    /// A subcommand that ends by itself, still running.
    func launch(
        _ role: Role, _ arguments: [String], state: String? = nil, under wrapper: [String]? = nil
    ) throws -> Executable {
        starts += 1
        let output = "\(folder)/\(starts)-\(role)"
        outputs[role] = output
        return try Executable(
            role.rawValue, arguments + options + ["--state", state ?? "\(folder)/state"], environment: environment,
            under: wrapper ?? wrappers[role] ?? [], output: output)
    }

    /// A subcommand from beginning to end; answers what it printed.
    @discardableResult
    func run(_ role: Role, _ arguments: String...) async throws -> String {
        let program = try launch(role, arguments)
        guard try await program.end() == .status(0) else { throw Executable.Failure(program) }
        return program.output
    }

    /// What hangs or breaks off is explained by what the programs said last: the newest process of each role.
    func explaining(_ error: any Error) -> any Error {
        guard error is NeverHappened || error is URLError else { return error }
        let words = Role.allCases.map { role in
            let log = outputs[role].flatMap { try? String(contentsOfFile: $0 + ".err", encoding: .utf8) } ?? ""
            let lag = (try? lag(of: role)).map(String.init) ?? "unknown"
            return "\(role), lag \(lag), said last:\n" + log.split(separator: "\n").suffix(8).joined(separator: "\n")
        }
        return NeverHappened(description: "\(error)\n" + words.joined(separator: "\n"))
    }

    // MARK: What there is to do

    func apply() async throws { try await run(.ingest, "apply", DemoLoad.companyFolder, "--yes") }

    func bring(_ rows: [String], as name: String = "deals", of source: String = "fieldbook") async throws {
        try await run(.ingest, "import", try write(rows, name), "--source", source)
    }

    /// Writes rows to a file to be imported; answers its path.
    func write(_ rows: [String], _ name: String = "deals") throws -> String {
        let path = "\(folder)/\(name).ndjson"
        try rows.map { $0 + "\n" }.joined().write(toFile: path, atomically: false, encoding: .utf8)
        return path
    }

    func deleteState(of roles: [Role]) throws {
        for role in roles { try FileManager.default.removeItem(atPath: statePath(of: role)) }
    }

    func statePath(of role: Role) -> String { "\(folder)/state/\(application.name)/\(role)" }
}

// MARK: How far they are

extension Deployment {
    func topology(_ role: Role) -> any Topology {
        switch role {
        case .ingest: IngestTopology(application: application)
        case .calculator: CalculatorTopology(application: application)
        case .statements: StatementsTopology(application: application)
        }
    }

    /// Returns when everything is processed. Each program is asked after the one before it is done, since what that
    /// one was still to write could not be seen yet.
    func settle() async throws {
        for role in Role.allCases {
            try await eventually("\(role) has read all") { try await isAtEnd(role) ? true : nil }
        }
    }

    /// The tasks' own positions are asked, not the group's: those may be newer than a state that was deleted.
    func isAtEnd(_ role: Role) async throws -> Bool {
        let positions = try await streamMetric("position", of: program(role))
        return try ends(of: role).allSatisfy { positions[$0.key] == $0.value }
    }

    /// Where the partitions end that a program reads.
    func ends(of role: Role) throws -> [TopicPartition: Int64] { try ends(topology(role).inputs) }

    func ends(_ topics: [String]) throws -> [TopicPartition: Int64] {
        let reader = try log.makeReader()
        var ends: [TopicPartition: Int64] = [:]
        for topic in try log.topics() where topics.contains(topic.name) {
            for number in 0..<topic.partitions {
                let source = TopicPartition(topic.name, number)
                ends[source] = try reader.endOffset(of: source)
            }
        }
        return ends
    }

    /// One of the metrics `attain_stream_…` of a running program, by partition.
    func streamMetric(_ name: String, of program: Executable) async throws -> [TopicPartition: Int64] {
        let reply = try await HTTP.get(try await program.address() + "/metrics")
        guard program.isRunning else { throw Executable.Failure(program) }
        let pattern = try Regex<(Substring, Substring, Substring, Substring)>(
            #"attain_stream_\#(name)\{topic="([^"]*)",partition="(\d+)"\} (-?\d+)"#)
        var values: [TopicPartition: Int64] = [:]
        for match in reply.text.matches(of: pattern) {
            values[TopicPartition(String(match.1), Int32(match.2) ?? -1)] = Int64(match.3)
        }
        return values
    }
}

// MARK: What came of it

extension Deployment {
    /// SHA-256 of all statements and of all balances, as `statements hash` prints them.
    func fingerprint() async throws -> String { try await run(.statements, "hash") }

    /// Reads stores that may be damaged where nothing has read so far: whoever does is refused, and the store made anew.
    func mended<Result>(_ read: () async throws -> Result) async throws -> Result {
        var tries = 0
        while true {
            tries += 1
            do { return try await read() } catch  where tries < 20 && "\(error)".contains("damaged") {
                try await eventually("what is damaged is made anew") { try isMarked ? nil : true }
            }
        }
    }

    private var isMarked: Bool {
        get throws {
            try Role.allCases.contains { role in
                try FileManager.default.contentsOfDirectory(atPath: statePath(of: role)).contains {
                    $0.hasSuffix(".damaged")
                }
            }
        }
    }

    /// Settles, and answers the fingerprint.
    func outcome() async throws -> String {
        try await settle()
        return try await fingerprint()
    }

    /// Records received by crediting, and where they went.
    func tally() throws -> Tally {
        var tally = Tally()
        for partition in 0..<application.partitions {
            let file = "\(application.topic(.dealEvents))-\(partition).sqlite"
            tally.add(try Tally(readingStoreAt: "\(statePath(of: .ingest))/\(file)"))
        }
        return tally
    }

    func records(_ topic: Topic) throws -> [ConsumedRecord] {
        let reader = try log.makeReader()
        var records: [ConsumedRecord] = []
        for (source, end) in try ends([application.topic(topic)]).sorted(by: { $0.key < $1.key }) {
            var position: Int64 = 0
            while position < end {
                let batch = try reader.read(source, from: position, limit: 1000, timeout: .seconds(10))
                guard let last = batch.last else { throw NeverHappened(description: "\(source)/\(position) is read") }
                records += batch
                position = last.offset + 1
            }
        }
        return records
    }

    /// Deals and payments as a source sent them, without the retries that ingest sends itself.
    func received() throws -> Int {
        let received = [EventType.dealReceived, EventType.paymentReceived]
        return try records(.dealEvents).filter { received.contains($0.record.headers["ce_type"] ?? "") }.count
    }

    /// How many records tell again what another one told: the same coordinate.
    func repeated(_ topic: Topic) throws -> Int {
        var seen: Set<String> = []
        return try records(topic).filter { !seen.insert($0.record.headers["ce_id"] ?? "").inserted }.count
    }
}

extension Deployment {
    var everyTopic: [String] { Topic.allCases.map { application.topic($0) } }

    /// Records of a topic.
    func count(_ topic: Topic) throws -> Int { Int(try ends([application.topic(topic)]).values.reduce(0, +)) }

    /// Records that a program had not taken when it last told the log.
    func lag(of role: Role) throws -> Int64 {
        let topology = topology(role)
        return try log.lag(group: topology.group, topics: topology.inputs).values.reduce(0, +)
    }
}
