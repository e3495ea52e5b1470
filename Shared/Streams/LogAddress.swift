import Glibc
package import Logging

/// Where a log is: `sqlite:PATH` or `kafka://HOST:PORT[,HOST:PORT]`.
package struct LogAddress: Hashable, Sendable, CustomStringConvertible {
    private enum Kind: Hashable {
        case embedded(path: String)
        case kafka(bootstrap: String)
    }

    private let kind: Kind
    package let description: String

    package init(_ text: String) throws(LogAddressError) {
        description = text
        if text.hasPrefix("sqlite:") {
            let path = String(text.dropFirst("sqlite:".count))
            guard !path.isEmpty, !path.hasSuffix("/") else {
                throw LogAddressError(text: text, problem: "it names no file")
            }
            kind = .embedded(path: path)
        } else if text.hasPrefix("kafka://") {
            let bootstrap = String(text.dropFirst("kafka://".count))
            for host in bootstrap.split(separator: ",", omittingEmptySubsequences: false) {
                try Self.check(host, in: text)
            }
            kind = .kafka(bootstrap: bootstrap)
        } else {
            throw LogAddressError(text: text, problem: "it begins with neither sqlite: nor kafka://")
        }
    }

    private static func check(_ host: Substring, in text: String) throws(LogAddressError) {
        guard !host.isEmpty, !host.contains("/"), !host.contains(" ") else {
            throw LogAddressError(text: text, problem: "\"\(host)\" is not HOST:PORT")
        }
        guard let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") else { return }
        guard UInt16(host[host.index(after: colon)...]) != nil else {
            throw LogAddressError(text: text, problem: "\"\(host)\" is not HOST:PORT")
        }
    }

    package var isKafka: Bool { if case .kafka = kind { true } else { false } }

    /// `properties` are librdkafka's, passed through; the embedded log has none, and is created where it is not there yet.
    package func open(
        properties: [(name: String, value: String)] = [], creating: Bool = true, logger: Logger
    ) throws(LogError) -> any Log {
        switch kind {
        case .embedded(let path):
            guard properties.isEmpty else {
                throw .operating(
                    "Kafka properties were given, but the log is \(description); leave them out or use kafka://")
            }
            guard creating || access(path, F_OK) == 0 else {
                throw .operating(
                    "there is no log \(path); check the path, or begin one with 'ingest apply' or 'ingest serve'")
            }
            if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
                try Folder.create(String(path[..<slash]))
            }
            return try EmbeddedLog(path: path)
        case .kafka(let bootstrap):
            return try KafkaLog(bootstrap: bootstrap, properties: properties, logger: logger)
        }
    }
}

package struct LogAddressError: Error, Hashable, CustomStringConvertible {
    package let text: String
    package let problem: String

    package var description: String { "\"\(text)\" is no log address: \(problem)" }
    package var remedy: String { "Use sqlite:data/attain.log for one machine, or kafka://broker1:9092,broker2:9092." }
}
