import BenchSupport
import Domain
import Foundation
import Logging
import Records
import Streams

/// The three programs on an embedded log of their own, and what they took.
struct AnchorRun {
    let folder: String
    let company: String
    let file: String
    let programs: String
    let threads: Int
    private let application: Application
    private let log: any Log

    init(folder: String, company: String, file: String, programs: String, threads: Int) throws {
        (self.folder, self.company, self.file) = (folder, company, file)
        (self.programs, self.threads) = (programs, threads)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard let application = Application(name: "attain", partitions: 12) else { throw Failure("no application") }
        self.application = application
        log = try EmbeddedLog(path: "\(folder)/attain.log")
        try run("apply the company", "ingest", ["apply", company, "--yes"])
        try agree()
    }

    /// What is agreed with payees reaches them before the first deal; the job begins after that.
    private func agree() throws {
        let running = try Stage.allCases.map { try launch($0) }
        for stage in Stage.allCases { try wait(for: [stage], of: running) }
        for program in running { _ = try program.stop() }
    }

    /// One program at a time, so that each stage's rate is its own.
    func stages(_ rates: Rates) throws {
        let importing = try run("import", "ingest", ["import", file, "--source", "anchor"])
        rates.row("imported", importing.wall, importing)
        for stage in Stage.allCases {
            let program = try launch(stage)
            let start = ContinuousClock.now
            try wait(for: [stage], of: [program])
            let wall = (ContinuousClock.now - start).seconds
            rates.row(stage.title, wall, try program.stop())
        }
    }

    /// All at once, from before the file is opened until the last statement is there.
    func together(_ rates: Rates) throws {
        let running = try Stage.allCases.map { try launch($0) }
        let start = ContinuousClock.now
        let importing = try launch("ingest", ["import", file, "--source", "anchor"])
        let taken = try importing.end()
        rates.row("until imported", taken.wall, taken)
        let seconds = try Stage.allCases.map { stage -> Double in
            try wait(for: Stage.allCases.filter { $0.rawValue <= stage.rawValue }, of: running)
            return (ContinuousClock.now - start).seconds
        }
        for (stage, program) in zip(Stage.allCases, running) {
            rates.row("until \(stage.title)", seconds[stage.rawValue], try program.stop())
        }
    }

    /// What payees were credited as crediting told them, and what they earned as the statements say.
    func amounts() throws -> AnchorJob.Amounts {
        AnchorJob.Amounts(credited: try credited(), paid: try earned())
    }

    private func credited() throws -> [AnchorJob.Line: Int] {
        var result: [AnchorJob.Line: Int] = [:]
        let reader = try log.makeReader()
        for partition in 0..<application.partitions {
            let source = TopicPartition(application.topic(.payeeEvents), partition)
            let end = try reader.endOffset(of: source)
            var position: Int64 = 0
            while position < end {
                let records = try reader.read(source, from: position, limit: 10_000, timeout: .seconds(10))
                guard let last = records.last else { throw Failure("\(source)/\(position) cannot be read") }
                position = last.offset + 1
                for record in records {
                    let event = try PayeeRecord(decoding: record.record.value)
                    switch event.act {
                    case .assigned(let credit):
                        let line = AnchorJob.Line(payee: event.payee.text, month: credit.date.components.month)
                        result[line, default: 0] += Int(credit.amount.amount.units / 10_000_000_000)
                    case .agreed: continue
                    default: throw Failure("\(source)/\(record.offset) is no credit, as all the job's events are")
                    }
                }
            }
        }
        return result
    }

    private func earned() throws -> [AnchorJob.Line: Int] {
        var result: [AnchorJob.Line: Int] = [:]
        for month in 1...12 {
            let text = try output("statements", ["list", "--period", "2025-" + String(format: "%02d", month)])
            for line in text.split(separator: "\n").dropFirst(2) {
                let columns = line.split(separator: " ", omittingEmptySubsequences: true)
                guard columns.count >= 5 else { continue }
                let cents = columns[3].replacing(",", with: "").replacing(".", with: "")
                result[AnchorJob.Line(payee: String(columns[0]), month: month)] = Int(cents)
            }
        }
        return result
    }
}

// MARK: Programs

extension AnchorRun {
    enum Stage: Int, CaseIterable {
        case crediting, calculating, stating

        var program: String { ["ingest", "calculator", "statements"][rawValue] }
        var title: String { ["credited", "calculated", "stated"][rawValue] }
        var topics: [Topic] { [[.commands, .dealEvents], [.payeeEvents], [.ledger]][rawValue] }
    }

    private func launch(_ stage: Stage) throws -> Measured {
        let rim = ["--http", "127.0.0.1:0"]
        return switch stage {
        case .crediting, .stating: try launch(stage.program, ["serve"] + rim)
        case .calculating: try launch(stage.program, ["run", "--threads", "\(threads)"] + rim)
        }
    }

    private func launch(_ program: String, _ arguments: [String]) throws -> Measured {
        try Measured(
            "\(programs)/\(program)",
            arguments + ["--log", "sqlite:\(folder)/attain.log", "--state", "\(folder)/state"],
            output: "\(folder)/\(program)-\(arguments[0])")
    }

    @discardableResult
    private func run(_ what: String, _ program: String, _ arguments: [String]) throws -> Measured.Taken {
        let taken = try launch(program, arguments).end()
        guard taken.status == 0 else { throw Failure("\(what) failed; see \(folder)/\(program)-\(arguments[0]).err") }
        return taken
    }

    private func output(_ program: String, _ arguments: [String]) throws -> String {
        try run(arguments.joined(separator: " "), program, arguments)
        return try String(contentsOfFile: "\(folder)/\(program)-\(arguments[0]).out", encoding: .utf8)
    }

    private func wait(for stages: [Stage], of running: [Measured]) throws {
        while try stages.contains(where: { try lag($0) > 0 }) {
            guard !running.contains(where: \.hasEnded) else {
                throw Failure("a program has ended before its work; see the .err files in \(folder)")
            }
            usleep(20_000)
        }
    }

    private func lag(_ stage: Stage) throws -> Int64 {
        let topics = stage.topics.map { application.topic($0) }
        return try log.lag(group: application.group(stage.program), topics: topics).values.reduce(0, +)
    }
}
