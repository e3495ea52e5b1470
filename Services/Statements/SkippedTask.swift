import Domain
import Foundation
import GRDB
import Records
import Streams

/// The deals that are not credited, from `skipped-deals`: the latest record of each; a tombstone ends it.
final class SkippedTask: StreamTask {
    private var changes: [DealID: [UInt8]?] = [:]

    func process(_ record: ConsumedRecord, outputs: inout Outputs) throws {
        let skipped: WireSkippedDeal?
        do { skipped = try WireSkippedDeal.decoding(key: record.record.key, value: record.record.value) } catch {
            throw RecordError("\(error)")
        }
        // A deal that was changed after its close is listed for that alone; it is credited.
        let waits = skipped?.problems.isEmpty == false
        changes[DealID(String(decoding: record.record.key ?? [], as: UTF8.self))] = .some(
            waits ? record.record.value : nil)
    }

    func save(to database: Database) throws {
        for (deal, value) in changes {
            if let value {
                try database.cachedStatement(sql: "INSERT OR REPLACE INTO skipped VALUES (?, ?)")
                    .execute(arguments: [deal.text, Data(value)])
            } else {
                try database.cachedStatement(sql: "DELETE FROM skipped WHERE deal = ?").execute(arguments: [deal.text])
            }
        }
        changes.removeAll()
    }
}

enum SkippedStore {
    static func migrate(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("skipped-1") { database in
            try database.execute(
                sql: "CREATE TABLE skipped (deal TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT")
        }
    }
}
