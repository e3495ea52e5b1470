package import Domain
package import Records
package import Streams

extension Application {
    /// A `commands` record that sets these entities.
    package func command(_ entities: [CompanyEntity]) throws -> (Record, TopicPartition) {
        var changes = WireCompanyChanges()
        changes.id = "1"
        changes.parts = 1
        changes.baseOffset = .max
        changes.changes = entities.map { WireCompanyChange(.set($0)) }
        var command = WireCommand()
        command.company = changes
        return (
            Record(key: Array("company".utf8), value: try command.encoded(), timestamp: 0),
            TopicPartition(topic(.commands), 0)
        )
    }

    /// A `skipped-deals` record; without a problem a tombstone.
    package func skipped(
        _ deal: String, _ code: String? = nil, _ message: String = "", remedy: String = ""
    ) throws -> (Record, TopicPartition) {
        let key = Array(deal.utf8)
        let destination = TopicPartition(
            topic(.skippedDeals), Partitioner.partition(of: key, count: partitions(of: .skippedDeals)))
        guard let code else { return (Record(key: key, value: nil, timestamp: 0), destination) }
        var problem = WireProblem()
        (problem.code, problem.message, problem.remedy) = (code, message, remedy)
        var skipped = WireSkippedDeal()
        (skipped.deal, skipped.source, skipped.provenance) = (deal, "maven", "sales_pipeline.csv row 17")
        skipped.problems = [problem]
        skipped.received = 1_767_225_600_000
        return (Record(key: key, value: try skipped.encoded(), timestamp: 0), destination)
    }
}
