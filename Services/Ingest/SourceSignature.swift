import Crypto
import Foundation

/// Who may post deals for a source: whoever can sign with one of its secrets. Two may be active while one is replaced.
///
/// `X-Attain-Signature: v1=<hex HMAC-SHA256 of "timestamp.body">` and `X-Attain-Timestamp: <seconds since 1970>`, which
/// must be within five minutes, so that a captured request cannot be sent again later.
struct SourceSignature: Sendable {
    static let header = "X-Attain-Signature"
    static let timestampHeader = "X-Attain-Timestamp"
    static let tolerance: Int64 = 300

    let secrets: [SymmetricKey]

    /// By which a source finds its secret. No name of a variable of the environment tells `my-crm` from `My.CRM`, so these
    /// two share one.
    static func name(ofSource source: String) -> String {
        String(source.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" })
    }

    /// Says nothing about why, because that would help a forger.
    func isValid(timestamp: String?, signature: String?, body: [UInt8], now: Int64) -> Bool {
        guard let timestamp, let signature, timestamp.utf8.count <= 12, let seconds = Int64(timestamp),
            (now - SourceSignature.tolerance...now + SourceSignature.tolerance).contains(seconds)
        else { return false }
        let signed = Array("\(timestamp).".utf8) + body
        let candidates = signature.split(separator: ",").prefix(4).compactMap { SourceSignature.code(in: $0) }
        return candidates.contains { code in
            secrets.contains { HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: $0) }
        }
    }

    /// What a sender puts into the header; for our own tools and tests.
    func sign(timestamp: Int64, body: [UInt8]) -> String? {
        secrets.first.map { secret in
            let code = HMAC<SHA256>.authenticationCode(for: Array("\(timestamp).".utf8) + body, using: secret)
            return "v1=" + code.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        }
    }

    /// The 32 bytes of `v1=…`; `nil` for anything else.
    private static func code(in text: Substring) -> [UInt8]? {
        let digits = Array(text.trimmingPrefix(" ").utf8)
        guard digits.count == 67, digits.starts(with: "v1=".utf8) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 3, to: 67, by: 2) {
            guard let high = nibble(digits[index]), let low = nibble(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 97...102: digit - 87
        case 65...70: digit - 55
        default: nil
        }
    }
}
