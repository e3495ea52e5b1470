import Domain
import Foundation
import Records
import TestSupport
import Testing

@testable import ingest
@testable import statements

/// Seeds that once found a fault. They run first.
private let failedBefore: [UInt64] = [0, 2, 3, 4, 16]

/// `SIMULATION_SEED=n` runs one seed, `SIMULATION_RUNS=n` that many.
private let seeds: [UInt64] = {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["SIMULATION_SEED"].flatMap(UInt64.init) { return [seed] }
    let runs = environment["SIMULATION_RUNS"].flatMap(Int.init) ?? 200
    let others = (0..<UInt64(max(0, runs))).filter { !failedBefore.contains($0) }
    return Array((failedBefore + others).prefix(runs))
}()

@Suite("Simulation")
struct SimulationTests {
    @Test("C2, T1: any order, repetition, clock and crash gives the statements that the oracle works out", arguments: seeds)
    func simulate(seed: UInt64) async throws {
        do { try await simulate(World(seed: seed), Hint(seed: seed)) } catch {
            Issue.record(error, Hint(seed: seed).comment)
        }
    }

    /// What to run to see it again, said with everything that fails.
    private struct Hint {
        let seed: UInt64
        var comment: Comment { "make simulate SEED=\(seed)" }
    }

    private func simulate(_ world: World, _ hint: Hint) async throws {
        let expected = Oracle(world: world).lines
        let disturbed = try await withSimulator(world, schedule: hint.seed &* 2 &+ 1, withFaults: true) { simulator in
            try await simulator.run()
            #expect(try await simulator.lines() == expected, hint.comment)
            #expect(try await simulator.contradictions() == [], hint.comment)
            try check(try simulator.rebuiltTally(), simulator, hint)
            return try await simulator.fingerprint()
        }
        let quiet = try await withSimulator(world, schedule: hint.seed &* 2, withFaults: false) { simulator in
            try await simulator.run()
            #expect(try simulator.settlements() > 0, hint.comment)
            try check(try simulator.tally(), simulator, hint)
            return try await simulator.fingerprint()
        }
        #expect(quiet == disturbed, hint.comment)
    }

    private func withSimulator(
        _ world: World, schedule: UInt64, withFaults: Bool, _ body: (Simulator) async throws -> Fingerprint
    ) async throws -> Fingerprint {
        try await withTemporaryFolder { folder in
            try await body(try Simulator(world: world, schedule: schedule, withFaults: withFaults, folder: folder))
        }
    }

    private func check(_ tally: Tally, _ simulator: Simulator, _ hint: Hint) throws {
        try checkNothingIsLost(tally, simulator, hint)
        try checkLedger(simulator, hint)
    }

    /// received = accepted + superseded + skipped + quarantined, and what was late has mended every skip.
    private func checkNothingIsLost(_ tally: Tally, _ simulator: Simulator, _ hint: Hint) throws {
        #expect(tally.received == simulator.received, hint.comment)
        #expect(
            tally.received == tally.accepted + tally.superseded + tally.skipped + tally.quarantined, hint.comment)
        #expect(tally.skipped == 0, hint.comment)
        let reasons = try simulator.quarantined()
        #expect(reasons.allSatisfy { $0.contains("two different bodies under revision") }, hint.comment)
    }

    /// Every payee's documents are chained, and each one's postings sum to zero.
    private func checkLedger(_ simulator: Simulator, _ hint: Hint) throws {
        var heads: [PayeeID: (sequence: Int64, hash: [UInt8])] = [:]
        for bytes in simulator.ledger() {
            let document = try WireLedgerDocument(decoding: bytes).domain()
            let head = heads[document.payee] ?? (0, [])
            #expect(document.sequence == head.sequence + 1, hint.comment)
            #expect(document.previousHash == head.hash, hint.comment)
            #expect(try document.postings.reduce(Number.zero) { try $0 + $1.amount } == .zero, hint.comment)
            heads[document.payee] = (document.sequence, digest(bytes))
        }
    }
}
