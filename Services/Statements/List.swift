import ArgumentParser
import Domain
import Runtime

struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists who earned what, and what is due.",
        discussion: """
            statements list
            statements list --period 2026-03 --search ada
            """)

    @Option(help: "Only this period; otherwise the sum of all.") var period: String?
    @Option(help: "Only payees whose ID or name contains this.") var search: String?
    @OptionGroup(title: "Options of all programs") var common: ProgramOptions

    func run() async throws {
        let wanted = try period.map { label in
            guard let period = Period(label) else {
                throw Problem(
                    where: "--period", "'\(label)' is not a period", remedy: "Write it as 2026-03, 2026-Q1 or 2026.")
            }
            return period
        }
        let place = try Workplace(common)
        try await place.catchUp().warn()
        let names = try await Names.read(place.shelf)
        let overview = try await Overview.read(place.shelf)
        let standings: [PayeeID: Standing] = if let wanted { try await place.shelf.standings(in: wanted) } else { [:] }
        var table = TextTable(
            ["Payee", "Name", "Statements", "Earned", "Due", ""] + (wanted == nil ? [] : ["Status"]),
            [.left, .left, .right, .right, .right, .left, .left])
        for row in overview.searched(search ?? "", names) {
            if let wanted, row.earned[wanted] == nil { continue }
            let earned = try row.earned(in: wanted)
            table.append([
                row.payee.text, names[row.payee] ?? "", String(row.earned.count),
                Wording.amount(earned, row.currency), Wording.amount(row.due, row.currency), row.currency.code,
                standings[row.payee]?.text ?? "",
            ])
        }
        Terminal.writeOutput(
            table.isEmpty ? "There are no statements\(wanted.map { " for \($0)" } ?? "").\n" : table.text)
    }
}

extension Overview.Row {
    /// In one period, or in all.
    func earned(in period: Period?) throws(ArithmeticError) -> Number {
        if let period { return earned[period] ?? .zero }
        var sum = Number.zero
        for amount in earned.values { try sum += amount }
        return sum
    }
}
