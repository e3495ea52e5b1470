import ArgumentParser
import Runtime

struct Hash: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints one SHA-256 for all statements and one for all balances.",
        discussion: """
            Two runs over the same deals give the same hashes, in whatever order the deals came in. The first covers \
            every statement as JSON by payee and period, the second every balance by payee, period, account and \
            currency.
            """)

    @OptionGroup(title: "Options of all programs") var common: ProgramOptions

    func run() async throws {
        let place = try Workplace(common)
        try await place.catchUp().warn()
        let fingerprint = try await Fingerprint.of(place.shelf)
        Terminal.writeOutput(fingerprint.text)
    }
}

extension Fingerprint {
    var text: String {
        "statements \(statementHash) (\(statements))\nbalances   \(totalsHash)\n"
    }
}
