import Hummingbird
import Logging
import RimSupport
import Testing

@testable import Runtime

/// Through the router as a socket would call it, without a socket.
@Suite("The HTTP rim")
struct RimTests {
    private func get(
        _ path: String, headers: HTTPFields = [:], health: Health = Health(), metrics: Metrics = Metrics(),
        routes: (Rim.Routes) -> Void = { _ in }
    ) async throws -> Reply {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let router = Rim.router(health: health, metrics: metrics, logger: logger, maximumBody: 100, routes: routes)
        return try await Reply(router, .get, path, headers: headers)
    }

    @Test("it is live at once, and ready when every check passes")
    func health() async throws {
        #expect(try await get("/live").status == 200)
        #expect(try await get("/ready").status == 200)
        let waiting = Health([{ Problem(where: "stream thread 1", "3 partitions are restoring", remedy: "Wait.") }])
        let reply = try await get("/ready", health: waiting)
        #expect(reply.status == 503)
        #expect(
            reply.body
                == #"{"problems":[{"message":"3 partitions are restoring","remedy":"Wait.","where":"stream thread 1"}]}"#
                + "\n")
    }

    @Test("every response says how browsers must treat it, errors too", arguments: ["/live", "/nowhere", "/broken"])
    func securityHeaders(_ path: String) async throws {
        struct Broken: Error {}
        let reply = try await get(path) { router in
            router.get("broken") { _, _ -> Response in throw Broken() }
        }
        #expect(reply.headers[.cacheControl] == "no-store")
        for name in ["Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"] {
            #expect(reply.headers.contains { $0.name.rawName == name }, "\(name) is missing at \(path)")
        }
    }

    @Test("an error inside is not told outside")
    func secretError() async throws {
        struct Secret: Error { let password = "hush" }
        let reply = try await get("/broken") { router in
            router.get("broken") { _, _ -> Response in throw Secret() }
        }
        #expect(reply.status == 500)
        #expect(!reply.body.contains("hush"))
        #expect(reply.body.contains("problems"))
    }

    @Test("a body that is announced too large is refused before it is read")
    func bodyLimit() async throws {
        let reply = try await get("/live", headers: [.contentLength: "101"])
        #expect(reply.status == 413)
        #expect(reply.body.contains("the body has 101 bytes, more than 100"))
    }

    @Test("requests are counted by class of status")
    func counted() async throws {
        let metrics = Metrics()
        _ = try await get("/live", metrics: metrics)
        #expect(metrics.text().contains("attain_http_requests_total{status=\"2xx\"} 1"))
    }
}
