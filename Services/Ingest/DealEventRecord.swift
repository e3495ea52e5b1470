import Domain
import Records
import Runtime
import Streams

/// A deal event as a record of `deal-events`: whoever appends one does it in this form.
struct DealEventRecord {
    private let framing: RimFraming

    /// For events of one source that were received at one moment.
    init(payments: Bool, received: Int64) {
        framing = RimFraming(
            type: payments ? EventType.paymentReceived : EventType.dealReceived,
            now: Instant(milliseconds: received))
    }

    func make(_ event: DealEvent) throws(WireError) -> Record {
        framing.record(key: Array(event.deal.utf8), value: try event.encoded(), id: event.event)
    }

    static func make(_ event: DealEvent) throws(WireError) -> Record {
        var isPayment = false
        if case .payment = event.act { isPayment = true }
        return try DealEventRecord(payments: isPayment, received: event.received).make(event)
    }

    static func destination(of deal: DealID, _ application: Application) -> TopicPartition {
        let count = application.partitions(of: .dealEvents)
        return TopicPartition(
            application.topic(.dealEvents), Partitioner.partition(of: Array(deal.text.utf8), count: count))
    }
}
