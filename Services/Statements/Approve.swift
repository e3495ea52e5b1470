import ArgumentParser
import Domain
import Foundation
import Records
import Runtime
import Streams

struct Approve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Approves the statements of a closed period, so that they are published and may be paid.",
        discussion: """
            statements approve 2026-03 --by cfo
            statements approve 2026-01 2026-02 2026-03 --by cfo
            statements approve 2026-03 --payees ada,grace --by cfo --reason "checked against the forecast"

            Refuses while the period is open, when the same person closed it, and when 'statements verify' finds \
            anything wrong with one of the payees. The approval is a record like any other: statements and payouts are \
            published once the calculator has taken it, which is what 'statements list' then shows.
            """)

    @Argument(help: ArgumentHelp("The periods: 2026-03, 2026-Q1, 2026 …", valueName: "period")) var periods: [String]
    @Option(help: "Only these payees, divided by commas; otherwise all whose period is closed.")
    var payees: String?
    @Option(help: "Who approves; not who closed.") var by: String
    @Option(help: "A remark that is published with the statements.") var reason = ""
    @OptionGroup(title: "Options of all programs") var common: ProgramOptions

    func validate() throws {
        guard !by.allSatisfy(\.isWhitespace) else { throw ValidationError("--by takes the name of who approves.") }
    }

    private var chosen: [PayeeID] {
        (payees ?? "").split(separator: ",").map { name in
            PayeeID(name.trimmingCharacters(in: .whitespaces))
        }
    }

    func run() async throws {
        let (periods, place) = (try periods.map { try Period(argument: $0) }, try Workplace(common))
        try await place.catchUp().warn()
        var all = try await approvals(of: periods, place.shelf)
        let payees = all.flatMap { $0.approved.map(\.statement.payee.text) }
        if !payees.isEmpty {
            var verifying = Verifying(log: place.log, shelf: place.shelf, anchors: [:])
            verifying.partitions = Set(payees.map(place.shelf.partition(of:)))
            let report = try await verifying.run()
            // What is approved are statements that have all that was looked at.
            try await place.reach(report.ends)
            all = try await approvals(of: periods, place.shelf)
            for index in all.indices { all[index].judge(report) }
        }
        let problems = all.flatMap(\.problems)
        guard problems.isEmpty else { throw Problems(problems) }
        try await OSThread.run(named: "approve") { [all, reason] in
            for approving in all where !approving.approved.isEmpty {
                try approving.append(reason: reason, to: place.log, place.application, now: .now)
            }
        }
        for approving in all { Terminal.writeOutput(approving.text) }
    }
}

extension Approve {
    private func approvals(of periods: [Period], _ shelf: Shelf) async throws -> [Approving] {
        var all: [Approving] = []
        for period in periods {
            all.append(Approving(try await shelf.statements(in: period), of: period, payees: chosen, by: by))
        }
        return all
    }
}

extension Approving {
    /// What was done, and for whom it was not.
    var text: String {
        var text = ""
        if !before.isEmpty { text += "Approved before: \(Approving.count(before)).\n" }
        if !late.isEmpty {
            text += "Not closed by the calculator yet, so left out: \(Approving.count(late)). Do it again for them.\n"
        }
        if !open.isEmpty { text += "Still open, so left out: \(Approving.count(open)).\n" }
        guard !approved.isEmpty else { return text + "Nothing was left to approve.\n" }
        return text + "Approved \(period) for \(Approving.count(approved)): \(payouts).\n"
    }

    private static func count(_ statements: [ShownStatement]) -> String {
        "\(ProgressBar.grouped(Int64(statements.count))) \(statements.count == 1 ? "payee" : "payees")"
    }

    /// `1,020.00 EUR by accounts payable, 12,000.00 USD by payroll`
    private var payouts: String {
        struct Key: Hashable {
            let channel: Payee.Channel
            let currency: Currency
        }
        var sums: [Key: Number] = [:]
        for payout in approved.flatMap(\.statement.payouts) {
            let key = Key(channel: payout.channel, currency: payout.amount.currency)
            sums[key] = (try? (sums[key] ?? .zero) + payout.amount.amount) ?? .zero
        }
        guard !sums.isEmpty else { return "nothing is paid out" }
        return sums.sorted { ($0.key.channel.rawValue, $0.key.currency) < ($1.key.channel.rawValue, $1.key.currency) }
            .map { "\(Money($0.value, $0.key.currency)) by \(Wording.title($0.key.channel))" }.joined(
                separator: ", ")
    }
}
