import Domain
import Records
import Runtime
import Streams

/// What `payee-events` come to for one payee: what is agreed, and the credits that stand.
struct PayeeHistory {
    private(set) var terms = WireContractsChanged()
    private(set) var credits: [CreditKey: Credit] = [:]

    /// Answers whether the calculator would take it; an amount beyond all bounds is in quarantine, and nobody was paid by it.
    fileprivate mutating func take(_ act: PayeeRecord.Act) -> Bool {
        switch act {
        case .assigned(let credit):
            guard credit.amount.isWithinLimit else { return false }
            credits[credit.key] = credit
        case .withdrawn(let key): credits[key] = nil
        case .agreed(let terms): self.terms = terms
        // Settlement comes after what components pay.
        case .closed, .adjusted, .approved: break
        }
        return true
    }
}

/// All payees of the log, a partition at a time: a payee is in one partition, so memory holds no more than that.
struct PayeeHistories {
    let log: any Log
    let topic: String
    /// Records that say nothing that can be read.
    private(set) var unreadable = 0

    init(log: any Log, topic: String) { (self.log, self.topic) = (log, topic) }

    /// Payees in the order of their IDs within a partition.
    mutating func forEach(_ body: (PayeeID, PayeeHistory) throws -> Void) throws {
        guard let partitions = try log.topics().first(where: { $0.name == topic })?.partitions else {
            throw LogError.unknownTopic(topic)
        }
        let reader = try log.makeReader()
        let sources = (0..<partitions).map { TopicPartition(topic, $0) }
        var total: Int64 = 0
        for source in sources { total += try reader.endOffset(of: source) - reader.beginningOffset(of: source) }
        var bar = ProgressBar("reading", total: total)
        var done: Int64 = 0
        for source in sources {
            var payees: [PayeeID: PayeeHistory] = [:]
            var repeated = RepeatedCoordinates()
            try reader.forEach(of: source) { record in
                done += 1
                if done % 1000 == 0 { bar.advance(to: done) }
                if !repeated.contains(record) { take(record, &payees) }
            }
            for (payee, history) in payees.sorted(by: { $0.key < $1.key }) { try body(payee, history) }
        }
        bar.advance(to: done)
        bar.finish()
    }

    private mutating func take(_ record: ConsumedRecord, _ payees: inout [PayeeID: PayeeHistory]) {
        guard let event = try? PayeeRecord(decoding: record.record.value),
            record.record.key == Array(event.payee.text.utf8),
            payees[event.payee, default: PayeeHistory()].take(event.act)
        else {
            unreadable += 1
            return
        }
    }
}
