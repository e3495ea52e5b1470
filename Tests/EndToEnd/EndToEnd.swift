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
    private var known: [Int: Run] = [:]

    func run(deals: Int = 600) async throws -> Run {
        if let run = known[deals] { return run }
        let run = try await Undisturbed.make(deals: deals)
        known[deals] = run
        return run
    }

    private static func make(deals: Int) async throws -> Run {
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

/// The log that a deployment is on.
enum Medium: String, CaseIterable, CustomTestStringConvertible {
    case embedded, kafkaMock

    var testDescription: String { rawValue }
}

/// A deployment whose processes and folder are gone when `body` ends.
func withDeployment<Result>(
    on medium: Medium = .embedded, partitions: Int32 = 4, _ body: (Deployment) async throws -> Result
) async throws -> Result {
    if medium == .kafkaMock { return try await withMock { attain, _ in try await body(attain) } }
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

/// Every program ends by itself when it is started, with these words.
func expectEnd(of attain: Deployment, saying words: String) async throws {
    for role in Deployment.Role.allCases {
        try attain.start(role)
        let (end, log) = try await attain.end(of: role)
        #expect(end != .status(0))
        #expect(log.contains(words), "\(role): \(log.suffix(400))")
    }
}
