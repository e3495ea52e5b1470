import Domain
import Records
import Streams

/// A deal event as a record of `deal-events`: whoever appends one does it in this form.
enum DealEventRecord {
    static func make(_ event: WireDealEvent) throws(WireError) -> Record {
        var headers = Headers()
        headers.append("ce_specversion", "1.0")
        headers.append("ce_id", event.event)
        headers.append("ce_source", "/attain/ingest/\(event.source)")
        headers.append("ce_type", EventType.dealReceived)
        headers.append("ce_time", Instant(milliseconds: event.received).description)
        headers.append("content-type", "application/protobuf")
        return Record(
            key: Array(event.deal.utf8), value: try event.encoded(), headers: headers, timestamp: event.received)
    }

    static func destination(of deal: DealID, _ application: Application) -> TopicPartition {
        let count = application.partitions(of: .dealEvents)
        return TopicPartition(
            application.topic(.dealEvents), Partitioner.partition(of: Array(deal.text.utf8), count: count))
    }
}
