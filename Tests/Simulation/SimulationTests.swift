import Domain
import Foundation
import Records
import TestSupport
import Testing

@testable import ingest
@testable import statements

/// `SIMULATION_SEED=n` runs one seed, `SIMULATION_RUNS=n` that many from 0.
private let seeds: [UInt64] = {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["SIMULATION_SEED"].flatMap(UInt64.init) { return [seed] }
    return Array(0..<(environment["SIMULATION_RUNS"].flatMap(UInt64.init) ?? 200))
}()

@Suite("Simulation")
struct SimulationTests {
    @Test("any order, repetition and crash gives the statements that the oracle works out", arguments: seeds)
    func simulate(seed: UInt64) async throws {
        let world = World(seed: seed)
        let expected = Oracle(world: world).lines
        let disturbed = try await outcome(of: world, schedule: seed &* 2 &+ 1, withFaults: true)
        #expect(disturbed.lines == expected, "make simulate SEED=\(seed)")
        let quiet = try await outcome(of: world, schedule: seed &* 2, withFaults: false)
        #expect(quiet.fingerprint == disturbed.fingerprint, "make simulate SEED=\(seed)")
    }

    private func outcome(
        of world: World, schedule: UInt64, withFaults: Bool
    ) async throws -> (lines: [Oracle.Line], fingerprint: Fingerprint) {
        try await withTemporaryFolder { folder in
            let simulator = try Simulator(world: world, schedule: schedule, folder: folder)
            try simulator.run(withFaults: withFaults)
            let (lines, fingerprint) = (try await simulator.lines(), try await simulator.fingerprint())
            try checkNothingIsLost(simulator)
            try checkLedger(simulator)
            return (lines, fingerprint)
        }
    }

    /// received = accepted + superseded + skipped + quarantined, and what was late has mended every skip.
    private func checkNothingIsLost(_ simulator: Simulator) throws {
        let (tally, appended) = try simulator.tally()
        #expect(tally.received == appended)
        #expect(tally.received == tally.accepted + tally.superseded + tally.skipped + tally.quarantined)
        #expect(tally.skipped == 0)
        #expect(try simulator.quarantined().allSatisfy { $0.contains("two different bodies under revision") })
    }

    /// Every payee's documents are chained, and each one's postings sum to zero.
    private func checkLedger(_ simulator: Simulator) throws {
        var heads: [PayeeID: (sequence: Int64, hash: [UInt8])] = [:]
        for bytes in simulator.ledger() {
            let document = try WireLedgerDocument(decoding: bytes).domain()
            let head = heads[document.payee] ?? (0, [])
            #expect(document.sequence == head.sequence + 1)
            #expect(document.previousHash == head.hash)
            #expect(try document.postings.reduce(Number.zero) { try $0 + $1.amount } == .zero)
            heads[document.payee] = (document.sequence, digest(bytes))
        }
    }
}
