import Crypto
import Foundation
import FoundationNetworking

/// What a program answered.
struct HTTP {
    let status: Int
    let text: String
    /// In seconds.
    let retryAfter: Int?

    /// Closes the connection: a program is asked a few times and ends, and what stays open to each would pile up in a long
    /// run. Posts keep theirs, since a new one is not possible with FoundationNetworking beside a thousand other descriptors.
    static func get(_ address: String) async throws -> HTTP {
        var request = try request(address)
        request.setValue("close", forHTTPHeaderField: "Connection")
        return try await send(request)
    }

    /// Posts JSON, signed as the README of ingest describes it, or not signed.
    static func post(_ body: String, to address: String, secret: String?, now: Date = Date()) async throws -> HTTP {
        try await post(Data(body.utf8), to: address, secret: secret, now: now)
    }

    static func post(
        _ body: Data, encoding: String? = nil, to address: String, secret: String?, now: Date = Date()
    ) async throws -> HTTP {
        var request = try request(address)
        request.httpMethod = "POST"
        request.httpBody = body
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        if let encoding { request.setValue(encoding, forHTTPHeaderField: "Content-Encoding") }
        if let secret {
            let time = String(Int64(now.timeIntervalSince1970))
            let code = HMAC<SHA256>.authenticationCode(
                for: Data("\(time).".utf8) + body, using: SymmetricKey(data: Data(secret.utf8)))
            let digits = code.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            request.setValue(time, forHTTPHeaderField: "X-Attain-Timestamp")
            request.setValue("v1=\(digits)", forHTTPHeaderField: "X-Attain-Signature")
        }
        return try await send(request)
    }

    private static func request(_ address: String) throws -> URLRequest {
        guard let url = URL(string: address) else { throw NeverHappened(description: "\(address) is an address") }
        return URLRequest(url: url)
    }

    private static func send(_ request: URLRequest) async throws -> HTTP {
        let (data, response) = try await URLSession.shared.data(for: request)
        let reply = response as? HTTPURLResponse
        return HTTP(
            status: reply?.statusCode ?? 0, text: String(decoding: data, as: UTF8.self),
            retryAfter: reply?.value(forHTTPHeaderField: "Retry-After").flatMap { Int($0) })
    }
}
