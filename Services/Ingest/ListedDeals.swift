import Records
import Streams
import SwiftProtobuf

/// What of each deal waits or was changed after its close, as crediting last said, and of which payees' credits of it
/// nothing can be calculated; by ID. A record that is none says nothing: statements quarantine it.
struct ListedDeals {
    let all: [WireSkippedDeal]

    init(_ log: any Log, _ application: Records.Application) throws {
        let topic = application.topic(.skippedDeals)
        var latest: [[UInt8]: WireSkippedDeal] = [:]
        for partition in 0..<(try log.topics().first { $0.name == topic }?.partitions ?? 0) {
            try log.makeReader().forEach(of: TopicPartition(topic, partition)) { record in
                guard let key = record.record.key else { return }
                do { latest[key] = try WireSkippedDeal.decoding(key: key, value: record.record.value) } catch { return }
            }
        }
        all = latest.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    }
}
