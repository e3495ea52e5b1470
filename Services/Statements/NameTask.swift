import Domain
import GRDB
import Records
import Streams

/// What payees and the company are called, and whose books are closed, from `commands`. Names are shown beside the IDs
/// and decide nothing.
///
/// A change set takes effect with its last part, and not at all when it was decided on an older company than the one
/// it meets: the same rule by which ingest takes it.
final class NameTask: StreamTask {
    private var open: [String: [[UInt8]]]
    private var lastChange: Int64
    private var isChanged = false
    private var names: [PayeeID: String?] = [:]
    private var company: String?
    private var closes: [WirePeriodClose] = []

    init(database: Database) throws {
        (open, lastChange) = try NameStore.openSets(database)
    }

    func process(_ record: ConsumedRecord, outputs: inout Outputs) throws {
        let command: WireCommand
        do { command = try WireCommand(decoding: record.record.value) } catch { throw RecordError("\(error)") }
        if case .close(let close) = command.act { closes.append(close) }
        guard case .company(let part) = command.act else { return }
        isChanged = true
        guard let parts = complete(part, record.record.value ?? []) else { return }
        guard part.baseOffset >= lastChange else { return }
        lastChange = record.offset + 1
        for value in parts {
            guard case .company(let part) = try WireCommand(decoding: value).act else { continue }
            for change in part.changes { take(change) }
        }
    }

    /// The values of all parts once the last is there.
    private func complete(_ part: WireCompanyChanges, _ value: [UInt8]) -> [[UInt8]]? {
        if part.part == 0 { open[part.id] = [] }
        guard open[part.id] != nil else { return nil }
        open[part.id]?.append(value)
        return part.parts <= 1 || part.part >= part.parts - 1 ? open.removeValue(forKey: part.id) : nil
    }

    private func take(_ change: WireCompanyChange) {
        switch change.change {
        case .payee(let payee): names[PayeeID(payee.id)] = .some(payee.name)
        case .settings(let settings): company = settings.name
        case .remove(let key) where key.kind == CompanyEntity.Kind.payee.rawValue: names[PayeeID(key.name)] = .some(nil)
        default: break
        }
    }

    func save(to database: Database) throws {
        try NameStore.save(closes, to: database)
        closes = []
        guard isChanged else { return }
        try NameStore.save(names, company: company, to: database)
        try NameStore.save(open, lastChange: lastChange, to: database)
        (isChanged, company) = (false, nil)
        names.removeAll()
    }
}
