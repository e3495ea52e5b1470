import Glibc
import Streams

/// Appends until it is killed, and says on standard output what was acknowledged: `log-writer PATH TOPIC NAME`.
@main
enum LogWriter {
    static func main() throws {
        let arguments = CommandLine.arguments
        let log = try EmbeddedLog(path: arguments[1])
        let producer = try log.makeProducer()
        var number = 0
        while true {
            for _ in 0..<10 {
                let text = "\(arguments[3])-\(number)"
                try producer.append(
                    Record(key: [1], value: Array(text.utf8), timestamp: 0), to: TopicPartition(arguments[2], 0))
                number += 1
            }
            try producer.flush()
            let line = "\(number)\n"
            _ = write(STDOUT_FILENO, line, line.utf8.count)
        }
    }
}
