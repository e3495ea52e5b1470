import Domain
import Records
import Runtime
import Streams

/// A deal event as a record of `deal-events`: whoever appends one does it in this form.
enum DealEventRecord {
    static func make(_ event: WireDealEvent) throws(WireError) -> Record {
        try RimRecord.record(
            key: Array(event.deal.utf8), value: event,
            type: event.kind == .payment ? EventType.paymentReceived : EventType.dealReceived, id: event.event,
            now: Instant(milliseconds: event.received))
    }

    static func destination(of deal: DealID, _ application: Application) -> TopicPartition {
        let count = application.partitions(of: .dealEvents)
        return TopicPartition(
            application.topic(.dealEvents), Partitioner.partition(of: Array(deal.text.utf8), count: count))
    }
}
