import Foundation
import TestSupport

/// One of this package's programs as a real process; its output goes to two files, so that it never waits for a reader.
final class Executable {
    let name: String
    private let process = Process()
    private let path: String

    /// Settings of whoever runs the tests stay out; `path` is where the output goes, `.out` and `.err` appended.
    /// `wrapper` is a program that runs it, with its arguments.
    init(
        _ name: String, _ arguments: [String], environment: [String: String] = [:], under wrapper: [String] = [],
        output path: String
    ) throws {
        self.name = name
        self.path = path
        let command = wrapper + [HelperProcess.folder.appendingPathComponent(name).path] + arguments
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("ATTAIN_") }
            .merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let files = try [".out", ".err"].map { try Executable.file(path + $0) }
        // Theirs from here on. Foundation selects among descriptors up to 1,024, which hundreds of programs would pass.
        defer { for file in files { try? file.close() } }
        (process.standardOutput, process.standardError) = (files[0], files[1])
        try process.run()
    }

    deinit {
        if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
    }

    private static func file(_ path: String) throws -> FileHandle {
        try Data().write(to: URL(fileURLWithPath: path))
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }

    var isRunning: Bool { process.isRunning }

    /// Of memory that it has now.
    var megabytes: Int {
        let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
        return (status.firstMatch(of: /VmRSS:\s+(\d+) kB/).flatMap { Int($0.1) } ?? 0) / 1024
    }

    var output: String { (try? String(contentsOfFile: path + ".out", encoding: .utf8)) ?? "" }
    var log: String { (try? String(contentsOfFile: path + ".err", encoding: .utf8)) ?? "" }

    /// Answers whether it was still running, so that the signal and nothing else ended it.
    @discardableResult
    func kill() async throws -> Bool {
        Foundation.kill(process.processIdentifier, SIGKILL)
        return try await end() == .signal(SIGKILL)
    }

    func send(_ signal: Int32) { Foundation.kill(process.processIdentifier, signal) }

    /// Goes on a tenth of the time.
    func slowed(tenfold time: Duration, _ look: () -> Void) async throws {
        let end = ContinuousClock.now + time
        while ContinuousClock.now < end {
            send(SIGCONT)
            try await Task.sleep(for: .milliseconds(10))
            send(SIGSTOP)
            try await Task.sleep(for: .milliseconds(90))
            look()
        }
        send(SIGCONT)
    }

    enum End: Equatable { case status(Int32), signal(Int32) }

    func end() async throws -> End {
        try await eventually("\(name) ends") { self.process.isRunning ? nil : true }
        switch process.terminationReason {
        case .exit: return .status(process.terminationStatus)
        case .uncaughtSignal: return .signal(process.terminationStatus)
        @unknown default: return .status(-1)
        }
    }

    /// Where its HTTP rim listens, once it does.
    func address() async throws -> String {
        try await eventually("\(name) listens") {
            if let address = self.listening { return address }
            guard self.isRunning else { throw Failure(self) }
            return nil
        }
    }

    /// `nil` while its HTTP rim does not listen yet.
    private var listening: String? { log.firstMatch(of: /listening +address=(\S+)\n/).map { String($0.1) } }

    /// Whether it has its partitions, and what they held then is processed.
    var isReady: Bool {
        get async {
            guard let listening else { return false }
            return (try? await HTTP.get(listening + "/ready"))?.status == 200
        }
    }

    /// It ended or answered otherwise than it should; shows the end of what it said.
    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ program: Executable) {
            let last = (program.output + program.log).split(separator: "\n").suffix(25).joined(separator: "\n")
            description = "\(program.name) failed:\n\(last)"
        }
    }
}

struct NeverHappened: Error, CustomStringConvertible {
    let description: String
}

/// Asks again until there is an answer. No test depends on how long that takes; the limit is for what hangs.
@discardableResult
func eventually<Answer>(_ what: String, _ body: () async throws -> Answer?) async throws -> Answer {
    let limit = ContinuousClock.now + .seconds(180)
    while ContinuousClock.now < limit {
        if let answer = try await body() { return answer }
        try await Task.sleep(for: .milliseconds(5))
    }
    throw NeverHappened(description: "waited three minutes in vain until \(what)")
}
