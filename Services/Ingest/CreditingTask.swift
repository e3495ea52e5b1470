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
    let reader: any PartitionReader
    let store: DealStore
    /// What a retry has read already.
    var ahead: [Int64: Read] = [:]
    /// The highest stamp so far; saved, because records before the position are not read again.
    private var stamp: Int64
    var tally: Tally
    /// The one that was asked for last: most deals have that of the deal before.
    private var knownMapping: (source: String, change: Int64, mapping: Mapping?)?
    /// Names this partition in the credits.
    let name: String

    struct Topics: Sendable {
        let payeeEvents: String
        let skippedDeals: String
        let quarantine: String
    }

    init(source: TopicPartition, topics: Topics, commands: CommandLog, reader: any PartitionReader, database: Database)
        throws
    {
        self.source = source
        name = "\(source)/"
        self.topics = topics
        self.commands = commands
        self.reader = reader
        store = try DealStore(database: database)
        tally = try Tally(from: database)
        stamp = tally.stamp
    }

    func process(_ record: ConsumedRecord, outputs: inout Outputs) throws {
        let event = try decode(record)
        stamp = max(stamp, event.commandsOffset)
        tally.stamp = stamp
        try commands.advance(to: stamp)
        switch event.act {
        case .received, .payment: try receive(event, record, &outputs)
        case .decided(let decision): try decide(decision, of: DealID(event.deal), &outputs)
        case .released(let release): try self.release(DealID(event.deal), on: release.date, &outputs)
        case .retry(let affected, let after): try retry(event, AffectedDeals(affected), after: after, &outputs)
        }
    }

    private func decode(_ record: ConsumedRecord) throws -> DealEvent {
        var isOfSource = true
        do {
            let event = try DealEvent(decoding: record.record.value)
            isOfSource = event.isOfSource
            if case .released(let release) = event.act, CalendarDate(release.date) == nil {
                throw WireError("'\(release.date)' is no day on which the deal was released")
            }
            if case .retry = event.act { return event }
            try CreditingTask.checkDeal(event, record)
            return event
        } catch {
            if isOfSource { tally.count(quarantined: 1) }
            throw RecordError("\(error)")
        }
    }

    private static func checkDeal(_ event: DealEvent, _ record: ConsumedRecord) throws(WireError) {
        guard !event.deal.isEmpty else { throw WireError("the deal event names no deal") }
        guard DealID(event.deal).isStorable else {
            throw WireError("the deal's ID has more than 200 bytes or a control character")
        }
        guard let key = record.record.key, event.deal.utf8.elementsEqual(key) else {
            throw WireError("the record's key is not the deal's ID '\(event.deal)'")
        }
    }

    func body(of event: DealEvent) throws -> JSONValue {
        do { return try JSONText(parsing: event.body).root } catch {
            tally.count(quarantined: 1)
            throw RecordError("the body is not JSON: \(error)")
        }
    }

    func save(to database: Database) throws {
        try store.save()
        try tally.save(to: database)
    }
}

// MARK: A deal event

extension CreditingTask {
    /// A revision or a payment. Payments may come before their deal; they wait with it.
    private func receive(_ event: DealEvent, _ record: ConsumedRecord, _ outputs: inout Outputs) throws {
        let body = try body(of: event)
        let read = Read(offset: record.offset, event: event, body: body, mapped: mapped(event, body))
        let id = DealID(event.deal)
        let before = try store.deal(id)
        var after = before ?? DealState()
        if take(read, of: id, &after, &outputs) { try evaluate(id, &after, read, &outputs) }
        tally.replace(before, by: after)
        try store.set(after, for: id)
    }

    func revision(_ read: Read, in state: DealState) -> DealState.Revision {
        let (event, mapped) = (read.event, mapped(read))
        let stated = mapped.deal.revision
        var revision = DealState.Revision(
            offset: read.offset, order: stated ?? event.received, isStated: stated != nil, hash: digest(event.body),
            event: shortDigest(event.event.utf8), stage: mapped.deal.stage)
        revision.source = state.number(of: event.source)
        switch mapped.deal.stage {
        case .won:
            revision.content = DealText.digest(of: mapped.deal)
            revision.isFlawed =
                mapped.problems.contains(where: \.code.keepsDeal) || !Crediting.flaws(of: mapped.deal).isEmpty
        case .cancelled: revision.cancelled = mapping(event.source)?.cancelled(in: read.body)
        case .open, .lost, .deleted: break
        }
        return revision
    }

    /// `nil` when there is none, or one that reads payments.
    func mapping(_ source: String) -> Mapping? {
        if let known = knownMapping, known.source == source, known.change == commands.lastChange {
            return known.mapping
        }
        let mapping = commands.company.dealMapping(source)
        knownMapping = (source, commands.lastChange, mapping)
        return mapping
    }

    /// A deal event as it was received, from its place in the log.
    func read(at offset: Int64) throws -> Read {
        if let read = ahead[offset] { return read }
        guard let record = try reader.read(source, from: offset, limit: 1, timeout: .seconds(10)).first,
            record.offset == offset
        else { throw LogError.operating("\(source)/\(offset), a revision of a deal, cannot be read back") }
        let event = try DealEvent(decoding: record.record.value)
        return Read(offset: offset, event: event, body: try JSONText(parsing: event.body).root)
    }

    final class Read {
        let offset: Int64
        let event: DealEvent
        let body: JSONValue
        /// What the mapping makes of it, where that is known already.
        let mapped: Mapped?

        init(offset: Int64, event: DealEvent, body: JSONValue, mapped: Mapped? = nil) {
            self.offset = offset
            self.event = event
            self.body = body
            self.mapped = mapped
        }
    }

    /// A deal as a body tells it, and what is wrong with that. Behind a reference, because it goes from hand to hand.
    final class Mapped {
        let deal: Deal
        let problems: [SkipReason]

        init(_ deal: Deal, _ problems: [SkipReason]) {
            self.deal = deal
            self.problems = problems
        }
    }

    /// `nil` without a mapping, and for a payment.
    private func mapped(_ event: DealEvent, _ body: JSONValue) -> Mapped? {
        if case .payment = event.act { return nil }
        guard let mapping = mapping(event.source) else { return nil }
        let (deal, problems) = mapping.deal(from: body, id: DealID(event.deal))
        return Mapped(deal, problems)
    }

    func mapped(_ read: Read) -> Mapped {
        if let mapped = read.mapped ?? mapped(read.event, read.body) { return mapped }
        let problem = SkipReason(
            .unknownSource, "there is no mapping for source '\(read.event.source)'",
            remedy: "add mappings/\(read.event.source).yaml to the company folder, and apply")
        return Mapped(Deal(id: DealID(read.event.deal), stage: .open), [problem])
    }
}
