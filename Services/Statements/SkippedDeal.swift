import Domain
import Foundation
import GRDB
import Records

/// A deal that is not credited yet: why, and how to mend it.
struct SkippedDeal: Hashable, Sendable {
    let deal: String
    let source: String
    let provenance: String
    let received: Instant
    let problems: [Reason]

    struct Reason: Hashable, Sendable {
        let code: String
        let message: String
        let remedy: String
    }

    /// All of them, by deal.
    static func read(_ shelf: Shelf) async throws -> [SkippedDeal] {
        let parts = try await shelf.read(.skippedDeals) { database, _ in
            try Data.fetchAll(database, sql: "SELECT value FROM skipped").map(SkippedDeal.init)
        }
        return parts.flatMap { $0 }.sorted { $0.deal.utf8.lexicographicallyPrecedes($1.deal.utf8) }
    }

    private init(_ value: Data) throws {
        let wire = try WireSkippedDeal(decoding: Array(value))
        deal = wire.deal
        source = wire.source
        provenance = wire.provenance
        received = Instant(milliseconds: wire.received)
        problems = wire.problems.map { Reason(code: $0.code, message: $0.message, remedy: $0.remedy) }
    }

    var json: JSON {
        .object([
            .text("deal", deal), .text("source", source), .text("provenance", provenance),
            .text("received", received.description),
            JSON.Member(
                "problems",
                .array(
                    problems.map { problem in
                        .object([
                            .text("code", problem.code), .text("message", problem.message),
                            .text("remedy", problem.remedy),
                        ])
                    })),
        ])
    }
}
