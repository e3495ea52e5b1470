import Hummingbird
import Logging

/// Every response says how browsers must treat it. Pages have one stylesheet of their own and no script.
struct SecurityHeaders: RouterMiddleware {
    typealias Context = RimContext

    private static let policy =
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
        + "frame-ancestors 'none'"

    func handle(
        _ request: Request, context: RimContext, next: (Request, RimContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        set("Content-Security-Policy", Self.policy, &response)
        set("X-Content-Type-Options", "nosniff", &response)
        set("X-Frame-Options", "DENY", &response)
        set("Referrer-Policy", "no-referrer", &response)
        set("Cross-Origin-Opener-Policy", "same-origin", &response)
        set("Cross-Origin-Resource-Policy", "same-origin", &response)
        // Pay is nobody's to keep on the way.
        set("Cache-Control", "no-store", &response)
        return response
    }

    /// A route that says otherwise is left alone.
    private func set(_ name: String, _ value: String, _ response: inout Response) {
        guard let field = HTTPFields.Element.Name(name), response.headers[field] == nil else { return }
        response.headers[field] = value
    }
}

/// Errors become problems in JSON. What went wrong inside is logged, not told.
struct ProblemResponses: RouterMiddleware {
    typealias Context = RimContext
    let logger: Logger

    func handle(
        _ request: Request, context: RimContext, next: (Request, RimContext) async throws -> Response
    ) async throws -> Response {
        let place = "\(request.method.rawValue) \(request.uri.path)"
        do { return try await next(request, context) } catch let problem as RequestProblem {
            return Response(problems: problem.problems, status: problem.status)
        } catch let error as any HTTPResponseError {
            let message = (error as? HTTPError)?.body ?? error.status.reasonPhrase.lowercased()
            return Response(
                problems: [Problem(where: place, message, remedy: Self.remedy(for: error.status.code))],
                status: error.status)
        } catch {
            logger.error("failed to answer", metadata: ["request": "\(place)", "error": "\(error)"])
            return Response(
                problems: [
                    Problem(
                        where: place, "something went wrong in the program",
                        remedy: "Try again; the program's log says what happened.")
                ], status: .internalServerError)
        }
    }

    private static func remedy(for code: Int) -> String {
        switch code {
        case 404: "Check the address."
        case 405: "Use another method."
        case 413: "Send less at once."
        default: "Correct the request and send it again."
        }
    }
}

/// Refuses a body that is announced as larger than the limit, before a byte of it is read.
struct BodyLimit: RouterMiddleware {
    typealias Context = RimContext
    let maximum: Int

    func handle(
        _ request: Request, context: RimContext, next: (Request, RimContext) async throws -> Response
    ) async throws -> Response {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > maximum {
            throw HTTPError(.contentTooLarge, message: "the body has \(length) bytes, more than \(maximum)")
        }
        return try await next(request, context)
    }
}

/// Counts and logs requests: method, path, status, time. Never the query or the body, which may hold what is private.
struct RequestLogging: RouterMiddleware {
    typealias Context = RimContext
    private let logger: Logger
    private let requests: [Counter]
    private let milliseconds: Counter

    init(metrics: Metrics, logger: Logger) {
        self.logger = logger
        requests = (1...5).map { hundreds in
            metrics.counter(
                "attain_http_requests_total", "Requests answered, by class of status.",
                labels: [("status", "\(hundreds)xx")])
        }
        milliseconds = metrics.counter("attain_http_milliseconds_total", "Time spent answering requests.")
    }

    func handle(
        _ request: Request, context: RimContext, next: (Request, RimContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        let elapsed = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        milliseconds.add(elapsed)
        requests[max(1, min(5, response.status.code / 100)) - 1].add()
        let isProbe = ["/live", "/ready", "/metrics"].contains(request.uri.path)
        logger.log(
            level: isProbe ? .debug : .info, "answered",
            metadata: [
                "method": "\(request.method.rawValue)", "path": "\(request.uri.path)",
                "status": "\(response.status.code)", "milliseconds": "\(elapsed)",
            ])
        return response
    }
}
