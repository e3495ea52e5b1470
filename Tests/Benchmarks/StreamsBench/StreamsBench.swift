import Glibc
import Streams

/// How fast the embedded log appends and reads: `streams-bench [folder] [records] [batch]`.
@main
enum StreamsBench {
    static func main() throws {
        let arguments = CommandLine.arguments
        let folder = arguments.count > 1 ? arguments[1] : "/tmp"
        let total = arguments.count > 2 ? Int(arguments[2]) ?? 0 : 1_000_000
        let batch = arguments.count > 3 ? Int(arguments[3]) ?? 0 : 1000
        let log = try EmbeddedLog(path: "\(folder)/bench-\(getpid()).log")
        try log.create([TopicSpecification(name: "bench", partitions: 1)])
        let source = TopicPartition("bench", 0)
        try report("append", total) { try append(total, in: batch, to: source, log) }
        let reader = try log.makeReader()
        try report("read", total) { try read(total, from: source, reader, limit: batch) }
        for suffix in ["", "-wal", "-shm", "-lock", "-signal"] { unlink("\(folder)/bench-\(getpid()).log\(suffix)") }
    }

    static func append(_ total: Int, in batch: Int, to destination: TopicPartition, _ log: EmbeddedLog) throws {
        let producer = try log.makeProducer()
        let value = [UInt8](repeating: 7, count: 400)
        let key = Array("payee-1234".utf8)
        for index in 0..<total {
            try producer.append(Record(key: key, value: value, timestamp: Int64(index)), to: destination)
            if index % batch == batch - 1 { try producer.flush() }
        }
        try producer.flush()
    }

    static func read(_ total: Int, from source: TopicPartition, _ reader: any PartitionReader, limit: Int) throws {
        var offset: Int64 = 0
        while offset < Int64(total) {
            offset += Int64(try reader.read(source, from: offset, limit: limit, timeout: .zero).count)
        }
    }

    static func report(_ name: String, _ records: Int, _ body: () throws -> Void) throws {
        let (start, startCPU) = (ContinuousClock.now, cpuSeconds)
        try body()
        let elapsed = ContinuousClock.now - start
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let cpu = cpuSeconds - startCPU
        print(
            "\(name): \(Int(Double(records) / seconds)) records/s, \(Int(Double(records) / cpu)) records per CPU second "
                + "(\(seconds) s, CPU \(cpu) s)")
    }

    private static var cpuSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let times = [usage.ru_utime, usage.ru_stime]
        return times.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }
}
