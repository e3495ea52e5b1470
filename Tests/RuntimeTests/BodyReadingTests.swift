import Hummingbird
import Logging
import NIOCore
import Testing

@testable import Runtime

@Suite("Reading bodies")
struct BodyReadingTests {
    /// Tests beside these may keep all threads busy for minutes.
    private static let anyTime = Duration.seconds(3600)
    private let context = RimContext(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })

    /// As many parts of a hundred bytes, with a pause before each.
    private struct Parts: AsyncSequence, AsyncIteratorProtocol, Sendable {
        var left: Int
        let pause: Duration

        mutating func next() async -> ByteBuffer? {
            try? await Task.sleep(for: pause)
            left -= 1
            return left < 0 ? nil : ByteBuffer(repeating: 7, count: 100)
        }

        func makeAsyncIterator() -> Self { self }
    }

    private func request(_ parts: Int, pause: Duration = .zero) -> Request {
        let head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/")
        return Request(head: head, body: RequestBody(asyncSequence: Parts(left: parts, pause: pause)))
    }

    @Test("a body comes as it was sent")
    func whole() async throws {
        let bytes = try await BodyReading(maximum: 1000, time: Self.anyTime).read(request(10), context) { $0 }
        #expect(bytes == Array(repeating: 7, count: 1000))
    }

    @Test("I5: a body that grows too large is refused with 413, one that takes too long with 408")
    func bounds() async throws {
        for (request, time, status) in [
            (request(11), Self.anyTime, HTTPResponse.Status.contentTooLarge),
            (request(9, pause: .milliseconds(20)), .milliseconds(50), .requestTimeout),
        ] {
            await #expect {
                try await BodyReading(maximum: 1000, time: time).read(request, context) { _ in }
            } throws: {
                ($0 as? HTTPError)?.status == status
            }
        }
    }

    @Test("I5: all bodies together take no more than they may, and what is done gives its part back")
    func together() async throws {
        let reading = BodyReading(maximum: 1000, together: 1500, time: Self.anyTime)
        for _ in 0..<3 {
            try await reading.read(request(10), context) { _ in
                try await reading.read(request(5), context) { _ in }
                await #expect(throws: BodyReading.Full.self) { try await reading.read(request(6), context) { _ in } }
            }
        }
    }
}
