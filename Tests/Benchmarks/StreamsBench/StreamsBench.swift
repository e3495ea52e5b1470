import ArgumentParser
import BenchSupport
import Glibc
import Streams

/// How fast the embedded log appends, reads and copies, beside SQLite alone.
@main
struct StreamsBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures how fast the embedded log appends, reads and copies, beside SQLite alone.",
        discussion: """
            Records have 400 bytes, and lie in a folder that goes when this ends; TMPDIR says on which disk. '× limit' is \
            how many times as long it took as SQLite takes to append as many to a bare table.
            """)

    @Argument(help: "Records.") var records = 1_000_000
    @Argument(help: "Records that are read at once, and made durable at once.") var batch = 1000

    private static let source = TopicPartition("bench", 0)
    private static let destination = TopicPartition("copy", 0)

    func validate() throws { try atLeastOne(records, batch) }

    func run() throws {
        print("Streams: \(grouped(records)) records of 400 bytes, \(grouped(batch)) at once, on the embedded log")
        let table = Table("one partition", ["records/s", "per CPU second", "× limit"])
        try withScratchFolder { folder in
            let limit = try measure { try BareTable.append(records, in: batch, to: "\(folder)/bare.sqlite") }
            row(table, "a bare SQLite append", limit, limit)
            let log = try EmbeddedLog(path: "\(folder)/attain.log")
            try log.create([Self.source, Self.destination].map { TopicSpecification(name: $0.topic, partitions: 1) })
            row(table, "append", try measure { try append(to: log) }, limit)
            row(table, "read", try measure { try read(log) { _ in } }, limit)
            row(table, "copy to another topic", try measure { try copy(log) }, limit)
        }
        table.end()
    }

    // MARK: Work

    private func append(to log: EmbeddedLog) throws {
        let producer = try log.makeProducer()
        let value = [UInt8](repeating: 7, count: 400)
        let key = Array("payee-1234".utf8)
        for index in 0..<records {
            try producer.append(Record(key: key, value: value, timestamp: Int64(index)), to: Self.source)
            if index % batch == batch - 1 { try producer.flush() }
        }
        try producer.flush()
    }

    private func read(_ log: EmbeddedLog, _ body: ([ConsumedRecord]) throws -> Void) throws {
        let reader = try log.makeReader()
        var offset: Int64 = 0
        while offset < Int64(records) {
            let read = try reader.read(Self.source, from: offset, limit: batch, timeout: .zero)
            try body(read)
            offset += Int64(read.count)
        }
    }

    private func copy(_ log: EmbeddedLog) throws {
        let producer = try log.makeProducer()
        try read(log) { read in
            for record in read { try producer.append(record.record, to: Self.destination) }
            try producer.flush()
        }
    }

    // MARK: Figures

    private struct Taken {
        let seconds: Double
        let cpu: Double
    }

    private func measure(_ body: () throws -> Void) rethrows -> Taken {
        let (start, startCPU) = (ContinuousClock.now, Self.cpuSeconds)
        try body()
        // While it takes few records, that clock stands still.
        return Taken(seconds: (ContinuousClock.now - start).seconds, cpu: max(Self.cpuSeconds - startCPU, 1e-6))
    }

    private func row(_ table: Table, _ name: String, _ taken: Taken, _ limit: Taken) {
        let rates = [taken.seconds, taken.cpu].map { grouped(Int(Double(records) / $0)) }
        table.row(name, rates + [hundredths(taken.seconds / limit.seconds)])
    }

    private static var cpuSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let times = [usage.ru_utime, usage.ru_stime]
        return times.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }
}
