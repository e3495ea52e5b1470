package import Logging
import Foundation
import Synchronization

/// Logs on standard error, a line an event: time, level, what happened, its data.
///
///     2026-03-01T09:30:00.250Z info     restored  partition=3 records=51200 topic=attain.ledger
package enum LogOutput {
    private static let isStarted = Atomic<Bool>(false)

    /// Starts logging for the whole process; a second call changes nothing.
    static func bootstrap(level: Logger.Level) {
        guard !isStarted.exchange(true, ordering: .relaxed) else { return }
        LoggingSystem.bootstrap { label in LineLogHandler(label: label, level: level) }
    }

    package static func logger(_ label: String) -> Logger { Logger(label: label) }
}

struct LineLogHandler: LogHandler {
    let label: String
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(label: String, level: Logger.Level) {
        self.label = label
        // Libraries under the rim tell of every connection; their trouble comes to us as errors.
        logLevel = label.hasPrefix("attain") ? level : max(level, .warning)
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        all.merge(metadataProvider?.get() ?? [:]) { $1 }
        all.merge(event.metadata ?? [:]) { $1 }
        Terminal.writeError(
            line: Self.line(time: Self.now, level: event.level, message: event.message.description, metadata: all))
    }

    static func line(time: String, level: Logger.Level, message: String, metadata: Logger.Metadata) -> String {
        var line = "\(time) \(level.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)) \(message.printable)"
        if !metadata.isEmpty { line += " " }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { line += " \(key)=\(quoted("\(value)"))" }
        return line
    }

    /// Data cannot begin a new line or pretend to be another key.
    private static func quoted(_ text: String) -> String {
        let clean = text.printable
        guard clean.isEmpty || clean.contains(where: { " =\"".contains($0) }) else { return clean }
        let escaped = clean.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
        return "\"\(escaped)\""
    }

    private static var now: String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var fields = tm()
        gmtime_r(&time.tv_sec, &fields)
        func digits(_ value: some BinaryInteger, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
        }
        return "\(fields.tm_year + 1900)-\(digits(fields.tm_mon + 1, 2))-\(digits(fields.tm_mday, 2))T"
            + "\(digits(fields.tm_hour, 2)):\(digits(fields.tm_min, 2)):\(digits(fields.tm_sec, 2))"
            + ".\(digits(time.tv_nsec / 1_000_000, 3))Z"
    }
}
