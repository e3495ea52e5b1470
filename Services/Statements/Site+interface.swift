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
        router.get("skipped") { request, _ in
            try await answer(of: .skippedDeals) { try await skipped(IndexQuery(request)) }
        }
        router.get("freshness") { _, _ in try await answer { [] } }
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
        try await answer { try await payees(IndexQuery(request)) }
    }

    private func payees(_ query: IndexQuery) async throws -> [JSON.Member] {
        let names = try await Names.read(shelf)
        let rows = try await overviews.overview().searched(query.search, names)
        return try Site.page(of: rows, query, "payees", "/v1/payees?search=\(query.search.percentEncoded)&") { row in
            try Site.json(row, names)
        }
    }

    private func skipped(_ query: IndexQuery) async throws -> [JSON.Member] {
        Site.page(of: try await SkippedDeal.read(shelf), query, "skipped", "/v1/skipped?", \.json)
    }

    /// How many there are, those of a page, and the address of the next.
    private static func page<Item>(
        of items: [Item], _ query: IndexQuery, _ name: String, _ address: String, _ json: (Item) throws -> JSON
    ) rethrows -> [JSON.Member] {
        let start = min(items.count, (query.page - 1) * IndexQuery.pageSize)
        let end = min(items.count, start + IndexQuery.pageSize)
        let members: [JSON.Member] = [
            JSON.Member("count", .number(String(items.count))),
            JSON.Member(name, .array(try items[start..<end].map(json))),
        ]
        return end < items.count ? members + [.text("next", "\(address)page=\(query.page + 1)")] : members
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
        return try await answer {
            let statements = try await shelf.statements(of: payee)
            guard !statements.isEmpty else {
                throw Site.missing("payee \(payee)", "nothing was ever posted for this payee")
            }
            return [JSON.Member("statements", .array(statements.map(\.json)))]
        }
    }

    /// The statement's canonical bytes and nothing else: what `hash` is made of.
    private func oneStatement(_ context: RimContext) async throws -> Response {
        let payee = PayeeID(try Site.text("payee", context))
        let label = try Site.text("period", context)
        return try await whole {
            try await expectWhole(of: payee)
            guard let period = Period(label), let shown = try await shelf.statement(of: payee, period) else {
                throw Site.missing("payee \(payee)", "there is no statement for \(label)")
            }
            return Response(json: shown.statement.json.description + "\n")
        }
    }

    /// How fresh it is is asked first: what comes in between is in the figures, and not yet in what is said of them.
    private func answer(
        of topic: Topic = .ledger, _ members: () async throws -> [JSON.Member]
    ) async throws -> Response {
        try await whole {
            let freshness = try await watch.freshness(of: topic)
            let members = try await members()
            let fresh = JSON.object([
                JSON.Member("behind", freshness.behind.map { .number(String($0)) } ?? .null),
                JSON.Member("quarantined", .number(String(freshness.quarantined))),
                JSON.Member("commandsBehind", .number(String(freshness.commandsBehind))),
                JSON.Member("missingPartitions", .array(freshness.missing.map { .number(String($0)) })),
            ])
            return Response(json: JSON.object(members + [JSON.Member("freshness", fresh)]).description + "\n")
        }
    }

    private static func missing(_ place: String, _ message: String) -> RequestProblem {
        RequestProblem(
            .notFound,
            Problem(where: place, message, remedy: "See /v1/payees for who has statements, and for which periods."))
    }
}
