import Domain
import Foundation
import LedgerSupport
import Logging
import Records
import Streams
import TestSupport

@testable import statements

/// A log in memory with what tests put in, and statements made from it in a folder that is gone afterwards.
final class Ledger {
    let log = InMemoryLog()
    let application: Application
    private let producer: any Producer
    private(set) var records: [(Streams.Record, TopicPartition)] = []

    /// Without events its documents are only what they are, and nothing tells whether they had to be.
    init(partitions: Int32 = 3, withEvents: Bool = false) throws {
        guard let application = Application(name: "test", partitions: partitions) else { throw Unexpected() }
        self.application = application
        try log.create(
            Topic.allCases.filter { withEvents || $0 != .payeeEvents }.map {
                TopicSpecification(name: application.topic($0), partitions: application.partitions(of: $0))
            })
        producer = try log.makeProducer()
    }

    struct Unexpected: Error {}

    func append(_ record: (Streams.Record, TopicPartition)) throws {
        records.append(record)
        try producer.append(record.0, to: record.1)
        try producer.flush()
    }

    /// Runs the topology over all there is; `body` gets what it built.
    func built<Result>(_ body: (Shelf) async throws -> Result) async throws -> Result {
        try await withTemporaryFolder { folder in
            let shelf = Shelf(folder: folder, application: application)
            try build(in: folder)
            return try await body(shelf)
        }
    }

    func build(in folder: String) throws {
        let options = StreamOptions(
            program: "statements", stateFolder: folder, quarantineTopic: application.topic(.quarantine),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            quarantine: { record, reason in Array("\(record.source)/\(record.offset) \(reason)".utf8) })
        let loop = try StreamLoop(log: log, topology: StatementsTopology(application: application), options: options)
        var idle = 0
        while idle < 3 { idle = try loop.step() == 0 ? idle + 1 : 0 }
        try loop.close()
    }

    /// The values on a topic as text, by partition.
    func values(_ topic: Topic) -> [String] {
        (0..<application.partitions(of: topic)).flatMap { partition in
            log.records(TopicPartition(application.topic(topic), partition)).map {
                String(decoding: $0.record.value ?? [], as: UTF8.self)
            }
        }
    }

    /// Why records were sent to quarantine.
    var quarantined: [String] {
        log.records(TopicPartition(application.topic(.quarantine), 0)).map {
            String(decoding: $0.record.value ?? [], as: UTF8.self)
        }
    }
}

/// ISO 4217's dollar, known to exist.
let usd = Currency("USD").unsafelyKnown
let eur = Currency("EUR").unsafelyKnown
let jpy = Currency("JPY").unsafelyKnown

extension Optional {
    /// For constants that a test is built on.
    var unsafelyKnown: Wrapped {
        guard let self else { preconditionFailure("a test's constant does not exist") }
        return self
    }
}

/// `D-1` of 1,000.00 at 6%.
func sale(_ deal: String, _ date: String, _ amount: Number, role: Role = .owner, account: String = "") -> Credit {
    .sample(deal, role: role, date: date, amount: amount, currency: usd, account: account)
}
