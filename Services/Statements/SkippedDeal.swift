import Domain
import Foundation
import GRDB
import Records

/// A deal that is not credited yet, or of which a payee gets nothing since it cannot be calculated: why, and how to mend it.
struct SkippedDeal: Hashable, Sendable {
    let deal: String
    /// Empty: it is about the deal as a whole.
    let payee: String
    let title: String
    /// The day, where it is known.
    let closed: String
    let source: String
    let provenance: String
    let received: Instant
    let problems: [Reason]

    struct Reason: Hashable, Sendable {
        let code: String
        /// Which of the deal's credits; empty: the deal as a whole.
        let place: String
        let message: String
        let remedy: String
    }

    /// All of them, by deal.
    static func read(_ shelf: Shelf) async throws -> [SkippedDeal] {
        let parts = try await shelf.read(.skippedDeals) { database, _ in
            try Data.fetchAll(database, sql: "SELECT value FROM skipped").map(SkippedDeal.init)
        }
        return parts.flatMap { $0 }.sorted { $0.title.utf8.lexicographicallyPrecedes($1.title.utf8) }
    }

    private init(_ value: Data) throws {
        let wire = try WireSkippedDeal(decoding: Array(value))
        (deal, payee, title) = (wire.deal, wire.payee, wire.title)
        closed = wire.closed
        source = wire.source
        provenance = wire.provenance
        received = Instant(milliseconds: wire.received)
        problems = wire.problems.map { Reason(code: $0.code, place: $0.place, message: $0.message, remedy: $0.remedy) }
    }

    var json: JSON {
        .object([
            .text("deal", deal), .text("source", source), .text("provenance", provenance), .text("payee", payee),
            .text("closed", closed), .text("received", received.description),
            JSON.Member(
                "problems",
                .array(
                    problems.map { problem in
                        .object([
                            .text("code", problem.code), .text("message", problem.message),
                            .text("remedy", problem.remedy), .text("place", problem.place),
                        ])
                    })),
        ])
    }
}
