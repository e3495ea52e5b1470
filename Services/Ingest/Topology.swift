import GRDB
import Records
import Streams

/// What ingest reads, keeps and writes.
///
///     deal-events ──▶ CreditingTask ──▶ payee-events, skipped-deals, quarantine,     keeps: deals, tally
///                                       deal-events (what is left of a long retry)
///     commands    ──▶ CommandTask   ──▶ payee-events, deal-events (retries, what     keeps: nothing
///                                       people decided about deals)
struct IngestTopology: Topology {
    let application: Application
    let versions = CompanyVersions()

    init(application: Application) { self.application = application }

    var group: String { application.group("ingest") }
    var inputs: [String] { [application.topic(.dealEvents), application.topic(.commands)] }
    var topics: Set<String> { application.topics }
    var compacted: Set<String> { application.compactedTopics }

    var order: (@Sendable (Streams.Record) -> Int64)? {
        { record in record.headers.withValue(of: "ce_id") { Importing.row(ofEvent: $0) ?? 0 } ?? 0 }
    }

    func migrate(_ migrator: inout DatabaseMigrator, topic: String) {
        guard topic == application.topic(.dealEvents) else { return }
        DealStore.migrate(&migrator)
        Tally.migrate(&migrator)
    }

    func makeTask(
        for source: TopicPartition, database: Database, reader: any PartitionReader
    ) throws -> any StreamTask {
        let isCommands = source.topic == application.topic(.commands)
        let commands = CommandLog(
            reader: reader, source: TopicPartition(application.topic(.commands), 0), keepsActs: isCommands,
            versions: versions)
        if isCommands { return CommandTask(commands: commands, application: application) }
        let topics = CreditingTask.Topics(
            payeeEvents: application.topic(.payeeEvents), skippedDeals: application.topic(.skippedDeals),
            quarantine: application.topic(.quarantine))
        return try CreditingTask(source: source, topics: topics, commands: commands, reader: reader, database: database)
    }
}
