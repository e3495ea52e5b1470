import Domain
import Foundation
import GRDB
import LedgerSupport
import Records
import Streams
import TestSupport
import Testing

@testable import statements

/// Random harm to a ledger of three payees and to the store that was made of it: each has to be found.
@Suite("A1: tampering")
struct MutationTests {
    private typealias Entry = (Streams.Record, TopicPartition)

    private enum Harm: CaseIterable { case edit, delete, insert, reorder, truncate }

    @Test("A1: the store finds the first record of the ledger that was altered, and the chain alone whose it is")
    func ledger() async throws {
        let whole = try Ledger(partitions: 1)
        for entry in try Self.documents() { try whole.append(entry) }
        var random = Reliability.random(for: "A1, ledger")
        try await whole.built { shelf in
            let anchors = try await Verifying(log: whole.log, shelf: shelf, anchors: [:]).run().heads
            let nowhere = Shelf(folder: "/nonexistent", application: whole.application)
            for number in 0..<Reliability.count(250, whole: 5000) {
                let harm = random.pick(Harm.allCases)
                let entries = Self.harmed(whole.records, harm, &random)
                let ledger = try Ledger(partitions: 1)
                for entry in entries { try ledger.append(entry) }
                let told = "\(number): \(harm)"
                let stored = try await Verifying(log: ledger.log, shelf: shelf, anchors: [:]).run()
                Self.expectFirst(stored, whole.records, entries, told)
                let chained = try await Verifying(log: ledger.log, shelf: nowhere, anchors: anchors).run()
                let accused = Set(chained.findings.compactMap(\.payee))
                let harmed = Self.payees(whole.records, entries)
                #expect(!chained.findings.isEmpty || harmed.isEmpty, "\(told)")
                #expect(accused.isSubset(of: harmed), "\(told): \(accused)")
            }
        }
    }

    @Test("A1: a figure, a hash or a row of the store that was altered is found")
    func store() async throws {
        let whole = try Ledger(partitions: 1)
        for entry in try Self.documents() { try whole.append(entry) }
        var random = Reliability.random(for: "A1, store")
        try await withTemporaryFolder { folder in
            try whole.build(in: "\(folder)/whole")
            let harmed = "\(folder)/harmed"
            for number in 0..<Reliability.count(250, whole: 5000) {
                try? FileManager.default.removeItem(atPath: harmed)
                try FileManager.default.copyItem(atPath: "\(folder)/whole", toPath: harmed)
                let shelf = Shelf(folder: harmed, application: whole.application)
                let seed = random.next()
                let harm = try await StateFile.write(shelf.path(.ledger, 0), label: "test")
                    .writeWithoutTransaction { database in
                        var random = SplitMix(seed: seed)
                        return try Self.harm(database, &random)
                    }
                let report = try await Verifying(log: whole.log, shelf: shelf, anchors: [:]).run()
                #expect(!report.findings.isEmpty, "\(number): \(harm)")
            }
        }
    }
}

// MARK: The ledger

extension MutationTests {
    private static func documents() throws -> [Entry] {
        let application = Application(name: "test", partitions: 1).unsafelyKnown
        var chains = ["ada", "grace", "joan"].map { DocumentChain(PayeeID($0), currency: usd, in: application) }
        var entries: [Entry] = []
        for number in 0..<24 {
            let (amount, payee) = (Number(100 * (number + 1)), number % 3)
            let day = number < 12 ? "2026-03-01" : "2026-04-01"
            entries.append(
                try chains[payee].post(sale("D-\(number)", day, amount), steps: [try .init(amount, at: Rate("6%"))]))
        }
        let (march, april) = (Period("2026-03").unsafelyKnown, Period("2026-04").unsafelyKnown)
        for payee in chains.indices {
            entries.append(try chains[payee].adjust(250, "A-\(payee)", reason: "trade fair", in: march))
            entries.append(try chains[payee].settle(march))
            entries.append(try chains[payee].approve(march))
            entries.append(try chains[payee].draw(500, in: april, note: "advance"))
        }
        return entries
    }

    /// Something else than before: what looks the same is harmed again.
    private static func harmed(_ entries: [Entry], _ harm: Harm, _ random: inout SplitMix) -> [Entry] {
        var result = entries
        let place = Int.random(in: 0..<entries.count, using: &random)
        switch harm {
        case .edit: result[place].0 = edited(entries[place].0, &random)
        case .delete: result.remove(at: place)
        case .insert:
            let other = random.pick(entries)
            result.insert((edited(other.0, &random), other.1), at: place)
        case .reorder: result.swapAt(place, Int.random(in: 0..<entries.count, using: &random))
        case .truncate: result.removeLast(1 + place % (entries.count - 1))
        }
        let isSame = result.count == entries.count && zip(result, entries).allSatisfy { $0.0 == $1.0 }
        return isSame ? harmed(entries, harm, &random) : result
    }

    /// A bit of the document or of its key flipped, a byte taken out, or the document cut off.
    private static func edited(_ record: Streams.Record, _ random: inout SplitMix) -> Streams.Record {
        var (record, value) = (record, record.value ?? [])
        let place = Int.random(in: 0..<value.count, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0: value.remove(at: place)
        case 1: value.removeLast(value.count - place)
        case 2: record.key = [UInt8](record.key?.dropLast() ?? [])
        default: value[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        record.value = value
        return record
    }

    /// The first finding in the log is at the first record that is another.
    private static func expectFirst(
        _ report: Verifying.Report, _ whole: [Entry], _ harmed: [Entry], _ told: String
    ) {
        let first = zip(whole, harmed).enumerated().first { $0.element.0.0 != $0.element.1.0 }?.offset
        let places = report.findings.compactMap {
            $0.place.split(separator: "/").dropFirst(2).first.flatMap { Int($0) }
        }
        guard let first else {
            #expect(report.findings.contains { $0.message.contains("records were removed") }, "\(told)")
            return
        }
        #expect(places.min() == first, "\(told): \(report.findings.map(\.place))")
    }

    /// Whose documents are others than before, or in another order; records that nobody could have written are nobody's.
    private static func payees(_ whole: [Entry], _ harmed: [Entry]) -> Set<PayeeID> {
        func chains(_ entries: [Entry]) -> [PayeeID: [[UInt8]]] {
            var chains: [PayeeID: [[UInt8]]] = [:]
            for entry in entries {
                guard let document = try? LedgerDocument(decoding: entry.0.value) else { continue }
                chains[document.payee, default: []].append((entry.0.key ?? []) + (entry.0.value ?? []))
            }
            return chains
        }
        let (before, after) = (chains(whole), chains(harmed))
        return Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
    }
}

// MARK: The store

extension MutationTests {
    private static let tables = ["payee", "folio", "balance", "entry"]

    /// Takes a row out, or makes one of its values another; answers what was done.
    private static func harm(_ database: Database, _ random: inout SplitMix) throws -> String {
        try database.execute(sql: "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
        let table = random.pick(tables)
        let rows = try Row.fetchAll(database, sql: "SELECT * FROM \(table) ORDER BY 1, 2, 3")
        let row = random.pick(rows)
        let columns = Array(row.columnNames)
        let place = columns.map { "\($0) = ?" }.joined(separator: " AND ")
        let values = StatementArguments(columns.map { row[$0] as DatabaseValue })
        if random.chance(20) {
            try database.execute(sql: "DELETE FROM \(table) WHERE \(place)", arguments: values)
            return "row \(row) of \(table) deleted"
        }
        let column = random.pick(columns)
        let value = another(row[column], &random)
        try database.execute(
            sql: "UPDATE OR IGNORE \(table) SET \(column) = ? WHERE \(place)",
            arguments: StatementArguments([value]) + values)
        // What SQLite itself refuses is no harm.
        guard database.changesCount == 1 else { return try harm(database, &random) }
        return "\(column) of row \(row) of \(table) is now \(value)"
    }

    private static func another(_ value: DatabaseValue, _ random: inout SplitMix) -> DatabaseValue {
        switch value.storage {
        case .int64(let number): return (number + Int64.random(in: 1...3, using: &random)).databaseValue
        case .string(let text):
            if let number = try? Number(text), let more = try? number + 1 { return more.description.databaseValue }
            return (text.isEmpty ? "x" : String(text.dropLast()) + "x").databaseValue
        case .blob(let bytes):
            var bytes = bytes
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1
            return bytes.databaseValue
        case .double, .null: return "x".databaseValue
        }
    }
}
