package import Logging
package import Records

/// What the common options came to. Its description never holds a property's value: those may be secrets.
package struct Settings: Sendable, CustomStringConvertible {
    package let configuration: Configuration
    package let application: Application
    package let logLevel: Logger.Level
    /// The folder of this program's state stores: `data/state/attain/statements`.
    package let stateFolder: String
    let log: Setting
    let properties: [String: String]

    package var program: String { configuration.program }
    package var logger: Logger { Logger(label: "attain.\(program)") }
    /// As it was given.
    package var logAddress: String { log.value }

    package var description: String {
        "log=\(log.value) application=\(application.name) partitions=\(application.partitions) state=\(stateFolder) "
            + "properties=\(properties.keys.sorted().joined(separator: ","))"
    }
}
