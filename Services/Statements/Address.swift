import Domain
import Foundation

extension String {
    /// As one part of a path or a value of a query: only what RFC 3986 calls unreserved stands as it is.
    var percentEncoded: String {
        var allowed = CharacterSet(charactersIn: "-._~")
        allowed.insert(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        return addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    }

    var percentDecoded: String? { removingPercentEncoding }

    /// HTML forms write a space as `+`.
    var formDecoded: String { split(separator: "+", omittingEmptySubsequences: false).joined(separator: " ") }
}

enum Address {
    static func statement(_ payee: PayeeID, _ period: Period) -> String {
        "/statements/\(payee.text.percentEncoded)/\(period.label)"
    }

    static func payee(_ payee: PayeeID) -> String { "/payees/\(payee.text.percentEncoded)" }
}
