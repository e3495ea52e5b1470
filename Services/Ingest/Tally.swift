import Domain
import GRDB
import Records
import Runtime
import Streams

/// Where every CRM record went: received = accepted + superseded + skipped + quarantined, always.
///
/// A deal's latest standing makes one of its records accepted or skipped, and so does each payment; all other records
/// are superseded.
struct Tally: Hashable, Sendable {
    /// Records kept with a deal, and those set aside.
    private(set) var kept: Int64 = 0
    private(set) var quarantined: Int64 = 0
    private(set) var deals: Int64 = 0
    private(set) var payments: Int64 = 0
    private(set) var skipped: Int64 = 0
    /// Payments among those skipped.
    private(set) var skippedPayments: Int64 = 0
    /// Deals that are credited as if a date or an amount were not there that cannot be read.
    private(set) var partial: Int64 = 0
    /// Won deals that are credited.
    private(set) var credited: Int64 = 0
    /// Deals changed after their close, where the change does not pay.
    private(set) var frozen: Int64 = 0
    /// Deals with a change that waits for approval.
    private(set) var waiting: Int64 = 0
    /// The value credited, by currency.
    private(set) var value: [String: Number] = [:]
    /// The highest `commands` offset stamped so far.
    var stamp: Int64 = 0

    var received: Int64 { kept + quarantined }
    var accepted: Int64 { deals + payments - skipped }
    var superseded: Int64 { kept - deals - payments }

    init() {}

    mutating func count(kept: Int64 = 0, quarantined: Int64 = 0) {
        self.kept += kept
        self.quarantined += quarantined
    }

    mutating func replace(_ before: DealState?, by after: DealState) {
        if let before { add(before, -1) }
        add(after, 1)
    }

    private mutating func add(_ state: DealState, _ sign: Int64) {
        if !state.revisions.isEmpty { deals += sign }
        payments += sign * Int64(state.payments.count)
        skipped += sign * (Int64(state.payments.count(where: \.isSkipped)) + (state.isKept ? 1 : 0))
        skippedPayments += sign * Int64(state.payments.count(where: \.isSkipped))
        if state.isPartial { partial += sign }
        if !state.credits.isEmpty { credited += sign }
        if state.frozenChanges { frozen += sign }
        if state.changes.contains(where: \.isWaiting) { waiting += sign }
        guard let amount = state.creditedAmount else { return }
        Tally.add(amount, sign, to: &value[state.creditedCurrency, default: .zero])
    }

    private static func add(_ amount: Number, _ sign: Int64, to known: inout Number) {
        known = (try? sign > 0 ? known + amount : known - amount) ?? known
    }

    mutating func add(_ other: Tally) {
        kept += other.kept
        quarantined += other.quarantined
        deals += other.deals
        payments += other.payments
        skipped += other.skipped
        skippedPayments += other.skippedPayments
        partial += other.partial
        credited += other.credited
        frozen += other.frozen
        waiting += other.waiting
        for (currency, amount) in other.value {
            value[currency] = (try? (value[currency] ?? .zero) + amount) ?? amount
        }
    }
}

// MARK: Store

extension Tally {
    static func migrate(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("tally-1") { database in
            try database.execute(
                sql: "CREATE TABLE tally (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID")
        }
    }

    init(from database: Database) throws {
        for row in try Row.fetchAll(database, sql: "SELECT name, value FROM tally") {
            let (name, text): (String, String) = (row["name"], row["value"])
            let count = Int64(text) ?? 0
            switch name {
            case "kept": kept = count
            case "quarantined": quarantined = count
            case "deals": deals = count
            case "payments": payments = count
            case "skipped": skipped = count
            case "skippedPayments": skippedPayments = count
            case "partial": partial = count
            case "credited": credited = count
            case "frozen": frozen = count
            case "waiting": waiting = count
            case "stamp": stamp = count
            default: value[name] = try Number(text)
            }
        }
    }

    func save(to database: Database) throws {
        let counts = [
            ("kept", kept), ("quarantined", quarantined), ("deals", deals), ("payments", payments),
            ("skipped", skipped), ("skippedPayments", skippedPayments), ("partial", partial), ("credited", credited),
            ("frozen", frozen), ("waiting", waiting), ("stamp", stamp),
        ]
        let rows = counts.map { ($0, String($1)) } + value.map { ($0, $1.description) }
        let statement = try database.cachedStatement(sql: "INSERT OR REPLACE INTO tally (name, value) VALUES (?, ?)")
        for (name, text) in rows { try statement.execute(arguments: [name, text]) }
    }
}

extension DealState {
    /// Whether anything keeps the deal as a whole from being credited.
    fileprivate var isKept: Bool {
        problems.contains(where: \.keepsDeal)
    }

    fileprivate var isPartial: Bool {
        problems.contains { SkipReason.Code(rawValue: $0.code) == .badProgress }
    }
}

extension WireDealChange {
    var isWaiting: Bool { outcome == DealHistory.Change.Outcome.waiting.rawValue }
}

extension Tally {
    /// Reads the tally of a store that may be in use. All zero where nothing has been credited yet.
    init(readingStoreAt path: String) throws {
        let file = StateFile.inode(of: path)
        do {
            guard let queue = try StateFile.read(path, label: "attain.ingest.read") else {
                self.init()
                return
            }
            self = try queue.read { database in
                try StateFile.reading(path, file) {
                    try database.tableExists("tally") ? Tally(from: database) : Tally()
                }
            }
        } catch let error as DatabaseError where Damage.isDamage(error) { throw Problem(damaged: path, error) }
    }
}
