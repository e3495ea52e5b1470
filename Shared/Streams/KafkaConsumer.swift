import CRDKafka
import Logging

/// A member of a consumer group with the range assignor, which gives equal numbers of the topics to the same member.
/// Polls record by record: the batch call of librdkafka 2.0.2 may skip offsets around a rebalance.
final class KafkaConsumer: GroupConsumer {
    private let client: KafkaHandle
    private let rebalancing = Rebalancing()
    private var messages = KafkaMessages()
    private var committed: [TopicPartition: Int64] = [:]
    private let logger: Logger
    /// Of the next poll: hardly more than can be taken in time, since what is given back is fetched again.
    private var allowance = Int.max
    private var hasGoneBack = false

    /// What the callback, which runs inside `poll`, shares with it.
    private final class Rebalancing {
        var listener: (any RebalanceListener)?
        var failure: LogError?
        /// Fetched in this poll, of partitions that are ours still.
        var records: [ConsumedRecord] = []
        var bytes = 0
    }

    /// What one poll may take: records may be large.
    private static let byteLimit = 48 << 20

    init(
        log: KafkaLog, topics: [String], properties: [(name: String, value: String)], logger: Logger
    ) throws(LogError) {
        self.logger = logger
        let callbacks = KafkaCallbacks(logger: logger)
        var rebalance: (rd_kafka_resp_err_t, UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> Void = { _, _ in
        }
        callbacks.rebalanced = { rebalance($0, $1) }
        client = try KafkaHandle(RD_KAFKA_CONSUMER, properties, callbacks)
        rebalance = { [unowned self] in rebalanced($0, $1) }
        rd_kafka_poll_set_consumer(client.pointer)
        var wanted: [TopicPartition: Int64] = [:]
        for topic in topics { wanted[TopicPartition(topic, -1)] = 0 }
        let code = KafkaPartitions(wanted).withList { rd_kafka_subscribe(client.pointer, $0) }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw LogError(code, "subscribe", client) }
    }

    func poll(
        limit: Int, timeout: Duration, listener: any RebalanceListener
    ) throws(LogError) -> [ConsumedRecord] {
        rebalancing.listener = listener
        defer { rebalancing.listener = nil }
        (rebalancing.records, rebalancing.bytes) = ([], 0)
        // By an eighth, or every other poll would go back.
        if !hasGoneBack, allowance < limit { allowance += allowance / 8 }
        hasGoneBack = false
        let limit = min(limit, allowance)
        let deadline = MonotonicTime.now + timeout
        while rebalancing.records.count < limit, rebalancing.bytes < Self.byteLimit {
            let wait = rebalancing.records.isEmpty ? deadline.milliseconds(atMost: 1000) : 0
            let message = rd_kafka_consumer_poll(client.pointer, Int32(wait))
            if let failure = rebalancing.failure { throw failure }
            guard let message else {
                if !rebalancing.records.isEmpty || MonotonicTime.now >= deadline { break }
                continue
            }
            defer { rd_kafka_message_destroy(message) }
            try take(message)
        }
        return rebalancing.records
    }

    private func take(_ message: UnsafeMutablePointer<rd_kafka_message_t>) throws(LogError) {
        switch message.pointee.err {
        case RD_KAFKA_RESP_ERR_NO_ERROR:
            rebalancing.records.append(messages.record(message))
            rebalancing.bytes += message.pointee.len
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
            let source = TopicPartition(messages.name(message.pointee.rkt), message.pointee.partition)
            var (low, high): (Int64, Int64) = (0, 0)
            rd_kafka_query_watermark_offsets(
                client.pointer, source.topic, source.partition, &low, &high, KafkaLog.timeout)
            throw .offsetOutOfRange(source, offset: message.pointee.offset, beginning: low, end: high)
        default: try Self.check(message.pointee, client)
        }
    }

    /// Brokers that are gone come back: librdkafka goes on by itself, and there is nothing to do but wait.
    static func check(_ message: rd_kafka_message_t, _ client: borrowing KafkaHandle) throws(LogError) {
        switch message.err {
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
            RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
            throw .unknownTopic(
                message.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? "that was subscribed to")
        case RD_KAFKA_RESP_ERR__FATAL, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR__BAD_MSG:
            throw LogError(message.err, "read", client)
        // It would stay before such a record for ever, or leave it out, and say nothing.
        case RD_KAFKA_RESP_ERR__BAD_COMPRESSION, RD_KAFKA_RESP_ERR_INVALID_MSG, RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED:
            let topic = message.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
            throw .fatal(
                "\(topic)/\(message.partition) cannot be read at \(message.offset): "
                    + "\(String(cString: rd_kafka_err2str(message.err))). The log is damaged there: restore it")
        default: break
        }
    }

    /// Before librdkafka 2.1.0 microseconds, whatever its documentation says (its change log, #4230).
    private static let seekTimeout = rd_kafka_version() < 0x0201_0000 ? 1000 * KafkaLog.timeout : KafkaLog.timeout

    /// What was fetched already is dropped, whether it waits in librdkafka or is on its way.
    func seek(_ source: TopicPartition, to offset: Int64) throws(LogError) {
        let back = rebalancing.records.count { $0.source == source && $0.offset >= offset }
        allowance = max(64, (hasGoneBack ? allowance : rebalancing.records.count) - back)
        hasGoneBack = true
        let code = KafkaPartitions([source: offset]).withList { list in
            guard let error = rd_kafka_seek_partitions(client.pointer, list, Self.seekTimeout) else {
                return list.pointee.elems[0].err
            }
            defer { rd_kafka_error_destroy(error) }
            return rd_kafka_error_code(error)
        }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw LogError(code, "seek \(source)", client) }
    }

    /// Not waited for: it only shows lag. What `close` finds uncommitted it commits itself.
    func commit(_ positions: [TopicPartition: Int64]) throws(LogError) {
        committed.merge(positions) { $1 }
        _ = KafkaPartitions(positions).withList { rd_kafka_commit(client.pointer, $0, 1) }
    }

    func end(of source: TopicPartition) throws(LogError) -> Int64? {
        var (low, high): (Int64, Int64) = (0, 0)
        let code = rd_kafka_get_watermark_offsets(client.pointer, source.topic, source.partition, &low, &high)
        return code == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 ? high : nil
    }

    func close(listener: any RebalanceListener) throws(LogError) {
        if !committed.isEmpty { _ = KafkaPartitions(committed).withList { rd_kafka_commit(client.pointer, $0, 0) } }
        rebalancing.listener = listener
        defer { rebalancing.listener = nil }
        let code = rd_kafka_consumer_close(client.pointer)
        if let failure = rebalancing.failure { throw failure }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw LogError(code, "leave the group", client) }
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
            let isLost = rd_kafka_assignment_lost(client.pointer) != 0 || code != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS
            unassign(partitions, isLost: isLost)
        }
    }

    private func assign(_ partitions: [TopicPartition]) {
        told { listener in
            let positions = try listener.assigned(partitions)
            _ = KafkaPartitions(positions).withList { rd_kafka_assign(client.pointer, $0) }
        }
        if rebalancing.failure != nil { rd_kafka_assign(client.pointer, nil) }
    }

    /// What this poll has fetched of them is the next owner's.
    private func unassign(_ partitions: [TopicPartition], isLost: Bool) {
        let gone = Set(partitions)
        rebalancing.records.removeAll { gone.contains($0.source) }
        committed = committed.filter { !gone.contains($0.key) }
        told { listener in
            if isLost { listener.lost(partitions) } else { try listener.revoked(partitions) }
        }
        rd_kafka_assign(client.pointer, nil)
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
