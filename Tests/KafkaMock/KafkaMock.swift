import CRDKafka
import Glibc

/// librdkafka's mock cluster in a process of its own: a peer over TCP that speaks Kafka's protocol.
///
///     kafka-mock --topics deals:12,ledger:12 [--brokers 1]
///
/// Prints `bootstrap=127.0.0.1:PORT` and ends on SIGTERM, or when its standard input ends. It keeps about 5 MiB a
/// partition, makes no topics by the admin API, and takes 3 to 10 s for a rebalance; or 45, when a member's SyncGroup comes behind
/// the leader's: it refuses that one, and answers whoever joins again only when a session has ended. A line of its standard input
/// does it harm:
///
///     down | up            every broker: closes its connections and its port; opens the port again
///     late COUNT MS        the next produce requests are answered that much later, and appended at once
///     fail COUNT CODE      the next produce requests are answered with that error, and nothing is appended
///     heal                 ends that
@main
enum KafkaMock {
    static func main() {
        guard let options = Options(CommandLine.arguments.dropFirst()) else {
            print("usage: kafka-mock --topics NAME:PARTITIONS[,NAME:PARTITIONS] [--brokers COUNT]")
            exit(64)
        }
        let client = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), nil, 0)
        guard let client, let cluster = rd_kafka_mock_cluster_new(client, options.brokers) else {
            print("cannot start the mock cluster")
            exit(70)
        }
        for topic in options.topics { rd_kafka_mock_topic_create(cluster, topic.name, topic.partitions, 1) }
        answerAtOnce()
        print("bootstrap=\(String(cString: rd_kafka_mock_cluster_bootstraps(cluster)))")
        fflush(nil)
        while let line = readLine() {
            guard obey(line.split(separator: " "), cluster, options.brokers) else {
                print("no such command: \(line)")
                exit(64)
            }
        }
        rd_kafka_mock_cluster_destroy(cluster)
        rd_kafka_destroy(client)
    }

    /// Answers whether there is such a command.
    private static func obey(_ words: [Substring], _ cluster: OpaquePointer, _ brokers: Int32) -> Bool {
        let numbers = words.dropFirst().compactMap { Int32($0) }
        switch (words.first, numbers.count) {
        case ("down", 0): for broker in 1...brokers { rd_kafka_mock_broker_set_down(cluster, broker) }
        case ("up", 0):
            for broker in 1...brokers { rd_kafka_mock_broker_set_up(cluster, broker) }
            answerAtOnce()
        case ("late", 2):
            for broker in 1...brokers {
                for _ in 0..<numbers[0] { attain_kafka_mock_delay(cluster, broker, produceRequest, numbers[1]) }
            }
        case ("fail", 2):
            let errors = [rd_kafka_resp_err_t](repeating: rd_kafka_resp_err_t(numbers[1]), count: Int(numbers[0]))
            rd_kafka_mock_push_request_errors_array(cluster, produceRequest, errors.count, errors)
        case ("heal", 0): rd_kafka_mock_clear_request_errors(cluster, produceRequest)
        default: return false
        }
        return true
    }

    /// As brokers do. The mock leaves it to the kernel, which holds an answer back for 40 ms where the one before it is not
    /// acknowledged; what is set for a listening socket its connections inherit.
    private static func answerAtOnce() {
        for socket in 0..<Int32(getdtablesize()) {
            var (isListening, size, on) = (Int32(0), socklen_t(MemoryLayout<Int32>.size), Int32(1))
            guard getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size) == 0, isListening != 0 else {
                continue
            }
            setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size)
        }
    }

    /// Its number in Kafka's protocol.
    private static let produceRequest: Int16 = 0

    private struct Options {
        var brokers: Int32 = 1
        var topics: [(name: String, partitions: Int32)] = []

        init?(_ arguments: ArraySlice<String>) {
            var rest = arguments
            while let name = rest.popFirst() {
                guard let value = rest.popFirst() else { return nil }
                switch name {
                case "--brokers":
                    guard let count = Int32(value), count > 0 else { return nil }
                    brokers = count
                case "--topics":
                    for topic in value.split(separator: ",") {
                        let parts = topic.split(separator: ":")
                        guard parts.count == 2, let count = Int32(parts[1]), count > 0 else { return nil }
                        topics.append((String(parts[0]), count))
                    }
                default: return nil
                }
            }
        }
    }
}
