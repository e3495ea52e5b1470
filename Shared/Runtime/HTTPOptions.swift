import ArgumentParser

/// Where a program's HTTP rim listens.
package struct HTTPOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "Where to listen for HTTP: HOST:PORT, or PORT on this machine only.",
            discussion: """
                For one program: ATTAIN_STATEMENTS_HTTP in the environment, 'statements.http: …' in the file. \
                Listening beyond this machine is for trusted networks or behind a proxy that authenticates.
                """,
            valueName: "address"))
    var http: String?

    package init() {}

    package func address(_ configuration: Configuration, defaultPort: Int) throws(Problem) -> HTTPAddress {
        try configuration.value(
            "http", flag: http, default: "127.0.0.1:\(defaultPort)",
            expected: "an address such as 127.0.0.1:\(defaultPort) or 0.0.0.0:\(defaultPort)"
        ) { text in HTTPAddress(text) }
    }
}

package struct HTTPAddress: Hashable, Sendable, CustomStringConvertible {
    package let host: String
    package let port: Int

    /// Reads `HOST:PORT`, `[::1]:PORT` or `PORT`; `nil` for anything else.
    package init?(_ text: String) {
        let colon = text.lastIndex(of: ":")
        let digits = colon.map { String(text[text.index(after: $0)...]) } ?? text
        guard let port = Int(digits), (0...65_535).contains(port), digits.utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        var host = colon.map { String(text[..<$0]) } ?? "127.0.0.1"
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty else { return nil }
        (self.host, self.port) = (host, port)
    }

    package var isLocal: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
