import GRDB
import Records
import Streams

/// What the calculator reads, keeps and writes.
///
///     payee-events ──▶ PayeeTask ──▶ ledger, deal-commissions, skipped-deals, quarantine      keeps: payees, credits
struct CalculatorTopology: Topology {
    let application: Application
    /// Shared by all threads of the process.
    private let memory: MemoryShare.Holders

    init(application: Application, memory: MemoryShare.Holders = MemoryShare.Holders()) {
        (self.application, self.memory) = (application, memory)
    }

    var group: String { application.group("calculator") }
    var inputs: [String] { [application.topic(.payeeEvents)] }
    var topics: Set<String> { application.topics }
    var compacted: Set<String> { application.compactedTopics }

    func migrate(_ migrator: inout DatabaseMigrator, topic: String) { PayeeStore.migrate(&migrator) }

    func makeTask(
        for source: TopicPartition, database: Database, reader: any PartitionReader
    ) throws -> any StreamTask {
        let topics = PayeeTask.Topics(
            ledger: application.topic(.ledger), dealCommissions: application.topic(.dealCommissions),
            skippedDeals: application.topic(.skippedDeals))
        return try PayeeTask(topics: topics, database: database, memory: MemoryShare(of: memory))
    }
}
