import GRDB
import Records
import Streams

/// What the program reads, keeps and writes.
///
/// | reads | keeps, in one store for each partition | writes |
/// |---|---|---|
/// | `ledger` | documents by payee and period, balances | `statements` and `payouts`, once approved |
/// | `skipped-deals` | deals that are not credited, and why | |
/// | `commands` | names of payees and of the company, whose books are closed | |
struct StatementsTopology: Topology {
    let application: Application

    var group: String { application.group("statements") }

    static let inputTopics: [Topic] = [.ledger, .skippedDeals, .commands]

    var inputs: [String] { Self.inputTopics.map { application.topic($0) } }
    var topics: Set<String> { application.topics }
    var compacted: Set<String> { application.compactedTopics }

    func migrate(_ migrator: inout DatabaseMigrator, topic: String) {
        switch application.topic(named: topic) {
        case .ledger: LedgerStore.migrate(&migrator)
        case .skippedDeals: SkippedStore.migrate(&migrator)
        case .commands: NameStore.migrate(&migrator)
        default: break
        }
    }

    func makeTask(
        for source: TopicPartition, database: Database, reader: any PartitionReader
    ) throws -> any StreamTask {
        switch application.topic(named: source.topic) {
        case .ledger: try LedgerTask(database: database, application: application)
        case .skippedDeals: SkippedTask()
        case .commands: try NameTask(database: database)
        default: preconditionFailure("topic \(source.topic) is not an input of statements")
        }
    }
}
