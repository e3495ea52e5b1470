import Domain
import Hummingbird
import Logging
import Records
import Runtime

/// The pages and the JSON API: every request reads its own snapshot of the stores, nothing waits for the tasks.
struct Site: Sendable {
    let shelf: Shelf
    let watch: LagWatch
    let overviews: OverviewCache
    let pages: Pages

    init(shelf: Shelf, watch: LagWatch) throws {
        self.shelf = shelf
        self.watch = watch
        overviews = OverviewCache(shelf: shelf)
        pages = try Pages()
    }

    func addRoutes(_ router: Rim.Routes) {
        router.get("/") { request, _ in try await page { try await index(request) } }
        router.get("statements/:payee/:period") { request, context in
            try await page { try await statement(request, context) }
        }
        router.get("payees/:payee") { request, context in try await page { try await payee(request, context) } }
        router.get("corrections") { request, _ in try await page { try await corrections(IndexQuery(request).page) } }
        router.get("skipped") { request, _ in try await page { try await skipped(IndexQuery(request).page) } }
        router.get("attain.css") { _, _ in
            var response = Response(text: Style.sheet, contentType: "text/css; charset=utf-8")
            response.headers[.cacheControl] = "public, max-age=3600"
            return response
        }
        router.get("**") { request, _ in try await page { throw NotFound("There is no page at this address.") } }
        addInterface(router.group("v1"))
    }

    /// What cannot be found, or not now, gets a page that helps, not a bare error.
    private func page(_ body: () async throws -> Response) async throws -> Response {
        do {
            return try await whole {
                do { return try await body() } catch let missing as NotFound {
                    let frame = try await frame(title: "Not found")
                    return Response(html: pages.notFound(missing.message, frame), status: .notFound)
                }
            }
        } catch let error as RequestProblem where error.status == .serviceUnavailable {
            guard let frame = try? await frame(title: "Not available") else { throw error }
            let message = error.problems.map(\.description).joined(separator: " ")
            return Response(html: pages.unavailable(message, frame), status: .serviceUnavailable)
        }
    }

    /// An answer from stores that stayed the same meanwhile. Which one did not is for the program's log.
    func whole(_ body: () async throws -> Response) async throws -> Response {
        do { return try await shelf.wholly(body) } catch let problem as Problem {
            watch.logger.warning("a request is refused", metadata: ["error": "\(problem)"])
            throw RequestProblem(.serviceUnavailable, problem.where == Shelf.place ? problem : Shelf.renewed)
        }
    }

    /// For an answer that says nothing of how fresh it is.
    func expectWhole(of payee: PayeeID) async throws { try await shelf.expectWhole(of: payee, ends: watch.latest) }

    /// To be asked before the figures: what comes in between is in them, and not yet in what is said of them.
    func frame(title: String, of topic: Topic = .ledger) async throws -> Pages.Frame {
        try await Pages.Frame(title: title, names: Names.read(shelf), freshness: watch.freshness(of: topic))
    }

    private func index(_ request: Request) async throws -> Response {
        let query = IndexQuery(request)
        let frame = try await frame(title: "Statements")
        return Response(html: try pages.index(try await overviews.overview(), query, frame))
    }

    private func statement(_ request: Request, _ context: RimContext) async throws -> Response {
        let payee = PayeeID(try Site.text("payee", context))
        let (label, suffix) = Site.split(try Site.text("period", context))
        guard let period = Period(label) else { throw NotFound("There is no statement of \(payee) for \(label).") }
        if !suffix.isEmpty { try await expectWhole(of: payee) }
        let frame = try await frame(title: "\(Pages.title(period)) · \(payee)")
        guard let shown = try await shelf.statement(of: payee, period) else {
            throw NotFound("There is no statement of \(payee) for \(label).")
        }
        let statement = shown.statement
        switch suffix {
        case "json": return Response(json: shown.json.description + "\n")
        case "csv": return Site.download(statement.csv, "text/csv; charset=utf-8", "\(payee)-\(label).csv")
        case "txt":
            let names = try await Names.read(shelf)
            return Response(
                text: statement.text(
                    name: names[payee], company: names.company, standing: shown.standing, explained: true))
        default:
            return Response(html: pages.statement(shown, others: try await shelf.periods(of: payee), frame))
        }
    }

    private func payee(_ request: Request, _ context: RimContext) async throws -> Response {
        let payee = PayeeID(try Site.text("payee", context))
        let frame = try await frame(title: payee.text)
        let statements = try await shelf.statements(of: payee)
        guard !statements.isEmpty else { throw NotFound("Nothing was ever posted for \(payee).") }
        return Response(html: try pages.payee(payee, statements, frame))
    }

    private func corrections(_ number: Int) async throws -> Response {
        let frame = try await frame(title: "Corrections")
        return Response(html: pages.corrections(try await Correction.read(shelf), page: number, frame))
    }

    private func skipped(_ number: Int) async throws -> Response {
        let frame = try await frame(title: "Skipped deals", of: .skippedDeals)
        return Response(html: pages.skipped(try await SkippedDeal.read(shelf), page: number, frame))
    }

    /// `2026-03.csv` is the period and the form it is wanted in.
    private static func split(_ text: String) -> (label: String, suffix: String) {
        guard let dot = text.lastIndex(of: ".") else { return (text, "") }
        return (String(text[..<dot]), String(text[text.index(after: dot)...]))
    }

    /// A part of the path as it was meant, without percent encoding. SQLite would take a NUL for the end of the text.
    static func text(_ name: String, _ context: RimContext) throws -> String {
        guard let text = context.parameters.get(name).flatMap(\.percentDecoded), !text.isEmpty, !text.utf8.contains(0)
        else {
            throw HTTPError(.badRequest, message: "\(name) in the address cannot be read")
        }
        return text
    }

    private static func download(_ text: String, _ type: String, _ name: String) -> Response {
        var response = Response(text: text, contentType: type)
        response.headers[.contentDisposition] = "attachment; filename*=UTF-8''\(name.percentEncoded)"
        return response
    }
}

struct NotFound: Error {
    let message: String
    init(_ message: String) { self.message = message }
}

/// What of the overview to show.
struct IndexQuery: Hashable, Sendable {
    var search = ""
    var year: Int?
    var page = 1

    static let pageSize = 50

    init(_ request: Request) {
        let query = request.uri.queryParameters
        search = IndexQuery.typed("search", request) ?? ""
        year = query["year"].flatMap { Int($0) }
        page = min(max(1, query["page"].flatMap { Int($0) } ?? 1), IndexQuery.lastPage)
    }

    /// More than a log of all the world's people fills.
    private static let lastPage = 1_000_000_000

    /// As a form sends it: a plus is a space as long as nothing is decoded.
    private static func typed(_ name: String, _ request: Request) -> String? {
        let parts = request.uri.query?.split(separator: "&") ?? []
        guard let part = parts.first(where: { $0.hasPrefix("\(name)=") }) else { return nil }
        let text = String(part.dropFirst(name.count + 1)).formDecoded
        return text.percentDecoded ?? text
    }

    init() {}

    func address(page: Int) -> String {
        "/?search=\(search.percentEncoded)" + (year.map { "&year=\($0)" } ?? "") + "&page=\(page)"
    }
}
