package import Foundation

/// One of the test programs of this package, as a process; killed at the latest when this goes away.
package final class HelperProcess {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    /// Where this package's programs were built: beside the test bundle.
    package static let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent()

    package init(_ name: String, _ arguments: [String]) throws {
        process.executableURL = Self.folder.appendingPathComponent(name)
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    deinit { kill() }

    package var identifier: Int32 { process.processIdentifier }

    /// A line of its standard input.
    package func tell(_ line: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8))
    }

    /// SIGKILL: it can do nothing about it.
    package func kill() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Its first line, without the newline.
    package func firstLine() -> String {
        var text: [UInt8] = []
        while let byte = output.fileHandleForReading.readData(ofLength: 1).first, byte != 10 { text.append(byte) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The rest of its output, once it has ended; whole lines only.
    package func wholeLines() -> [Substring] {
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    }
}

/// librdkafka's mock cluster in a process of its own.
package final class KafkaMockProcess {
    package let bootstrap: String
    private let process: HelperProcess

    /// `topics` as `name:partitions`.
    package init(topics: [String]) throws {
        process = try HelperProcess("kafka-mock", ["--topics", topics.joined(separator: ",")])
        bootstrap = String(process.firstLine().dropFirst("bootstrap=".count))
    }

    package func stop() { process.kill() }

    /// Does it harm, or ends that; see `KafkaMock`.
    package func tell(_ line: String) throws { try process.tell(line) }
}
