import Domain
import Records
import Streams
import SwiftProtobuf

/// Reads records of the log by their coordinates: the way back from a document to what somebody did or a CRM said.
final class Trail {
    private let reader: any PartitionReader
    private let application: Application

    init(_ log: any Log, _ application: Application) throws {
        reader = try log.makeReader()
        self.application = application
    }

    /// `topic/partition/offset`, or with an index behind it.
    struct Place: Hashable {
        let source: TopicPartition
        let offset: Int64

        init?(_ text: String) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard (3...4).contains(parts.count), let partition = Int32(parts[1]), let offset = Int64(parts[2])
            else { return nil }
            source = TopicPartition(String(parts[0]), partition)
            self.offset = offset
        }
    }

    /// The record at a coordinate; `nil` when the log does not have it.
    func record(_ coordinate: String) throws -> ConsumedRecord? {
        guard let place = Place(coordinate), let topic = application.topic(named: place.source.topic),
            (0..<application.partitions(of: topic)).contains(place.source.partition),
            try reader.beginningOffset(of: place.source) <= place.offset,
            place.offset < (try reader.endOffset(of: place.source))
        else { return nil }
        let records = try reader.read(place.source, from: place.offset, limit: 1, timeout: .seconds(5))
        return records.first.flatMap { $0.offset == place.offset ? $0 : nil }
    }

    /// What happened to the payee at a coordinate of `payee-events`.
    func event(_ coordinate: String) throws -> (event: PayeeRecord, cause: String?)? {
        guard let record = try record(coordinate), let event = try? PayeeRecord(decoding: record.record.value) else {
            return nil
        }
        return (event, record.record.headers["ce_id"])
    }
}

extension Trail {
    /// A deal event or an administrative act, as it was received.
    func origin(_ coordinate: String) throws -> Tree {
        guard let record = try record(coordinate) else { return Tree("\(coordinate)  not in this log") }
        switch application.topic(named: record.source.topic) {
        case .dealEvents:
            let event = try WireDealEvent(decoding: record.record.value)
            guard event.kind == .received else {
                return Tree("deal event  \(coordinate)  the deal was looked at again")
            }
            let received = Instant(milliseconds: event.received)
            return Tree(
                "deal event  \(coordinate)  \(event.source), \(event.provenance), received \(received)",
                [Tree(String(decoding: event.body, as: UTF8.self))])
        case .commands:
            let command = try WireCommand(decoding: record.record.value)
            return Tree("command     \(coordinate)", [Tree(try command.jsonString())])
        default: return Tree(coordinate)
        }
    }
}
