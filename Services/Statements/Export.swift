import ArgumentParser
import Domain
import Runtime

/// `statements export`: what payroll, accounts payable and the general ledger take.
struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes the payouts or the journal of a period as CSV.",
        discussion: """
            statements export payouts 2026-03 --channel payroll > payroll-2026-03.csv
            statements export payouts 2026-03 --channel accounts-payable > payables-2026-03.csv
            statements export journal 2026-03 --account expense=6210 --account payable=2150 > journal-2026-03.csv

            Only statements that are approved go in; what is left out is said on standard error. 'statements \
            reconcile' checks that the files agree with the statements.
            """,
        subcommands: [Payouts.self, JournalLines.self])

    struct Payouts: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "payouts", abstract: "Who is paid what, a row for each settlement.")

        @Argument(help: "The period: 2026-03, 2026-Q1, 2026 …") var period: String
        @Option(help: "payroll or accounts-payable; otherwise both.") var channel: Payee.Channel?
        @Flag(help: "Also what is closed and not approved yet; the status column tells.") var draft = false
        @OptionGroup(title: "Options of all programs") var common: ProgramOptions

        func run() async throws {
            let (period, place) = (try Period(argument: period), try Workplace(common))
            try await place.catchUp().warn()
            let selection = try await Selection(period, in: place.shelf, isDraft: draft)
            var file = PayoutFile(selection.statements, names: try await Names.read(place.shelf))
            if let channel { file.rows = file.rows.filter { $0.payout.channel == channel } }
            Terminal.writeOutput(file.csv)
            selection.warn()
        }
    }

    struct JournalLines: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "journal",
            abstract: "What the general ledger books: debit and credit for each account and currency.",
            discussion: "The accounts are \(Account.allCases.map(\.rawValue).joined(separator: ", ")).")

        @Argument(help: "The period: 2026-03, 2026-Q1, 2026 …") var period: String
        @Flag(help: "Sum over all payees.") var summary = false
        @Option(
            help: ArgumentHelp(
                "What the general ledger calls an account: expense=6210, as often as needed.", valueName: "name=code"))
        var account: [String] = []
        @Flag(help: "Also what is not approved yet.") var draft = false
        @OptionGroup(title: "Options of all programs") var common: ProgramOptions

        func run() async throws {
            let (codes, period) = (try Export.codes(account), try Period(argument: period))
            let place = try Workplace(common)
            try await place.catchUp().warn()
            let selection = try await Selection(period, in: place.shelf, isDraft: draft)
            let journal = try await selection.journal(of: period, in: place.shelf)
            Terminal.writeOutput(try (summary ? journal.summary : journal).csv(codes: codes))
            selection.warn()
        }
    }

    static func codes(_ texts: [String]) throws -> [Account: String] {
        var codes: [Account: String] = [:]
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let account = Account(rawValue: parts[0]) else {
                throw Problem(
                    where: "--account", "'\(text)' is not an account and its code",
                    remedy: "Write it as expense=6210; the accounts are "
                        + Account.allCases.map(\.rawValue).joined(separator: ", ") + ".")
            }
            codes[account] = parts[1]
        }
        return codes
    }
}

/// The statements of a period that go into a file, and those that do not.
struct Selection: Sendable {
    let statements: [ShownStatement]
    let leftOut: [ShownStatement]

    init(_ period: Period, in shelf: Shelf, isDraft: Bool) async throws {
        let all = try await shelf.statements(in: period)
        statements = all.filter { isDraft || $0.standing.status == .approved }
        leftOut = all.filter { !isDraft && $0.standing.status != .approved }
    }

    func journal(of period: Period, in shelf: Shelf) async throws -> Journal {
        let payees = Set(statements.map(\.statement.payee))
        let balances = try await shelf.balances(in: period).filter { payees.contains($0.payee) }
        return Journal(balances, names: try await Names.read(shelf))
    }

    /// Says on standard error whose statements are missing.
    func warn() {
        guard !leftOut.isEmpty else { return }
        let names = leftOut.prefix(5).map { "\($0.statement.payee) (\($0.standing.status.rawValue))" }
        let more = leftOut.count > 5 ? " and \(leftOut.count - 5) more" : ""
        Terminal.writeError(
            line: "note: not approved, so left out: \(names.joined(separator: ", "))\(more); --draft includes them")
    }
}

extension Payee.Channel: ExpressibleByArgument {}

extension Period {
    /// As a command's argument.
    init(argument label: String) throws {
        guard let period = Period(label) else {
            throw Problem(
                where: "PERIOD", "'\(label)' is not a period",
                remedy: "Write it as 2026-03, 2026-Q1, 2026-H1, 2026, 2026-03-A or 2026-W05.")
        }
        self = period
    }
}
