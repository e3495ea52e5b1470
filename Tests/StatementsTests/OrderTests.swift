import Domain
import LedgerSupport
import Records
import Streams
import Testing

@testable import statements

/// Law 3, as far as statements are concerned.
@Suite("Arrival order does not matter")
struct OrderTests {
    @Test(
        "documents of different payees in any order, and any of them twice, give the same statements", arguments: 0..<20
    )
    func shuffled(_ seed: UInt64) async throws {
        var random = SeededRandom(state: seed)
        let straight = try Ledger()
        for record in try Self.documents() { try straight.append(record) }
        let mixed = try Ledger()
        var chains = Dictionary(grouping: try Self.documents(), by: { $0.0.key ?? [] }).values.map { Array($0) }
        chains.sort { ($0[0].0.key ?? []).lexicographicallyPrecedes($1[0].0.key ?? []) }
        while let index = chains.indices.filter({ !chains[$0].isEmpty }).randomElement(using: &random) {
            try mixed.append(chains[index].removeFirst())
            // A producer that was not sure writes again; the reader tells by the coordinate.
            if Bool.random(using: &random), let last = mixed.records.last { try mixed.append(last) }
        }
        let expected = try await straight.built { try await Fingerprint.of($0) }
        #expect(try await mixed.built { try await Fingerprint.of($0) } == expected, "seed \(seed)")
        #expect(expected.statements == 12)
    }

    @Test("what was posted and taken back leaves no trace")
    func reversed() async throws {
        let direct = try Ledger()
        var ada = DocumentChain("ada", currency: usd, in: direct.application)
        try direct.append(try ada.post(sale("D-1", "2026-03-01", 100), steps: [try .init(100, at: Rate("6%"))]))
        let detour = try Ledger()
        var other = DocumentChain("ada", currency: usd, in: detour.application)
        let late = sale("D-9", "2026-05-01", 700)
        try detour.append(try other.post(late, steps: [try .init(700, at: Rate("6%"))]))
        try detour.append(try other.post(sale("D-1", "2026-03-01", 50), steps: [try .init(50, at: Rate("6%"))]))
        try detour.append(try other.post(late, steps: []))
        try detour.append(try other.post(sale("D-1", "2026-03-01", 100), steps: [try .init(100, at: Rate("6%"))]))
        let expected = try await direct.built { try await Fingerprint.of($0) }
        #expect(try await detour.built { try await Fingerprint.of($0) } == expected)
        #expect(expected.statements == 1)
    }

    @Test("the number of partitions does not show")
    func partitions() async throws {
        let one = try Ledger(partitions: 1)
        let many = try Ledger(partitions: 7)
        for ledger in [one, many] { for record in try Self.documents(ledger.application) { try ledger.append(record) } }
        let expected = try await one.built { try await Fingerprint.of($0) }
        #expect(try await many.built { try await Fingerprint.of($0) } == expected)
    }

    /// Four payees, three months, some credits revised.
    private static func documents(_ application: Application? = nil) throws -> [(Record, TopicPartition)] {
        let application = application ?? Application(name: "test", partitions: 3).unsafelyKnown
        var records: [(Record, TopicPartition)] = []
        for payee in ["ada", "alan", "grace", "=edsger"] {
            var chain = DocumentChain(PayeeID(payee), currency: usd, in: application)
            for number in 0..<30 {
                let amount = Number(1_000 + number * 7)
                let credit = sale("D-\(number % 20)", "2026-0\(1 + number % 20 % 3)-10", amount)
                var (record, destination) = try chain.post(credit, steps: [try .init(amount, at: Rate("6.5%"))])
                // One source for each payee, since their order against each other is what varies.
                record.headers.append("ce_id", "test.payee-events-\(payee)/0/\(number)/0")
                records.append((record, destination))
            }
        }
        return records
    }
}

/// SplitMix64: the seed is the whole state.
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
