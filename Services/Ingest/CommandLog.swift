import Domain
import Plans
import Records
import Streams
import Synchronization

/// The company as of an offset of `commands`, read forward from the log as far as asked for, never further.
///
/// Change sets take effect with their last part. One that was decided on an older company than the one it meets is
/// passed over: two administrators who apply at once get one winner, not a mixture.
final class CommandLog {
    private(set) var company = Company()
    /// Empty unless it was asked to keep them.
    private(set) var acts = Acts()
    /// The commands before this offset are in `company`.
    private(set) var position: Int64 = 0
    /// The position after the last change set that took effect.
    private(set) var lastChange: Int64 = 0

    private let source: TopicPartition
    private let reader: any PartitionReader
    private let keepsActs: Bool
    private let versions: CompanyVersions?
    /// Sets of which parts are still to come. A set that takes effect makes all others stale, so that none stays for ever.
    private var open: [String: OpenChangeSet] = [:]
    /// How many reads of a second each may find nothing.
    private static let patience = 30

    /// `keepsActs`: also what people did beside changing the company, which crediting has no use for.
    ///
    /// `versions`: where tasks of one log find what another has read already, which is the same for all.
    init(
        reader: any PartitionReader, source: TopicPartition, keepsActs: Bool = false, versions: CompanyVersions? = nil
    ) {
        self.versions = versions
        self.reader = reader
        self.keepsActs = keepsActs
        self.source = source
    }

    /// Reads on until everything before `offset` is in. Whoever stamped that offset had seen it in the log, so the wait
    /// is short; where it is not, the log has lost what was there, and nothing may be decided without it.
    func advance(to offset: Int64) throws {
        guard position < offset else { return }
        guard let versions else { return try readOn(to: offset) }
        try versions.withKnown { known in
            if !keepsActs, let version = known.version(at: offset) {
                (company, lastChange, open, position) = (version.company, version.lastChange, version.open, offset)
                return
            }
            try readOn(to: offset)
            guard position == offset else { return }
            known.keep(CompanyVersions.Version(company: company, lastChange: lastChange, open: open), at: offset)
        }
    }

    private func readOn(to offset: Int64) throws {
        var silent = 0
        while position < offset {
            let limit = Int(min(offset - position, 1000))
            let records = try reader.read(source, from: position, limit: limit, timeout: .seconds(1))
            for record in records { try take(record) }
            silent = records.isEmpty ? silent + 1 : 0
            guard silent < CommandLog.patience else {
                throw LogError.operating(
                    "\(source) ends at \(position), but a deal event was stamped with offset \(offset) of it")
            }
        }
    }

    /// What took effect with a record.
    struct Taken {
        var changes: [CompanyChange] = []
        var effects: [Acts.Effect] = []
        var refusal: Acts.Refusal?
    }

    /// Applies one record of `commands`. What cannot be read, or contradicts what is known, changes nothing: the command
    /// task has put it into quarantine.
    @discardableResult
    func take(_ record: ConsumedRecord) throws -> Taken {
        precondition(record.offset >= position, "commands are taken in order")
        position = record.offset + 1
        guard let command = try? WireCommand(decoding: record.record.value), let act = command.act else {
            return Taken()
        }
        do {
            if case .company(let part) = act { return Taken(changes: try apply(part)) }
            guard keepsActs else { return Taken() }
            return Taken(effects: try acts.take(act, company))
        } catch { return Taken(refusal: error) }
    }

    private func apply(_ part: WireCompanyChanges) throws(Acts.Refusal) -> [CompanyChange] {
        guard part.evaluation <= Meaning.latest else {
            throw Acts.Refusal(
                "change set \(part.id) by \(part.by) names evaluation \(part.evaluation), which this version does not know; "
                    + "nothing of it is applied")
        }
        guard let changes = try complete(part), part.baseOffset >= lastChange else { return [] }
        company.apply(changes)
        company.evaluation = max(company.evaluation, part.evaluation)
        open = [:]
        lastChange = position
        return changes
    }

    /// All changes of the set once its last part is there; `nil` before, and when a part is missing.
    private func complete(_ part: WireCompanyChanges) throws(Acts.Refusal) -> [CompanyChange]? {
        let read = part.changes.map { try? $0.domain() }
        let changes = read.compactMap(\.self)
        guard changes.count == read.count else {
            open[part.id] = nil
            throw Acts.Refusal(
                "change set \(part.id) by \(part.by) has \(read.count - changes.count) changes that this version cannot "
                    + "read; nothing of it is applied")
        }
        if part.parts <= 1 { return changes }
        var set = open.removeValue(forKey: part.id) ?? OpenChangeSet()
        guard part.part <= set.parts else { return nil }
        // A part that is there already was sent twice; the same ID means the same parts.
        if part.part == set.parts {
            set.parts += 1
            set.changes += changes
        }
        if set.parts == part.parts { return set.changes }
        open[part.id] = set
        return nil
    }
}

/// A change set of which parts are still to come.
struct OpenChangeSet: Sendable {
    var parts: Int32 = 0
    var changes: [CompanyChange] = []
}

/// The company as of the offsets that tasks of this process asked for last: each is read once, and kept once.
final class CompanyVersions: Sendable {
    struct Version: Sendable {
        let company: Company
        let lastChange: Int64
        let open: [String: OpenChangeSet]
    }

    struct Known {
        private static let limit = 4
        private var versions: [(offset: Int64, version: Version)] = []

        func version(at offset: Int64) -> Version? { versions.first { $0.offset == offset }?.version }

        mutating func keep(_ version: Version, at offset: Int64) {
            guard self.version(at: offset) == nil else { return }
            if versions.count == Known.limit { versions.removeFirst() }
            versions.append((offset, version))
        }
    }

    private let known = Mutex(Known())

    /// One at a time, also while it reads on: those who start together want the same, which the first one reads for all.
    func withKnown(_ body: (inout Known) throws -> Void) throws { try known.withLock { try body(&$0) } }
}
