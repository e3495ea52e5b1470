import ArgumentParser
import Domain
import Foundation
import Records
import Runtime
import Streams

struct Reconcile: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks that statements, payout file and journal of a period agree to the cent.",
        discussion: """
            statements reconcile 2026-03
            statements reconcile 2026-03 --payouts payroll-2026-03.csv --payouts payables-2026-03.csv \
            --journal journal-2026-03.csv

            Compares for every payee and currency. Without files it takes what 'statements export --draft' would write; \
            with them it reads what was really written. What stands on the topic 'payouts' is compared too. Prints every \
            difference, and exits with 1 when there is any.
            """)

    @Argument(help: "The period: 2026-03, 2026-Q1, 2026 …") var period: String
    @Option(help: ArgumentHelp("A payout file that was exported; give all channels' files.", valueName: "file"))
    var payouts: [String] = []
    @Option(help: ArgumentHelp("A journal that was exported.", valueName: "file")) var journal: String?
    @OptionGroup(title: "Options of all programs") var common: ProgramOptions

    func run() async throws {
        let (period, place) = (try Period(argument: period), try Workplace(common))
        try await place.catchUp().warn()
        let isExported = !payouts.isEmpty || journal != nil
        // What was exported holds approved statements alone.
        let selection = try await Selection(period, in: place.shelf, isDraft: !isExported)
        guard !selection.statements.isEmpty else {
            throw Problem(
                where: period.label, "there are no \(isExported ? "approved " : "")statements to reconcile",
                remedy: "See 'statements list --period \(period)'.")
        }
        let published = try await OSThread.run(named: "payouts") {
            try PayoutFile(publishedIn: period, place.log, place.application)
        }
        let report = try Reconciling(
            statements: selection.statements, payouts: try await file(selection, place.shelf),
            journal: try await lines(selection, period, place.shelf), published: published
        ).report()
        selection.warn()
        Terminal.writeOutput(report.text(period))
        guard report.differences.isEmpty else { throw ExitCode.failure }
    }

    /// Through the text that is written, so that it is the file that is checked.
    private func file(_ selection: Selection, _ shelf: Shelf) async throws -> PayoutFile {
        guard !payouts.isEmpty else {
            return try PayoutFile(reading: PayoutFile(selection.statements, names: try await Names.read(shelf)).csv)
        }
        var all = PayoutFile([], names: Names())
        for path in payouts { all.rows += try Reconcile.reading(path, "--payouts", PayoutFile.init(reading:)).rows }
        return all
    }

    private func lines(_ selection: Selection, _ period: Period, _ shelf: Shelf) async throws -> Journal {
        guard let journal else {
            return try Journal(reading: try await selection.journal(of: period, in: shelf).csv())
        }
        return try Reconcile.reading(journal, "--journal", Journal.init(reading:))
    }

    private static func reading<File>(
        _ path: String, _ option: String, _ read: (String) throws(CSVFault) -> File
    ) throws -> File {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Problem(where: option, "\(path) cannot be read", remedy: "Check the path.")
        }
        do { return try read(text) } catch {
            throw Problem(
                where: path, "\(error)", remedy: "Give a file that 'statements export' wrote, with its first line.")
        }
    }
}

extension Reconciling.Report {
    func text(_ period: Period) -> String {
        let sums = settled.sorted { $0.key < $1.key }.map { "\(Wording.amount($0.value, $0.key)) \($0.key)" }
        var text = "settled in \(period)  \(sums.isEmpty ? "nothing" : sums.joined(separator: ", "))\n"
        text += "compared             \(count) \(count == 1 ? "balance" : "balances") of payees and currencies\n"
        guard !differences.isEmpty else {
            return text + "result               statements, payout file and journal agree\n"
        }
        var table = TextTable(
            ["Payee", "What", "", "Statement", "There", "Difference"], [.left, .left, .left, .right, .right, .right])
        for difference in differences {
            let apart = (try? difference.other - difference.statement) ?? .zero
            table.append([
                difference.payee?.text ?? "(all)", difference.what, difference.currency.code,
                Wording.amount(difference.statement, difference.currency),
                Wording.amount(difference.other, difference.currency), Wording.amount(apart, difference.currency),
            ])
        }
        let count = differences.count
        return text + "result               \(count) \(count == 1 ? "difference" : "differences")\n\n" + table.text
    }
}

extension PayoutFile {
    /// The payouts of a period as they stand on the topic, each once however often it was delivered. Another one of the
    /// same document is another payout to whoever pays by the topic.
    init(publishedIn period: Period, _ log: any Log, _ application: Application) throws {
        rows = []
        let reader = try log.makeReader()
        var known: Set<Row> = []
        for partition in 0..<application.partitions(of: .payouts) {
            let source = TopicPartition(application.topic(.payouts), partition)
            try reader.readAll(source) { record in
                let row = try Row(published: record)
                guard row.payout.period == period, known.insert(row).inserted
                else { return }
                rows.append(row)
            }
        }
    }
}

extension PayoutFile.Row {
    init(published record: ConsumedRecord) throws {
        let json = try JSON.parse(record.record.value ?? [])
        func text(_ name: String) -> String {
            guard case .string(let text) = json[name] else { return "" }
            return text
        }
        let document = text("document")
        guard let period = Period(text("period")), let channel = Payee.Channel(rawValue: text("channel")),
            let amount = Money(text("amount"), text("currency")),
            let settled = Money(text("settled"), text("settledCurrency")),
            let sequence = document.lastIndex(of: "/").flatMap({ Int64(document[document.index(after: $0)...]) })
        else {
            throw Problem(
                where: "\(record.source)/\(record.offset)", "this record is no payout",
                remedy: "Only 'statements' writes to this topic; find out who else did.")
        }
        payee = PayeeID(text("payee"))
        payout = Payout(
            period: period, channel: channel, amount: amount, settled: settled,
            exchangeRate: try? Number(text("exchangeRate")), document: sequence)
    }
}
