import Crypto
import Domain
import Foundation
import Hummingbird
import Logging
import Records
import RimSupport
import Runtime
import Streams
import SwiftProtobuf
import TestSupport

@testable import ingest

/// The rim of ingest on a log in memory, without a socket. The clock stands still.
final class PostingDeals: Sendable {
    let tiny: TinyLog
    let appender: Appender
    private let routes: DealRoutes
    private let watch: CompanyWatch

    static let secret = "the-secret-of-the-test"
    static let now: Int64 = 1_767_225_600

    init(
        _ firm: CreditingFirm = CreditingFirm(), mapping: String? = nil,
        appender limits: (count: Int, bytes: Int) = (10_000, 1 << 26), tooMuch: String? = nil
    ) throws {
        tiny = try TinyLog()
        let application = tiny.application
        let entities = firm.entities + (mapping.map { [.mapping(source: "crm", text: $0)] } ?? [])
        let set = try CompanyChangeSet(entities.map { .set($0) }, base: 0, by: "test")
        let producer = try tiny.log.makeProducer()
        for part in set.parts {
            let command = WireCommand.with { $0.company = part }
            try producer.append(
                Record(key: nil, value: try command.encoded(), timestamp: 0),
                to: TopicPartition(application.topic(.commands), 0))
        }
        try producer.flush()
        appender = Appender(log: tiny.log, maximumCount: limits.count, maximumBytes: limits.bytes)
        watch = CompanyWatch(log: tiny.log, source: TopicPartition(application.topic(.commands), 0))
        let signature = SourceSignature(secrets: [SymmetricKey(data: Data(PostingDeals.secret.utf8))])
        routes = DealRoutes(
            application: application, watch: watch, appender: appender,
            bodies: BodyReading(maximum: DealRoutes.maximumBody), tooMuch: { tooMuch },
            signatures: ["api": signature, "crm": signature, "nobody": signature],
            accepted: Metrics().counter("accepted", ""), refused: Metrics().counter("refused", ""),
            now: { PostingDeals.now * 1000 })
    }

    private var router: Rim.Routes {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return Rim.router(
            health: Health(), metrics: Metrics(), logger: logger, maximumBody: DealRoutes.maximumBody,
            routes: routes.add)
    }

    /// Runs `body` while watch and appender work.
    func whileRunning(
        watch isWatching: Bool = true, appender isAppending: Bool = true,
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            if isWatching { group.addTask { [watch] in try await watch.run() } }
            if isAppending { group.addTask { [appender] in try await appender.run() } }
            while isWatching, watch.latest == nil { try await Task.sleep(for: .milliseconds(2)) }
            try await body()
            appender.stop()
            watch.stop()
            try await group.waitForAll()
        }
    }

    /// A signed post; `headers` replace those of a good one, empty ones leave them out.
    func post(
        _ body: String, source: String = "api", path: String? = nil, method: HTTPRequest.Method = .post,
        headers: [String: String] = [:]
    ) async throws -> Reply {
        let signature = SourceSignature(secrets: [SymmetricKey(data: Data(PostingDeals.secret.utf8))])
        var all = [
            SourceSignature.header: signature.sign(timestamp: PostingDeals.now, body: Array(body.utf8)) ?? "",
            SourceSignature.timestampHeader: "\(PostingDeals.now)",
        ]
        all.merge(headers) { $1 }
        var fields = HTTPFields()
        for (name, value) in all.sorted(by: { $0.key < $1.key }) where !value.isEmpty {
            if let name = HTTPFields.Element.Name(name) { fields[name] = value }
        }
        return try await Reply(router, method, path ?? "/v1/sources/\(source)/deals", headers: fields, body: body)
    }

    func told(
        _ body: String, source: String = "api", path: String? = nil, method: HTTPRequest.Method = .post,
        headers: [String: String] = [:]
    ) async throws -> String {
        try answer(try await post(body, source: source, path: path, method: method, headers: headers))
    }

    /// `202`, or the status and a line a problem.
    func answer(_ reply: Reply) throws -> String {
        guard reply.status != 202 else { return "202" }
        let problems = try JSONDecoder().decode(Problems.self, from: Data(reply.body.utf8))
        return ([String(reply.status)] + problems.problems.map(\.description)).joined(separator: "\n")
    }
}
