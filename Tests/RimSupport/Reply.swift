package import Hummingbird
import HummingbirdCore
import Logging
package import Runtime
import Synchronization

/// What a router answers to one request, without a socket in between.
package struct Reply: Sendable {
    package let status: Int
    package let headers: HTTPFields
    package let body: String

    package init(
        _ router: Rim.Routes, _ method: HTTPRequest.Method = .get, _ path: String, headers: HTTPFields = [:],
        body: String = ""
    ) async throws {
        let request = Request(
            head: HTTPRequest(method: method, scheme: nil, authority: nil, path: path, headerFields: headers),
            body: RequestBody(buffer: ByteBuffer(string: body)))
        let context = RimContext(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let response = try await router.buildResponder().respond(to: request, context: context)
        let collector = Collector()
        try await response.body.write(collector)
        status = response.status.code
        self.headers = response.headers
        self.body = collector.text
    }
}

private final class Collector: ResponseBodyWriter, Sendable {
    private let bytes = Mutex<[UInt8]>([])

    func write(_ buffer: ByteBuffer) async throws { bytes.withLock { $0 += buffer.readableBytesView } }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}

    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
}
