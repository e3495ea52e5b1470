import Domain
import Records
import Streams

/// The company as of an offset of `commands`, read forward from the log as far as asked for, never further.
///
/// Change sets take effect with their last part. One that was decided on an older company than the one it meets is
/// passed over: two administrators who apply at once get one winner, not a mixture.
final class CommandLog {
    private(set) var company = Company()
    /// The commands before this offset are in `company`.
    private(set) var position: Int64 = 0
    /// The position after the last change set that took effect.
    private(set) var lastChange: Int64 = 0

    private let source: TopicPartition
    private let reader: any PartitionReader
    private var open: [String: [CompanyChange]] = [:]

    init(reader: any PartitionReader, source: TopicPartition) {
        self.reader = reader
        self.source = source
    }

    /// Reads on until everything before `offset` is in. Whoever stamped that offset had seen it in the log, so the wait
    /// is short.
    func advance(to offset: Int64) throws {
        while position < offset {
            let limit = Int(min(offset - position, 1000))
            for record in try reader.read(source, from: position, limit: limit, timeout: .seconds(1)) {
                try take(record)
            }
        }
    }

    /// Applies one record of `commands`; answers the changes that took effect with it. What cannot be read changes
    /// nothing: the command task has put it into quarantine.
    @discardableResult
    func take(_ record: ConsumedRecord) throws -> [CompanyChange] {
        precondition(record.offset >= position, "commands are taken in order")
        position = record.offset + 1
        guard let command = try? WireCommand(decoding: record.record.value), case .company(let part) = command.act,
            let changes = complete(part)
        else { return [] }
        guard part.baseOffset >= lastChange else { return [] }
        for change in changes { company.apply(change) }
        lastChange = position
        return changes
    }

    /// All changes of the set once its last part is there; `nil` before, and when a part is missing or unreadable.
    private func complete(_ part: WireCompanyChanges) -> [CompanyChange]? {
        let read = part.changes.map { try? $0.domain() }
        let changes = read.compactMap(\.self)
        guard changes.count == read.count else {
            open[part.id] = nil
            return nil
        }
        if part.parts <= 1 { return changes }
        if part.part == 0 { open[part.id] = [] }
        guard open[part.id] != nil else { return nil }
        open[part.id]?.append(contentsOf: changes)
        guard part.part == part.parts - 1 else { return nil }
        return open.removeValue(forKey: part.id)
    }
}
