package import Logging

/// What the common options came to. Its description never holds a property's value: those may be secrets.
package struct Settings: Sendable, CustomStringConvertible {
    package let configuration: Configuration
    let log: Setting
    package let applicationName: String
    package let partitions: Int32
    /// The state folder of this application.
    package let state: String
    let properties: [String: String]
    package let logLevel: Logger.Level

    package var description: String {
        "log=\(log.value) application=\(applicationName) partitions=\(partitions) state=\(state) "
            + "properties=\(properties.keys.sorted().joined(separator: ","))"
    }
}
