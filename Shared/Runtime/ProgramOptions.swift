import ArgumentParser
import Foundation
import Logging
import Records

/// The options that all three programs share. `resolve` fills in what was not given.
package struct ProgramOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "Where the topics are: sqlite:FILE or kafka://HOST:PORT[,HOST:PORT…]. (default: sqlite:data/attain.log)",
            discussion: """
                The embedded log (sqlite:) needs nothing installed and serves one machine; the three programs share \
                its file. Kafka (kafka:) spreads the work over many. The same as ATTAIN_LOG, or 'log: …' in the \
                --config file.
                """,
            valueName: "address"))
    var log: String?

    @Option(
        help: ArgumentHelp(
            "Which tenant's topics: the prefix of their names. (default: attain)", valueName: "name"))
    var application: String?

    @Option(
        help: ArgumentHelp(
            "How many partitions topics are created with; fixed for the life of an application. (default: 12)",
            valueName: "count"))
    var partitions: String?

    @Option(
        help: ArgumentHelp(
            "The folder of the state stores; it can be rebuilt from the topics. (default: data/state)",
            valueName: "folder"))
    var state: String?

    @Option(
        help: ArgumentHelp(
            "A librdkafka property, as often as needed: security.protocol=sasl_ssl. '@FILE' as value reads it from "
                + "a file, which keeps a password out of the process list.",
            valueName: "name=value"))
    var property: [String] = []

    @Option(
        help: ArgumentHelp(
            "A file of settings, 'name: value' a line, with these options' names. Flags win over the environment "
                + "(ATTAIN_LOG, ATTAIN_APPLICATION, …), which wins over the file.",
            valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("trace, debug, info, notice, warning or error. (default: info)", valueName: "level"))
    var logLevel: String?

    package init() {}

    /// Reads file and environment and starts logging. `keys` are the program's own settings.
    /// Throws `Problem` or `Problems`, ready to be shown.
    package func resolve(program: String, keys: Set<String> = []) throws -> Settings {
        let environment = ProcessInfo.processInfo.environment
        let path = config ?? environment["ATTAIN_CONFIG"]
        let file = try path.map { (path: $0, text: try Self.contents(of: $0, for: "--config")) }
        let configuration = try Configuration(program: program, keys: keys, environment: environment, file: file)
        let settings = try resolve(configuration)
        LogOutput.bootstrap(level: settings.logLevel)
        return settings
    }

    /// The part without process and files, for tests.
    func resolve(_ configuration: Configuration) throws -> Settings {
        let count = try configuration.value(
            "partitions", flag: partitions, default: "12", expected: "a whole number from 1 to 1000"
        ) { text in Int32(text).flatMap { (1...1000).contains($0) ? $0 : nil } }
        let application = try configuration.value(
            "application", flag: application, default: "attain", expected: "a name of 1 to 100 of a-z, 0-9 and -"
        ) { name in Application(name: name, partitions: count) }
        let level = try configuration.value(
            "log-level", flag: logLevel, default: "info", expected: "one of trace, debug, info, notice, warning, error"
        ) { text in Logger.Level(rawValue: text) }
        let state = try configuration.value(
            "state", flag: state, default: "data/state", expected: "the path of a folder"
        ) { path in path.isEmpty ? nil : path }
        let log = configuration.setting("log", flag: log)
        return Settings(
            configuration: configuration, application: application, logLevel: level,
            stateFolder: "\(state)/\(application.name)/\(configuration.program)",
            log: log ?? Setting(value: "sqlite:data/attain.log", origin: "--log"),
            properties: try properties(configuration))
    }

    private func properties(_ configuration: Configuration) throws -> [String: String] {
        var given = configuration.properties()
        for text in property {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw Problem(
                    where: "--property", "there is no 'name=value'",
                    remedy: "Write it as --property security.protocol=sasl_ssl.")
            }
            let name = String(text[..<equals])
            given[name] = Setting(value: String(text[text.index(after: equals)...]), origin: "--property \(name)")
        }
        return try given.mapValues { setting in
            guard setting.value.hasPrefix("@") else { return setting.value }
            return try Self.contents(of: String(setting.value.dropFirst()), for: setting.origin).trimmingNewline
        }
    }

    private static func contents(of path: String, for origin: String) throws -> String {
        do { return try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw Problem(
                where: origin, "the file \(path) cannot be read", remedy: "Check that it exists and who may read it.")
        }
    }
}

extension String {
    /// Editors and `echo` end a file with a line break that is not part of the secret.
    fileprivate var trimmingNewline: String {
        guard let last, last.isNewline else { return self }
        return String(dropLast())
    }
}
