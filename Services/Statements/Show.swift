import ArgumentParser
import Domain
import Records
import Runtime

struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints a payee's statement.",
        discussion: """
            statements show ada 2026-03
            statements show ada 2026-03 --explain
            statements show ada 2026-03 --format csv > ada.csv
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv, html }

    @Argument(help: "The payee's ID.") var payee: String
    @Argument(help: "The period: 2026-03, 2026-Q1, 2026 …") var period: String
    @Option(help: "text, json, csv or html.") var format = Format.text
    @Flag(help: "Say in words how each line came to its amount (text).") var explain = false
    @OptionGroup(title: "Options of all programs") var common: ProgramOptions

    func run() async throws {
        guard let period = Period(period) else {
            throw Problem(
                where: "PERIOD", "'\(period)' is not a period", remedy: "Write it as 2026-03, 2026-Q1, 2026-H1 or 2026."
            )
        }
        let place = try Workplace(common)
        let freshness = try await place.catchUp()
        freshness.warn()
        let names = try await Names.read(place.shelf)
        let shown = try await statement(place.shelf, period)
        let statement = shown.statement
        switch format {
        case .text:
            let text = statement.text(
                name: names[statement.payee], company: names.company, standing: shown.standing, explained: explain)
            Terminal.writeOutput(text)
        case .json: Terminal.writeOutput(shown.json.description + "\n")
        case .csv: Terminal.writeOutput(statement.csv)
        case .html:
            Terminal.writeOutput(try Pages().statement(shown, names: names, freshness: freshness, isAlone: true))
        }
    }

    private func statement(_ shelf: Shelf, _ period: Period) async throws -> ShownStatement {
        let id = PayeeID(payee)
        if let statement = try await shelf.statement(of: id, period) { return statement }
        let periods = try await shelf.periods(of: id).map(\.label)
        guard periods.isEmpty else {
            throw Problem(
                where: "\(payee)", "there is no statement for \(period)",
                remedy: "There are statements for \(periods.joined(separator: ", ")).")
        }
        throw Problem(
            where: "\(payee)", "nothing was ever posted for this payee",
            remedy: "See 'statements list' for who has statements; IDs are written exactly as in the company folder.")
    }
}

extension Freshness {
    /// Says on standard error when the figures are not all there is.
    func warn() {
        guard !isComplete else { return }
        Terminal.writeError(line: "note: \(sentence)")
    }
}

extension Shelf {
    /// `nil` when nothing stands for that payee and period.
    func statement(of payee: PayeeID, _ period: Period) async throws -> ShownStatement? {
        let closes = try await Closes.read(self, of: payee)
        return try await read(.ledger, partition: partition(of: payee.text)) { database in
            try LedgerStore.payee(payee, database).flatMap { try LedgerStore.shown(of: $0, period, closes, database) }
        } ?? nil
    }

    /// Those for which the payee has a statement, in order.
    func periods(of payee: PayeeID) async throws -> [Period] {
        try await read(.ledger, partition: partition(of: payee.text)) { database in
            try LedgerStore.payee(payee, database).map { try LedgerStore.periods(of: $0, database) } ?? []
        } ?? []
    }

    /// All statements of a payee, in the order of their periods; none for somebody unknown.
    func statements(of payee: PayeeID) async throws -> [ShownStatement] {
        let closes = try await Closes.read(self, of: payee)
        return try await read(.ledger, partition: partition(of: payee.text)) { database in
            guard let payee = try LedgerStore.payee(payee, database) else { return [] }
            return try LedgerStore.shown(of: payee, closes, database)
        } ?? []
    }
}
