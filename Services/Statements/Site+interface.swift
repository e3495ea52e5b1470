import Domain
import Hummingbird
import Records
import Runtime

/// The JSON API. Lists come a page at a time, with the address of the next.
extension Site {
    func addInterface(_ router: RouterGroup<RimContext>) {
        router.get("payees") { request, _ in try await listPayees(request) }
        router.get("payees/:payee/statements") { _, context in try await listStatements(context) }
        router.get("payees/:payee/statements/:period") { _, context in try await oneStatement(context) }
        router.get("skipped") { _, _ in
            let deals = try await SkippedDeal.read(shelf)
            return try await answer([
                JSON.Member("count", .number(String(deals.count))), JSON.Member("skipped", .array(deals.map(\.json))),
            ])
        }
        router.get("freshness") { _, _ in try await answer([]) }
        router.get("**") { request, _ -> Response in
            throw RequestProblem(
                .notFound,
                Problem(
                    where: "GET \(request.uri.path)", "there is nothing at this address",
                    remedy: "There are /v1/payees, /v1/payees/{payee}/statements, "
                        + "/v1/payees/{payee}/statements/{period}, /v1/skipped and /v1/freshness."))
        }
    }

    private func listPayees(_ request: Request) async throws -> Response {
        let query = IndexQuery(request)
        let names = try await Names.read(shelf)
        let rows = try await overviews.overview().searched(query.search, names)
        let start = min(rows.count, (query.page - 1) * IndexQuery.pageSize)
        let shown = rows[start..<min(rows.count, start + IndexQuery.pageSize)]
        var members: [JSON.Member] = [
            JSON.Member("count", .number(String(rows.count))),
            JSON.Member("payees", .array(try shown.map { try Site.json($0, names) })),
        ]
        if start + IndexQuery.pageSize < rows.count {
            let search = query.search.percentEncoded
            members.append(.text("next", "/v1/payees?search=\(search)&page=\(query.page + 1)"))
        }
        return try await answer(members)
    }

    private static func json(_ row: Overview.Row, _ names: Names) throws -> JSON {
        .object([
            .text("payee", row.payee.text), .text("name", names[row.payee] ?? ""),
            .text("currency", row.currency.code), .text("earned", try row.earned(in: nil).plain(row.currency)),
            .text("due", row.due.plain(row.currency)),
            JSON.Member("periods", .array(row.earned.keys.sorted().map { .string($0.label) })),
        ])
    }

    private func listStatements(_ context: RimContext) async throws -> Response {
        let payee = PayeeID(try Site.text("payee", context))
        let statements = try await shelf.statements(of: payee)
        guard !statements.isEmpty else {
            throw Site.missing("payee \(payee)", "nothing was ever posted for this payee")
        }
        return try await answer([JSON.Member("statements", .array(statements.map(\.json)))])
    }

    /// The statement's canonical bytes and nothing else: what `hash` is made of.
    private func oneStatement(_ context: RimContext) async throws -> Response {
        let payee = PayeeID(try Site.text("payee", context))
        let label = try Site.text("period", context)
        guard let period = Period(label), let shown = try await shelf.statement(of: payee, period) else {
            throw Site.missing("payee \(payee)", "there is no statement for \(label)")
        }
        return Response(json: shown.statement.json.description + "\n")
    }

    private func answer(_ members: [JSON.Member]) async throws -> Response {
        let freshness = try await watch.freshness()
        let fresh = JSON.object([
            JSON.Member("behind", freshness.behind.map { .number(String($0)) } ?? .null),
            JSON.Member("quarantined", .number(String(freshness.quarantined))),
            JSON.Member("missingPartitions", .array(freshness.missing.map { .number(String($0)) })),
        ])
        return Response(json: JSON.object(members + [JSON.Member("freshness", fresh)]).description + "\n")
    }

    private static func missing(_ place: String, _ message: String) -> RequestProblem {
        RequestProblem(
            .notFound,
            Problem(where: place, message, remedy: "See /v1/payees for who has statements, and for which periods."))
    }
}
