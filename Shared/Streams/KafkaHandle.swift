import CRDKafka
import Logging

/// A librdkafka client. It may be used from any thread, but Attain's producers, readers and consumers belong to one.
struct KafkaHandle: ~Copyable, Sendable {
    // librdkafka's clients are thread-safe; set once, destroyed once.
    nonisolated(unsafe) let pointer: OpaquePointer
    private nonisolated(unsafe) let callbacks: Unmanaged<KafkaCallbacks>

    /// Later properties override earlier ones.
    init(
        _ type: rd_kafka_type_t, _ properties: [(name: String, value: String)], _ callbacks: KafkaCallbacks
    ) throws(LogError) {
        let configuration = rd_kafka_conf_new()
        for (name, value) in properties {
            let problem = withErrorText { rd_kafka_conf_set(configuration, name, value, $0, $1) == RD_KAFKA_CONF_OK }
            guard let problem else { continue }
            rd_kafka_conf_destroy(configuration)
            throw .operating("Kafka property \(name)=\(value): \(problem)")
        }
        let retained = Unmanaged.passRetained(callbacks)
        rd_kafka_conf_set_opaque(configuration, retained.toOpaque())
        rd_kafka_conf_set_log_cb(configuration, kafkaLogged)
        if type == RD_KAFKA_PRODUCER {
            rd_kafka_conf_set_dr_msg_cb(configuration, kafkaDelivered)
        } else if callbacks.rebalanced != nil {
            rd_kafka_conf_set_rebalance_cb(configuration, kafkaRebalanced)
        }
        var pointer: OpaquePointer?
        let problem = withErrorText { text, size in
            pointer = rd_kafka_new(type, configuration, text, size)
            return pointer != nil
        }
        guard let pointer else {
            rd_kafka_conf_destroy(configuration)
            retained.release()
            throw .operating("cannot start the Kafka client: \(problem ?? "")")
        }
        self.pointer = pointer
        self.callbacks = retained
    }

    /// Without leaving the group: who wants to leave closes first.
    deinit {
        rd_kafka_destroy_flags(pointer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
        callbacks.release()
    }
}

/// What librdkafka calls. All but `logger` is used on the thread that polls the client.
final class KafkaCallbacks {
    let logger: Logger
    var delivered: ((rd_kafka_message_t) -> Void)?
    var rebalanced: ((rd_kafka_resp_err_t, UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> Void)?

    init(logger: Logger) { self.logger = logger }

    fileprivate static func of(_ pointer: UnsafeMutableRawPointer?) -> KafkaCallbacks? {
        pointer.map { Unmanaged<KafkaCallbacks>.fromOpaque($0).takeUnretainedValue() }
    }
}

private func kafkaLogged(
    _ client: OpaquePointer?, _ level: Int32, _ facility: UnsafePointer<CChar>?, _ text: UnsafePointer<CChar>?
) {
    guard let client, let text, let callbacks = KafkaCallbacks.of(rd_kafka_opaque(client)) else { return }
    let severity: Logger.Level = level <= 3 ? .error : level == 4 ? .warning : level <= 6 ? .info : .debug
    callbacks.logger.log(level: severity, "kafka client", metadata: ["said": "\(String(cString: text))"])
}

private func kafkaDelivered(
    _ client: OpaquePointer?, _ message: UnsafePointer<rd_kafka_message_t>?, _ opaque: UnsafeMutableRawPointer?
) {
    guard let message else { return }
    KafkaCallbacks.of(opaque)?.delivered?(message.pointee)
}

private func kafkaRebalanced(
    _ client: OpaquePointer?, _ code: rd_kafka_resp_err_t,
    _ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?, _ opaque: UnsafeMutableRawPointer?
) {
    guard let partitions else { return }
    KafkaCallbacks.of(opaque)?.rebalanced?(code, partitions)
}

/// Runs a call that writes its error into a buffer; `nil` when it answers true.
private func withErrorText(_ body: (UnsafeMutablePointer<CChar>?, Int) -> Bool) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
        buffer.initialize(repeating: 0)
        guard let start = buffer.baseAddress, !body(start, buffer.count) else { return nil }
        return String(cString: start)
    }
}

extension KafkaHandle {
    /// What ended this client for good, if it did.
    var fatalError: String? {
        var isFatal = false
        let text = withErrorText { text, size in
            isFatal = rd_kafka_fatal_error(pointer, text, size) != RD_KAFKA_RESP_ERR_NO_ERROR
            return !isFatal
        }
        return text
    }
}

extension LogError {
    init(_ code: rd_kafka_resp_err_t, _ action: String, _ client: borrowing KafkaHandle) {
        let said = String(cString: rd_kafka_err2str(code))
        if let reason = client.fatalError {
            self = .fatal("cannot \(action): \(reason). The Kafka client is dead; start the program again")
        } else {
            self = .operating("cannot \(action): \(said). Check that the brokers run and are reachable")
        }
    }
}
