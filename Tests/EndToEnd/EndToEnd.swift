import Foundation
import Records
import TestSupport
import Testing

@testable import ingest

/// The built programs, as an operator runs them. One test after the other: each has several processes of its own.
@Suite("End to end", .serialized)
struct EndToEnd {}

/// What every run over the demo's deals must come to: that of a run in which nothing happened. Made once.
actor Undisturbed {
    struct Run: Sendable {
        let load: DemoLoad
        /// As `statements hash` prints it.
        let fingerprint: String
    }

    static let shared = Undisturbed()
    private var known: Run?

    func run() async throws -> Run {
        if let known { return known }
        let run = try await Undisturbed.make()
        known = run
        return run
    }

    static func make(deals: Int = 600) async throws -> Run {
        let load = try await DemoLoad.make(deals: deals)
        let fingerprint = try await withDeployment { attain in
            try await attain.apply()
            try await attain.bring(load.rows)
            try attain.startAll()
            return try await attain.outcome()
        }
        return Run(load: load, fingerprint: fingerprint)
    }
}

/// A deployment on the embedded log whose processes and folder are gone when `body` ends.
func withDeployment<Result>(
    partitions: Int32 = 4, _ body: (Deployment) async throws -> Result
) async throws -> Result {
    let application = try #require(Application(name: "attain", partitions: partitions))
    return try await withTemporaryFolder { folder in
        let attain = try Deployment(folder: folder, application: application, log: "sqlite:\(folder)/attain.log")
        return try await running(attain, body)
    }
}

func running<Result>(_ attain: Deployment, _ body: (Deployment) async throws -> Result) async throws -> Result {
    do {
        let result = try await body(attain)
        try await attain.killAll()
        return result
    } catch {
        let explained = attain.explaining(error)
        try await attain.killAll()
        throw explained
    }
}

/// The proofs that the programs offer themselves, on whatever has happened to them.
func expectSound(_ attain: Deployment) async throws {
    try await attain.run(.statements, "verify")
    for role in Deployment.Role.allCases { try await attain.run(role, "replay", "--compare") }
    let tally = try attain.tally()
    #expect(tally.received == Int64(try attain.received()))
    #expect(tally.received == tally.accepted + tally.superseded + tally.skipped + tally.quarantined)
}
