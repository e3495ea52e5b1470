import Domain
import Records
import Streams
import TestSupport

@testable import ingest

/// A log in memory with the topics of one application.
struct TinyLog {
    let application: Application
    let log = InMemoryLog()

    init(partitions: Int32 = 3) throws {
        guard let application = Application(name: "tiny", partitions: partitions) else { throw LogError.fatal("name") }
        self.application = application
        try log.create(
            Topic.allCases.map {
                TopicSpecification(
                    name: application.topic($0), partitions: application.partitions(of: $0), isCompacted: $0.isCompacted
                )
            })
    }

    static let noon = Instant("2026-03-01T12:00:00Z") ?? Instant(milliseconds: 0)

    /// All records of a topic, partition by partition.
    func records(_ topic: Topic) -> [ConsumedRecord] {
        (0..<application.partitions(of: topic)).flatMap { log.records(TopicPartition(application.topic(topic), $0)) }
    }

    func dealEvents() throws -> [WireDealEvent] {
        try records(.dealEvents).map { try WireDealEvent(decoding: $0.record.value) }
    }

    func quarantined() throws -> [WireQuarantined] {
        try records(.quarantine).map { try WireQuarantined(decoding: $0.record.value) }
    }

    func company() throws -> Company { try Applying.company(application, log).company }

    @discardableResult
    func apply(_ folder: Scratch) throws -> Applying.Outcome {
        let applying = try Applying(CompanyFolder(at: folder.path), application: application, log: log)
        return try applying.append(by: "test", now: TinyLog.noon)
    }

    func importing(_ path: String, source: String, state: String, on log: (any Log)? = nil) throws -> Importing {
        let read = try AppliedMapping(source: source, file: nil, company: company())
        let file = try FileBytes(path: path)
        return try Importing(
            file, DealFileFormat(fileName: file.name), mapping: read.mapping, mappingText: read.text,
            application: application, log: log ?? self.log, stateFolder: state, now: { TinyLog.noon })
    }
}
