import Domain
import Records
import Streams
import TestSupport

@testable import calculator
@testable import ingest
@testable import statements

/// What came of it.
extension Simulator {
    func fingerprint() async throws -> Fingerprint { try await mended { try await Fingerprint.of(shelf) } }

    func statements() async throws -> [statements.Statement] {
        try await mended {
            try await shelf.read(.ledger) { database, _ in
                try LedgerStore.payees(database).flatMap { try LedgerStore.statements(of: $0, database) }
            }.flatMap { $0 }
        }
    }

    /// What each line comes to over all periods that it was posted in, by the one it was earned in.
    func lines() async throws -> [Oracle.Line] {
        var sums: [Oracle.Line: Number] = [:]
        for statement in try await statements() {
            for component in statement.components {
                for line in component.lines where !line.amount.isZero {
                    let key = Oracle.Line(
                        payee: statement.payee.text, period: line.earned.label, component: component.name,
                        deal: line.credit.key.deal.text, role: line.credit.key.role.text, cents: 0)
                    try sums[key, default: .zero] += line.amount
                }
            }
        }
        return sums.filter { !$0.value.isZero }.map { key, sum in
            Oracle.Line(
                payee: key.payee, period: key.period, component: key.component, deal: key.deal, role: key.role,
                cents: Simulator.cents(sum))
        }.sorted()
    }

    /// What of all this does not hold: equations, closed statements, files, the log against the events.
    func allContradictions() async throws -> [String] { try await mended { try await findContradictions() } }

    private func findContradictions() async throws -> [String] {
        var found = contradictions
        // Poison in the ledger is told, and nothing else.
        let poison = poisoned()
        let findings = try await Verifying(log: rim, shelf: shelf, anchors: [:]).run().findings
        found += findings.filter { !poison.contains($0.place) }.map(\.message)
        for place in poison where place.hasPrefix(application.topic(.ledger) + "/") {
            if !findings.contains(where: { $0.place == place }) {
                found.append("\(place) cannot be read, and is not told")
            }
        }
        for statement in try await statements() {
            if let broken = try statement.contradiction() { found.append(broken) }
            let name = "\(statement.payee) \(statement.period)"
            if let before = kept[name], before != statement.json { found.append("\(name) is closed and was changed") }
        }
        for period in try await Overview.read(shelf).periods {
            let all = try await Selection(period, in: shelf, isDraft: true)
            let report = try await Reconciling(
                statements: all.statements, payouts: PayoutFile(all.statements, names: Names()),
                journal: all.journal(of: period, in: shelf),
                published: PayoutFile(publishedIn: period, rim, application)
            ).report()
            found += report.differences.map { "\($0)" }
        }
        return found
    }

    /// Whoever has just written is the only one that has its partitions, but for one that has not heard that it lost them.
    func checkWriters(beside process: Process) {
        let unheard = rim.coordinator(of: process.topology.group).unheard
        for other in processes where other !== process && other.loop != nil && process.loop != nil {
            guard other.topology.group == process.topology.group else { continue }
            let both = Set(other.status.snapshot.keys).intersection(process.status.snapshot.keys).subtracting(unheard)
            if !both.isEmpty { contradictions.append("\(process.name) and \(other.name) both have \(both)") }
        }
    }

    private static func cents(_ amount: Number) -> Int { Int(amount.units / 10_000_000_000) }

    var shelf: Shelf { Shelf(folder: "\(folder)/statements", application: application) }

    /// Where every record went, by the stores of the ingest that ran.
    func tally() throws -> Tally {
        try tally(ofStoresIn: processes.map(\.name).filter { $0.hasPrefix("ingest") })
    }

    /// The same by an ingest that replays everything from nothing.
    func rebuiltTally() throws -> Tally {
        for process in processes where process.name.hasPrefix("ingest") { process.loop = nil }
        let fresh = Process("ingest-fresh", IngestTopology(application: application), rim.peer())
        processes = processes.filter { !$0.name.hasPrefix("ingest") } + [fresh]
        try settle()
        return try tally(ofStoresIn: [fresh.name])
    }

    private func tally(ofStoresIn names: [String]) throws -> Tally {
        var total = Tally()
        for partition in 0..<application.partitions {
            let file = "\(application.topic(.dealEvents))-\(partition).sqlite"
            let tallies = try names.map { try Tally(readingStoreAt: "\(folder)/\($0)/\(file)") }
            // Who had the partition before its last owner left a store behind that holds a beginning of it.
            if let fullest = tallies.max(by: { $0.received < $1.received }) { total.add(fullest) }
        }
        return total
    }

    /// Records of CRMs that are in the log, those included that it keeps twice.
    func received() throws -> Int64 {
        try (0..<application.partitions).reduce(0) { sum, partition in
            let records = rim.records(TopicPartition(application.topic(.dealEvents), partition))
            return try sum
                + Int64(records.count { try isPoison($0) || DealEvent(decoding: $0.record.value).isOfSource })
        }
    }

    func settlements() throws -> Int {
        try ledger().count { try LedgerDocument(decoding: $0).kind == .settlement }
    }

    func quarantined() throws -> [WireQuarantined] {
        try rim.records(TopicPartition(application.topic(.quarantine), 0)).map {
            try WireQuarantined(decoding: $0.record.value)
        }
    }

    /// The ledger with repeated records passed over, as its readers do.
    func ledger() -> [[UInt8]] {
        (0..<application.partitions).flatMap { partition -> [[UInt8]] in
            var seen: Set<String> = []
            return rim.records(TopicPartition(application.topic(.ledger), partition)).compactMap { record -> [UInt8]? in
                guard let id = record.record.headers["ce_id"], seen.insert(id).inserted else { return nil }
                return record.record.value
            }
        }
    }
}
