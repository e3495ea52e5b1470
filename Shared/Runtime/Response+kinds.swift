import Foundation
package import Hummingbird

extension Response {
    package init(
        text: String, status: HTTPResponse.Status = .ok, contentType: String = "text/plain; charset=utf-8"
    ) {
        self.init(
            status: status, headers: [.contentType: contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    package init(html: String, status: HTTPResponse.Status = .ok) {
        self.init(text: html, status: status, contentType: "text/html; charset=utf-8")
    }

    package init(json: String, status: HTTPResponse.Status = .ok) {
        self.init(text: json, status: status, contentType: "application/json")
    }

    /// `{"problems":[{"where":…,"message":…,"remedy":…}]}`
    package init(problems: [Problem], status: HTTPResponse.Status) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = (try? encoder.encode(Problems(problems))) ?? Data(#"{"problems":[]}"#.utf8)
        self.init(json: String(decoding: data, as: UTF8.self) + "\n", status: status)
    }
}

/// A request that cannot be served, with what the caller can do about it.
package struct RequestProblem: Error, Sendable {
    package let status: HTTPResponse.Status
    package let problems: [Problem]

    package init(_ status: HTTPResponse.Status, _ problems: Problem...) { self.init(status, problems) }

    package init(_ status: HTTPResponse.Status, _ problems: [Problem]) {
        self.status = status
        self.problems = problems
    }
}
