import Foundation
import Logging
package import Records
package import Streams
import TestSupport

/// The three programs, as processes of their own, on one log.
package final class Installation {
    package let folder: String
    package let application: Application
    package let log: any Log
    private let options: [String]
    private var starts = 0

    /// A program of the flow, by what it does.
    package enum Stage: Int, CaseIterable {
        case crediting, calculating, stating

        package var program: String { ["ingest", "calculator", "statements"][rawValue] }
        package var title: String { ["crediting", "calculating", "stating"][rawValue] }
        package var topics: [Topic] { [[.commands, .dealEvents], [.payeeEvents], [.ledger]][rawValue] }
    }

    /// On an embedded log in the folder unless told otherwise.
    package init(folder: String, partitions: Int32 = 12, log address: String? = nil, properties: [String] = []) throws {
        guard let application = Application(name: "attain", partitions: partitions) else {
            throw Failure("no application")
        }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        (self.folder, self.application) = (folder, application)
        let address = address ?? "sqlite:\(folder)/attain.log"
        options = ["--log", address, "--partitions", "\(partitions)"] + properties.flatMap { ["--property", $0] }
        let pairs = properties.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        log = try LogAddress(address).open(
            properties: pairs.map { ($0[0], $0[1]) }, logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
    }

    /// A program that has not ended.
    package struct Running {
        fileprivate let process: Measured
        fileprivate let output: String

        package func stop() throws -> Measured.Taken { try process.stop() }

        /// Where its rim listens, once it does.
        package func address() throws -> String {
            for _ in 0..<2000 {
                let log = (try? String(contentsOfFile: "\(output).err", encoding: .utf8)) ?? ""
                if let match = log.firstMatch(of: /listening +address=(\S+)\n/) { return String(match.1) }
                usleep(5000)
            }
            throw Failure("a program does not listen; see \(output).err")
        }

        /// Of its tasks: how far they are, not how far the group says that it was.
        package func positions(_ connection: Connection) throws -> [TopicPartition: Int64] {
            var values: [TopicPartition: Int64] = [:]
            let text = try connection.get("/metrics").body
            for match in text.matches(of: /attain_stream_position\{topic="([^"]*)",partition="(\d+)"\} (-?\d+)/) {
                values[TopicPartition(String(match.1), Int32(match.2) ?? -1)] = Int64(match.3)
            }
            return values
        }
    }

    /// Serves; `state` is its machine's folder.
    package func start(
        _ stage: Stage, threads: Int = 1, state: String = "state"
    ) throws -> Running {
        let rim = ["--http", "127.0.0.1:0"]
        return switch stage {
        case .crediting, .stating: try launch(stage.program, ["serve"] + rim, state)
        case .calculating: try launch(stage.program, ["run", "--threads", "\(threads)"] + rim, state)
        }
    }

    /// Runs a command from beginning to end.
    @discardableResult
    package func run(_ program: String, _ arguments: String...) throws -> Measured.Taken {
        let running = try launch(program, arguments, "state")
        let taken = try running.process.end()
        guard taken.status == 0 else { throw Failure("\(program) \(arguments[0]) failed; see \(running.output).err") }
        return taken
    }

    private func launch(_ program: String, _ arguments: [String], _ state: String) throws -> Running {
        starts += 1
        let output = "\(folder)/\(starts)-\(program)-\(arguments[0])"
        let path = HelperProcess.folder.appendingPathComponent(program).path
        return Running(
            process: try Measured(path, arguments + options + ["--state", "\(folder)/\(state)"], output: output),
            output: output)
    }

    /// Puts the company on the log, and waits until all that is agreed has come through all programs.
    package func apply(_ company: Company) throws {
        try company.write(to: "\(folder)/company")
        try run("ingest", "apply", "\(folder)/company", "--yes")
        for stage in Stage.allCases { _ = try work(stage) }
    }

    /// Runs a program until it has taken all there is; answers how long that took, and what it took.
    @discardableResult
    package func work(
        _ stage: Stage, threads: Int = 1, state: String = "state"
    ) throws -> (seconds: Double, taken: Measured.Taken) {
        let clock = ContinuousClock.now
        let running = try start(stage, threads: threads, state: state)
        try wait(for: stage, in: [running])
        let seconds = (ContinuousClock.now - clock).seconds
        return (seconds, try running.stop())
    }

    /// Until the processes together have taken what the partitions hold, or those that `counts` says.
    package func wait(
        for stage: Stage, in running: [Running], where counts: (TopicPartition) -> Bool = { _ in true }
    ) throws {
        let ends = try ends(stage.topics).filter { counts($0.key) }
        let connections = try running.map { try Connection(to: $0.address()) }
        let clock = ContinuousClock.now
        while true {
            var positions: [TopicPartition: Int64] = [:]
            for (program, connection) in zip(running, connections) {
                positions.merge(try program.positions(connection)) { max($0, $1) }
            }
            if ends.allSatisfy({ $0.value == 0 || positions[$0.key] == $0.value }) { return }
            // To a hundredth of what it takes: to ask more often would take from what is measured.
            usleep(UInt32(min(max((ContinuousClock.now - clock).seconds * 10_000, 2_000), 200_000)))
        }
    }

    /// Where the partitions of topics end.
    package func ends(_ topics: [Topic]) throws -> [TopicPartition: Int64] {
        let reader = try log.makeReader()
        var ends: [TopicPartition: Int64] = [:]
        for topic in topics {
            for number in 0..<application.partitions(of: topic) {
                let source = TopicPartition(application.topic(topic), number)
                ends[source] = try reader.endOffset(of: source)
            }
        }
        return ends
    }

    /// How long it takes to copy a topic to one of its own, with nothing done in between: a limit.
    package func secondsToCopy(_ topic: Topic) throws -> Double {
        try log.create([TopicSpecification(name: "copy", partitions: application.partitions(of: topic))])
        return try ContinuousClock().measure { try log.copy(topic, of: application, to: log, named: "copy") }.seconds
    }

    package func count(_ topic: Topic) throws -> Int { Int(try ends([topic]).values.reduce(0, +)) }

    package func delete(_ state: String = "state") throws {
        try FileManager.default.removeItem(atPath: "\(folder)/\(state)")
    }
}

extension Log {
    /// Copies a topic, partition by partition, record by record: what a program that does nothing takes.
    package func copy(_ topic: Topic, of application: Application, to other: any Log, named name: String? = nil) throws
    {
        let (reader, producer) = (try makeReader(), try other.makeProducer())
        for number in 0..<application.partitions(of: topic) {
            let source = TopicPartition(application.topic(topic), number)
            let end = try reader.endOffset(of: source)
            var offset: Int64 = 0
            while offset < end {
                let records = try reader.read(source, from: offset, limit: 1000, timeout: .seconds(10))
                guard let last = records.last else { throw Failure("\(source)/\(offset) is not read") }
                let destination = TopicPartition(name ?? source.topic, number)
                for record in records { try producer.append(record.record, to: destination) }
                try producer.flush()
                offset = last.offset + 1
            }
        }
    }
}
