import Domain
import Foundation
import Hummingbird
import Records
import Runtime
import Streams
import SwiftProtobuf

/// `POST /v1/sources/SOURCE/deals`: one deal or a list; `…/payments` the same for a source of payments. 202 says that
/// they are durable in `deal-events`.
struct DealRoutes: Sendable {
    let application: Records.Application
    let watch: CompanyWatch
    let appender: Appender
    let bodies: BodyReading
    /// Why nothing more is to come for now.
    let tooMuch: @Sendable () -> String?
    /// Those who may post, by `SourceSignature.name(ofSource:)`.
    let signatures: [String: SourceSignature]
    let accepted: Counter
    let refused: Counter
    /// Milliseconds since 1970. The one clock of the rim: what it says goes into the log.
    let now: @Sendable () -> Int64

    static let maximumBody = 4 << 20

    func add(to routes: Rim.Routes) {
        for subject in Subject.allCases {
            routes.post("v1/sources/:source/\(subject.rawValue)") { request, context in
                try await post(request, subject, source: try context.parameters.require("source"), context)
            }
        }
    }

    enum Subject: String, Sendable, CaseIterable { case deals, payments }

    private func post(
        _ request: Request, _ subject: Subject, source: String, _ context: RimContext
    ) async throws -> Response {
        do {
            return try await bodies.read(request, context) { body in
                try await take(body, of: request, subject, source: source)
            }
        } catch {
            refused.add()
            switch error {
            case let full as BodyReading.Full: return busy(full.reason)
            case let full as AppenderFull: return busy(full.reason)
            case let early as NotReady: return busy(early.reason)
            case let late as AppenderLate:
                return busy(late.description, "Send it again: whether it was taken or not, it counts once.")
            default: throw error
            }
        }
    }

    private func take(
        _ body: [UInt8], of request: Request, _ subject: Subject, source: String
    ) async throws -> Response {
        let time = now()
        try authenticate(request, source: source, body: body, now: time / 1000)
        guard let sight = watch.latest else {
            throw NotReady(reason: "the company's commands are still being read")
        }
        if let reason = tooMuch() { throw NotReady(reason: reason) }
        let deals = try check(body, subject, source: source, company: sight.company)
        let key = try key(of: request)
        let appended = try deals.enumerated().map { index, deal in
            try record(deal, subject, source: source, key: key.map { "\($0)/\(index)" }, sight: sight, now: time)
        }
        let offsets = try await appender.append(appended)
        accepted.add(Int64(deals.count))
        return answer(subject, deals, appended, offsets)
    }

    private func authenticate(_ request: Request, source: String, body: [UInt8], now: Int64) throws {
        let isValid = signatures[SourceSignature.name(ofSource: source)]?.isValid(
            timestamp: header(SourceSignature.timestampHeader, request),
            signature: header(SourceSignature.header, request),
            body: body, now: now)
        guard isValid == true else {
            throw RequestProblem(
                .unauthorized,
                Problem(
                    where: "source '\(source)'", "the request carries no valid signature",
                    remedy: "Sign it with the source's secret (see the README of ingest), and check the sender's clock."
                ))
        }
    }

    private func check(
        _ body: [UInt8], _ subject: Subject, source: String, company: Company
    ) throws -> [BodyChecking.Checked] {
        guard let mapping = company.mappings[source] else {
            throw RequestProblem(
                .notFound,
                Problem(
                    where: "source '\(source)'", "it has no mapping",
                    remedy: "Add mappings/\(source).yaml to the company folder and run 'ingest apply'."))
        }
        let read: Subject = mapping.payment == nil ? .deals : .payments
        guard read == subject else {
            throw RequestProblem(
                .notFound,
                Problem(
                    where: "source '\(source)'", "its mapping reads \(read.rawValue), not \(subject.rawValue)",
                    remedy: "Post to /v1/sources/\(source)/\(read.rawValue)."))
        }
        do { return try BodyChecking(mapping: mapping).check(body) } catch {
            throw RequestProblem(.badRequest, error.problems)
        }
    }

    private func record(
        _ deal: BodyChecking.Checked, _ subject: Subject, source: String, key: String?, sight: CompanyWatch.Sight,
        now: Int64
    ) throws -> (Record, TopicPartition) {
        var event = DealEvent(subject == .deals ? .received : .payment)
        event.source = source
        event.deal = deal.id.text
        event.body = deal.body[...]
        event.event =
            key.map { "\(source)/\($0)" }
            ?? deal.revision.map { "\(source)/\(deal.id)/\($0)" }
            ?? "\(source)/\(deal.id)/\(now)/\(hexadecimal(digest(deal.body).prefix(8)))"
        event.received = now
        event.commandsOffset = sight.offset
        event.provenance = "POST /v1/sources/\(source)/\(subject.rawValue)"
        return (try DealEventRecord.make(event), DealEventRecord.destination(of: deal.id, application))
    }

    private func answer(
        _ subject: Subject, _ deals: [BodyChecking.Checked], _ records: [(Record, TopicPartition)], _ offsets: [Int64]
    ) -> Response {
        let list = zip(deals, zip(records, offsets)).map { deal, place in
            JSON.object([
                .init("id", .string(deal.id.text)), .init("partition", .number(String(place.0.1.partition))),
                .init("offset", .number(String(place.1))),
            ])
        }
        let body = JSON.object([.init("accepted", .number(String(deals.count))), .init(subject.rawValue, .array(list))])
        return Response(json: body.description + "\n", status: .accepted)
    }

    private func header(_ name: String, _ request: Request) -> String? {
        HTTPFields.Element.Name(name).flatMap { request.headers[$0] }
    }

    /// What the sender calls this event, the same for every delivery of it.
    private func key(of request: Request) throws -> String? {
        for name in ["Idempotency-Key", "ce-id"] {
            guard let key = header(name, request) else { continue }
            guard (1...200).contains(key.utf8.count) else {
                throw RequestProblem(
                    .badRequest,
                    Problem(
                        where: "header \(name)", "it has \(key.utf8.count) bytes",
                        remedy: "Send a key of 1 to 200 bytes."))
            }
            return key
        }
        return nil
    }

    private struct NotReady: Error { let reason: String }

    private func busy(_ reason: String, _ remedy: String = "Nothing was taken; try again in a second.") -> Response {
        var response = Response(
            problems: [Problem(where: "ingest", reason, remedy: remedy)], status: .serviceUnavailable)
        response.headers[.retryAfter] = "1"
        return response
    }
}
