import ArgumentParser
import Crypto
import Foundation
import Logging
import Runtime

/// `ingest serve`: rim, crediting and command task in one process.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Takes deals over HTTP, credits them, and tells payees what is agreed.",
        discussion: """
            POST /v1/sources/SOURCE/deals takes one deal as a JSON object, or a list of up to 1000; 202 says that they \
            are durable. Every source signs with a secret of its own:

                export ATTAIN_SECRET_API=@/run/secrets/api
                ingest serve --http 127.0.0.1:8081

            The source 'api' takes deals in our own form (id, stage, closed, amount, currency, owner, splits, lines, \
            product, account, kind, revision, cancelled, reason, invoiced, milestones); others are read by the mapping \
            of the company folder. POST /v1/sources/SOURCE/payments takes payments, in our own form (id, deal, date, \
            amount, currency) from the source 'payments'.
            """)

    @OptionGroup var common: ProgramOptions
    @OptionGroup var http: HTTPOptions

    @Option(help: ArgumentHelp("Threads that credit; more than partitions are idle.", valueName: "count"))
    var threads = 1

    @Option(
        help: ArgumentHelp(
            "Answer posts with 503 while more records than this wait to be credited, calculated or stated.",
            valueName: "records"))
    var maximumBacklog: Int64 = 1_000_000

    func validate() throws {
        guard maximumBacklog > 0 else { throw ValidationError("--maximum-backlog takes a whole number above 0") }
        guard (1...256).contains(threads) else { throw ValidationError("--threads takes a whole number from 1 to 256") }
    }

    func run() async throws {
        let work = try Workplace(common, keys: ["http"], createsLog: true)
        let address = try http.address(work.settings.configuration, defaultPort: 8081)
        let signatures = try Self.signatures(ProcessInfo.processInfo.environment)
        if signatures.isEmpty {
            work.logger.notice(
                "found no secret, so every post will be refused", metadata: ["set": "ATTAIN_SECRET_SOURCE"])
        }
        try await Program.run(
            try work.program(
                at: address, threads: threads, signatures: signatures, maximumBacklog: maximumBacklog),
            logger: work.logger)
    }

    /// `ATTAIN_SECRET_<SOURCE>` holds a source's secret, or `@FILE`; two, divided by a space, while one is replaced. By
    /// `SourceSignature.name(ofSource:)`.
    static func signatures(_ environment: [String: String]) throws -> [String: SourceSignature] {
        let prefix = "ATTAIN_SECRET_"
        var result: [String: SourceSignature] = [:]
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix(prefix) {
            let source = String(name.dropFirst(prefix.count))
            let secrets = try text(value, of: name).split(whereSeparator: \.isWhitespace)
            guard !secrets.isEmpty, secrets.allSatisfy({ $0.utf8.count >= 16 }) else {
                throw Problem(
                    where: name, "a secret has at least 16 characters",
                    remedy: "Make one, with 'openssl rand -hex 32' for example.")
            }
            result[SourceSignature.name(ofSource: source)] = SourceSignature(
                secrets: secrets.map { SymmetricKey(data: Data($0.utf8)) })
        }
        return result
    }

    private static func text(_ value: String, of name: String) throws -> String {
        guard value.hasPrefix("@") else { return value }
        do { return try String(contentsOfFile: String(value.dropFirst()), encoding: .utf8) } catch {
            throw Problem(
                where: name, "the file \(value.dropFirst()) cannot be read",
                remedy: "Check that it exists and who may read it.")
        }
    }
}
