import Domain
import GRDB
import Records
import Streams
import SwiftProtobuf

/// Credits the deals of one partition of `deal-events`.
///
/// The company is read as of the `commands` offset stamped on the events: the highest so far in this partition, so
/// that a second run sees exactly what the first one saw.
final class CreditingTask: StreamTask {
    let source: TopicPartition
    let topics: Topics
    let commands: CommandLog
    private let reader: any PartitionReader
    private let store: DealStore
    /// The highest stamp so far; saved, because records before the position are not read again.
    private var stamp: Int64
    private(set) var tally: Tally

    struct Topics: Sendable {
        let payeeEvents: String
        let skippedDeals: String
        let quarantine: String
    }

    init(source: TopicPartition, topics: Topics, commands: CommandLog, reader: any PartitionReader, database: Database) throws {
        self.source = source
        self.topics = topics
        self.commands = commands
        self.reader = reader
        store = DealStore(database: database)
        tally = try Tally(from: database)
        stamp = tally.stamp
    }

    func process(_ record: ConsumedRecord, outputs: inout Outputs) throws {
        let event = try decode(record)
        stamp = max(stamp, event.commandsOffset)
        tally.stamp = stamp
        try commands.advance(to: stamp)
        switch event.kind {
        case .received: try receive(event, record, &outputs)
        case .retry: try retry(&outputs)
        case .UNRECOGNIZED: break  // refused by `decode`
        }
    }

    private func decode(_ record: ConsumedRecord) throws -> WireDealEvent {
        do {
            let event = try WireDealEvent(decoding: record.record.value)
            if case .UNRECOGNIZED(let kind) = event.kind {
                throw WireError("kind \(kind) of deal event is not known to this version")
            }
            if event.kind == .received {
                guard !event.deal.isEmpty else { throw WireError("the deal event names no deal") }
                guard DealID(event.deal).isStorable else {
                    throw WireError("the deal's ID has more than 200 bytes or a control character")
                }
                guard Array(event.deal.utf8) == record.record.key else {
                    throw WireError("the record's key is not the deal's ID '\(event.deal)'")
                }
            }
            return event
        } catch {
            tally.count(quarantined: 1)
            throw RecordError("\(error)")
        }
    }

    func save(to database: Database) throws {
        try store.save()
        try tally.save(to: database)
    }
}

// MARK: A deal event

extension CreditingTask {
    private func receive(_ event: WireDealEvent, _ record: ConsumedRecord, _ outputs: inout Outputs) throws {
        let body: JSON
        do { body = try JSON.parse(Array(event.body)) } catch {
            tally.count(quarantined: 1)
            throw RecordError("the body is not JSON: \(error)")
        }
        let id = DealID(event.deal)
        let before = try store.deal(id)
        var after = before ?? WireDealState()
        guard after.revisions.count < DealHistory.limit else {
            tally.count(quarantined: 1)
            throw RecordError("deal \(id) already has \(DealHistory.limit) revisions")
        }
        var history = DealHistory(revisions: after.revisions)
        let insertion = history.insert(revision(of: event, at: record.offset, body))
        after.received += 1
        after.revisions = history.revisions
        if case .conflict(let loser, let winner) = insertion {
            report(loser, against: winner, of: id, &outputs)
            after.received -= 1
            tally.count(quarantined: 1)
        }
        if insertion != .duplicate {
            try evaluate(id, &after, Read(offset: record.offset, event: event, body: body), &outputs)
        }
        tally.count(kept: insertion.isConflict ? 0 : 1)
        tally.replace(before, by: after)
        store.set(after, for: id)
    }

    private func revision(of event: WireDealEvent, at offset: Int64, _ body: JSON) -> WireDealState.Revision {
        let mapping = commands.company.mappings[event.source]
        return .with {
            $0.offset = offset
            $0.hash = .init(digest(event.body))
            $0.event = shortDigest(event.event.utf8)
            let stated = mapping?.revision(in: body)
            $0.isStated = stated != nil
            $0.order = stated ?? event.received
            $0.stage = (mapping?.deal(from: body).deal.stage ?? .open).rawValue
        }
    }

    private func report(
        _ loser: WireDealState.Revision, against winner: [UInt8], of deal: DealID, _ outputs: inout Outputs
    ) {
        let entry = WireQuarantined.with {
            $0.coordinate = "\(source)/\(loser.offset)"
            $0.reason =
                "deal \(deal) has two different bodies under revision \(loser.order): SHA-256 \(hexadecimal(loser.hash)) "
                + "is set aside, \(hexadecimal(winner)) counts"
            $0.source = "crediting"
        }
        guard let value = try? entry.encoded() else { return }
        outputs.append(
            Output(
                topic: topics.quarantine, key: Array(entry.coordinate.utf8), value: value,
                type: EventType.quarantined))
    }
}

extension DealHistory.Insertion {
    fileprivate var isConflict: Bool { if case .conflict = self { true } else { false } }
}

// MARK: Retrying

extension CreditingTask {
    /// The company changed: every skipped deal gets another look. Its revisions are read anew, because the mapping that
    /// reads them may be what was mended.
    private func retry(_ outputs: inout Outputs) throws {
        for id in try store.skippedDeals() {
            guard let before = try store.deal(id) else { continue }
            var after = before
            var history = DealHistory(revisions: [])
            for revision in before.revisions {
                let read = try read(at: revision.offset)
                let insertion = history.insert(self.revision(of: read.event, at: read.offset, read.body))
                guard case .conflict(let loser, let winner) = insertion else { continue }
                // Only the mended mapping can tell that the two are one revision.
                report(loser, against: winner, of: id, &outputs)
                after.received -= 1
                tally.count(kept: -1, quarantined: 1)
            }
            after.revisions = history.revisions
            try evaluate(id, &after, nil, &outputs)
            tally.replace(before, by: after)
            store.set(after, for: id)
        }
    }

    /// A deal event as it was received, from its place in the log.
    func read(at offset: Int64) throws -> Read {
        guard let record = try reader.read(source, from: offset, limit: 1, timeout: .seconds(10)).first,
            record.offset == offset
        else { throw LogError.operating("\(source)/\(offset), a revision of a deal, cannot be read back") }
        let event = try WireDealEvent(decoding: record.record.value)
        return Read(offset: offset, event: event, body: try JSON.parse(Array(event.body)))
    }

    struct Read {
        let offset: Int64
        let event: WireDealEvent
        let body: JSON
    }
}
