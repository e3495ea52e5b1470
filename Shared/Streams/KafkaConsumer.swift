import CRDKafka
import Logging

/// A member of a consumer group with the range assignor, which gives equal numbers of the topics to the same member.
final class KafkaConsumer: GroupConsumer {
    private let kafka: KafkaSource
    private let rebalancing = Rebalancing()
    private var shares = PartitionShares()
    private var committed: [TopicPartition: Int64] = [:]

    /// What the callback, which runs inside `poll`, shares with it.
    private final class Rebalancing {
        var listener: (any RebalanceListener)?
        var failure: LogError?
    }

    init(topics: [String], properties: [(name: String, value: String)], logger: Logger) throws(LogError) {
        let callbacks = KafkaCallbacks(logger: logger)
        var rebalance: (rd_kafka_resp_err_t, UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> Void = { _, _ in
        }
        callbacks.rebalanced = { rebalance($0, $1) }
        kafka = try KafkaSource(try KafkaHandle(RD_KAFKA_CONSUMER, properties, callbacks))
        rd_kafka_poll_set_consumer(kafka.client.pointer)
        rebalance = { [unowned self] in rebalanced($0, $1) }
        var wanted: [TopicPartition: Int64] = [:]
        for topic in topics { wanted[TopicPartition(topic, -1)] = 0 }
        let code = KafkaPartitions(wanted).withList { rd_kafka_subscribe(kafka.client.pointer, $0) }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw LogError(code, "subscribe", kafka.client) }
    }

    func poll(
        limit: Int, timeout: Duration, listener: any RebalanceListener
    ) throws(LogError) -> [ConsumedRecord] {
        rebalancing.listener = listener
        defer { rebalancing.listener = nil }
        let deadline = MonotonicTime.now + timeout
        while true {
            kafka.clearSignals()
            try serve()
            let records = kafka.begin(at: shares.positions) ? [] : try shares.take(limit, from: kafka)
            if !records.isEmpty || MonotonicTime.now >= deadline { return records }
            kafka.wait(until: deadline)
        }
    }

    /// What is not of a partition: above all rebalances, which are told in here.
    private func serve() throws(LogError) {
        while true {
            let message = rd_kafka_consumer_poll(kafka.client.pointer, 0)
            if let failure = rebalancing.failure { throw failure }
            guard let message else { return }
            defer { rd_kafka_message_destroy(message) }
            try kafka.client.check(message.pointee)
        }
    }

    func seek(_ source: TopicPartition, to offset: Int64) { shares.goBack(source, to: offset) }

    /// Not waited for: it only shows lag. What `close` finds uncommitted it commits itself.
    func commit(_ positions: [TopicPartition: Int64]) throws(LogError) {
        committed.merge(positions) { $1 }
        _ = KafkaPartitions(positions).withList { rd_kafka_commit(kafka.client.pointer, $0, 1) }
    }

    func end(of source: TopicPartition) throws(LogError) -> Int64? { kafka.end(of: source) }

    func close(listener: any RebalanceListener) throws(LogError) {
        if !committed.isEmpty {
            _ = KafkaPartitions(committed).withList { rd_kafka_commit(kafka.client.pointer, $0, 0) }
        }
        rebalancing.listener = listener
        defer { rebalancing.listener = nil }
        let code = rd_kafka_consumer_close(kafka.client.pointer)
        if let failure = rebalancing.failure { throw failure }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw LogError(code, "leave the group", kafka.client) }
    }
}

// MARK: Rebalance

extension KafkaConsumer {
    private func rebalanced(
        _ code: rd_kafka_resp_err_t, _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    ) {
        let partitions = KafkaPartitions.offsets(list).keys.sorted()
        if code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            assign(partitions)
        } else {
            let isLost =
                rd_kafka_assignment_lost(kafka.client.pointer) != 0 || code != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS
            unassign(partitions, isLost: isLost)
        }
    }

    private func assign(_ partitions: [TopicPartition]) {
        told { listener in
            let positions = try listener.assigned(partitions)
            try kafka.open(partitions)
            shares.add(partitions, at: positions)
            _ = KafkaPartitions(positions).withList { rd_kafka_assign(kafka.client.pointer, $0) }
        }
        if rebalancing.failure != nil { rd_kafka_assign(kafka.client.pointer, nil) }
    }

    private func unassign(_ partitions: [TopicPartition], isLost: Bool) {
        let gone = Set(partitions)
        committed = committed.filter { !gone.contains($0.key) }
        told { listener in
            if isLost { listener.lost(partitions) } else { try listener.revoked(partitions) }
        }
        rd_kafka_assign(kafka.client.pointer, nil)
        shares.remove(partitions)
        kafka.remove(partitions)
    }

    private func told(_ body: (any RebalanceListener) throws -> Void) {
        guard let listener = rebalancing.listener else { return }
        do {
            try body(listener)
        } catch let error as LogError {
            rebalancing.failure = error
        } catch {
            rebalancing.failure = .operating("\(error)")
        }
    }
}
