import Domain
import GRDB
import Records
import Streams

/// What payees and the company are called, from `commands`. Names are shown beside the IDs and decide nothing; so a
/// change in several parts is taken part by part.
final class NameTask: StreamTask {
    private var names: [String: String?] = [:]
    private var company: String?

    func process(_ record: ConsumedRecord, outputs: inout Outputs) throws {
        let command: WireCommand
        do { command = try WireCommand(decoding: record.record.value) } catch { throw RecordError("\(error)") }
        for change in command.company.changes {
            switch change.change {
            case .payee(let payee): names[payee.id] = .some(payee.name)
            case .settings(let settings): company = settings.name
            case .remove(let key) where key.kind == CompanyEntity.Kind.payee.rawValue: names[key.name] = .some(nil)
            default: break
            }
        }
    }

    func save(to database: Database) throws {
        for (payee, name) in names {
            if let name {
                try database.cachedStatement(sql: "INSERT OR REPLACE INTO name VALUES (?, ?)")
                    .execute(arguments: [payee, name])
            } else {
                try database.cachedStatement(sql: "DELETE FROM name WHERE payee = ?").execute(arguments: [payee])
            }
        }
        names.removeAll()
        guard let company else { return }
        try database.execute(sql: "INSERT OR REPLACE INTO company VALUES (1, ?)", arguments: [company])
        self.company = nil
    }
}

enum NameStore {
    static func migrate(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("names-1") { database in
            try database.execute(
                sql: """
                    CREATE TABLE name (payee TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;
                    CREATE TABLE company (id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL) STRICT;
                    """)
        }
    }
}
