import Foundation
package import Logging
import Records
package import Streams

extension Settings {
    /// Opens the log at `--log`; throws where there is none yet, unless it may be created.
    package func openLog(creating: Bool) throws -> any Log {
        do {
            let properties = self.properties.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
            return try LogAddress(log.value).open(
                properties: properties, creating: creating, logger: logger)
        } catch let error as LogAddressError {
            throw Problem(where: log.origin, "\(error)", remedy: error.remedy)
        }
    }

    /// Creates the topics that are missing; whichever program starts first does it.
    package func createTopics(in log: any Log) throws {
        try log.create(
            Topic.allCases.map { topic in
                TopicSpecification(
                    name: application.topic(topic), partitions: application.partitions(of: topic),
                    isCompacted: topic.isCompacted)
            })
    }

    /// How this program runs its topology. A record that cannot be processed goes to `quarantine` with its coordinate, the
    /// reason, and its key and value as far as there is room.
    package func streamOptions(logger: Logger) -> StreamOptions {
        var options = StreamOptions(
            program: program, stateFolder: stateFolder, quarantineTopic: application.topic(.quarantine), logger: logger,
            quarantine: { record, reason in
                var quarantined = WireQuarantined()
                quarantined.coordinate = "\(record.source)/\(record.offset)"
                quarantined.reason = reason
                // Cut, since a copy is longer than its original, which may be as long as a log takes. The coordinate says
                // where all of it is.
                quarantined.key = Data((record.record.key ?? []).prefix(Settings.quarantinedLimit))
                quarantined.value = Data((record.record.value ?? []).prefix(Settings.quarantinedLimit))
                quarantined.source = record.source.topic
                // Five fields of text and bytes always encode.
                return (try? quarantined.encoded()) ?? []
            })
        options.quarantineType = EventType.quarantined
        return options
    }

    private static let quarantinedLimit = 256 << 10
}
