import Domain
import Records
import Runtime
import SwiftProtobuf

/// What closing a period comes to: for whom, and what would be left out.
struct CloseReport {
    let selection: CloseSelection
    let through: CalendarDate
    /// Whose books would be closed.
    let ready: [PayeeID]
    /// What would be left out, and what to do about each.
    private(set) var open: [Finding] = []
    private let closed: Int

    struct Finding: Hashable {
        let what: String
        let remedy: String
    }

    /// Names of each kind that are told.
    private static let namesAtMost = 10

    init(
        _ closing: Closing, _ selection: CloseSelection, deals: [WireSkippedDeal], backlog: Backlog, today: CalendarDate
    ) {
        self.selection = selection
        through = closing.through
        let payees = selection.payees ?? closing.everybody
        let standings = payees.map { ($0, closing.standing(of: $0)) }
        ready = standings.filter { $0.1 == .ready }.map(\.0)
        closed = standings.count { if case .closed = $0.1 { true } else { false } }
        guard !ready.isEmpty || standings.contains(where: { $0.1.isLackingRate }) else { return }
        if today <= through {
            open.append(Finding(what: "the period is not over: it ends on \(through)", remedy: "wait until then"))
        }
        addDeals(deals)
        addAdjustments(closing.acts)
        addBacklog(backlog)
        addRates(standings, closing)
    }

    /// How many payees one record names, far below what a log takes as one.
    private static let payeesAtMost = 2000

    /// The acts to append. They name everybody: who was left open is not closed by a record that says "all".
    func commands(by person: String, reason: String) -> [WirePeriodClose] {
        let left = open.map(\.what).joined(separator: "; ")
        return stride(from: 0, to: ready.count, by: CloseReport.payeesAtMost).map { start in
            let payees = ready[start..<min(start + CloseReport.payeesAtMost, ready.count)].map(\.text)
            let text = ([through.description] + payees).joined(separator: "\n")
            return .with {
                $0.id = "\(selection.period)-\(hexadecimal(digest(text.utf8)).prefix(10))"
                $0.through = through.description
                $0.payees = payees
                $0.by = person
                $0.reason = left.isEmpty ? reason : "\(reason) (left out: \(left))"
            }
        }
    }

    // MARK: What is left out

    private mutating func add(_ names: [String], _ thing: String, _ what: String, remedy: String) {
        guard !names.isEmpty else { return }
        let rest = names.count - CloseReport.namesAtMost
        let list = names.prefix(CloseReport.namesAtMost).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
        open.append(Finding(what: "\(names.count.counting(thing)) \(what): \(list)", remedy: remedy))
    }

    /// Those that belong to the period, or nobody knows where they belong.
    private mutating func addDeals(_ deals: [WireSkippedDeal]) {
        let ours = deals.filter { $0.closed.isEmpty || $0.closed <= through.description }
        let uncredited = ours.filter { deal in deal.problems.contains { $0.keepsDeal } && deal.mayPay }
        add(
            uncredited.map(\.deal), "deal", "not credited",
            remedy: "see 'ingest skipped', mend the causes and wait until they have gone through")
        let uncalculated = ours.filter { deal in
            !deal.payee.isEmpty && selection.payees?.contains(PayeeID(deal.payee)) ?? true
        }
        add(
            uncalculated.map(\.title), "case", "in which what a payee gets cannot be calculated, and is not paid",
            remedy: "see 'ingest skipped', and mend the source or the plan")
        let waiting = ours.filter { deal in deal.payee.isEmpty && deal.problems.contains { !$0.keepsDeal } }
        add(
            waiting.map(\.deal), "deal", "with payments, releases or dates that wait or cannot be read",
            remedy: "see 'ingest skipped'")
        add(
            ours.filter { $0.changes.contains(where: \.isWaiting) }.map(\.deal),
            "deal", "with a change after the close to be decided on",
            remedy: "see 'ingest changes --open', then 'ingest approve' or 'ingest reject'")
    }

    private mutating func addAdjustments(_ acts: Acts) {
        let waiting = acts.adjustments.filter { _, request in
            request.isWaiting && (request.period.map { $0.start <= through } ?? true)
                && (selection.payees?.contains(request.payee) ?? true)
        }
        add(
            waiting.keys.sorted(), "adjustment", "not decided on",
            remedy: "see 'ingest adjustments --open', then 'ingest approve' or 'ingest reject'")
    }

    private mutating func addBacklog(_ backlog: Backlog) {
        // What is not on a statement yet is in the ledger all the same.
        let stages = backlog.stages.dropLast().filter { $0.records > 0 }
        guard !stages.isEmpty else { return }
        open.append(
            Finding(
                what: "still to be processed: " + stages.map { "\($0.records) \($0.title)" }.joined(separator: ", "),
                remedy: "see that 'ingest serve' and 'calculator run' are running, and 'ingest status --wait 60'"))
    }

    private mutating func addRates(_ standings: [(PayeeID, Closing.Standing)], _ closing: Closing) {
        var lacking: [String: [String]] = [:]
        for case (let id, .noExchangeRate(let currencies)) in standings {
            for currency in currencies {
                let pair = "\(currency) to \(closing.company.payees[id]?.currency.code ?? "?")"
                lacking[pair, default: []].append(id.text)
            }
        }
        let day = through
        for (pair, payees) in lacking.sorted(by: { $0.key < $1.key }) {
            add(
                payees, "payee", "left open for want of an exchange rate from \(pair) on \(day)",
                remedy: "add a line to exchange-rates.csv on or before that day, and apply")
        }
    }

    var text: String {
        guard !ready.isEmpty || !open.isEmpty else {
            return closed > 0
                ? "\(selection.period) is closed already for \(closed.counting("payee")); nothing to do\n"
                : "There is nobody whose contract began by \(through); nothing to do\n"
        }
        var text = "\(selection.period), through \(through): \(ready.count.counting("payee")) to be closed"
        text += closed > 0 ? ", \(closed) are already\n" : "\n"
        guard !open.isEmpty else { return text + "Nothing is left out.\n" }
        text += "\nLeft out would be:\n"
        for finding in open { text += "  \(finding.what)\n    To do: \(finding.remedy)\n" }
        return text + "\n"
    }
}

extension Int {
    /// `1 payee`, `2 payees`
    func counting(_ thing: String) -> String { "\(self) \(thing)\(self == 1 ? "" : "s")" }
}

extension Closing.Standing {
    fileprivate var isLackingRate: Bool { if case .noExchangeRate = self { true } else { false } }
}

extension WireProblem {
    var keepsDeal: Bool { SkipReason.Code(rawValue: code)?.keepsDeal ?? true }
}

extension WireSkippedDeal {
    /// A deal that is open or lost pays nobody; of one whose stage cannot be read nobody knows.
    fileprivate var mayPay: Bool {
        stage == Deal.Stage.won.rawValue
            || problems.contains {
                [SkipReason.Code.unmappedStage, .unknownSource].contains(SkipReason.Code(rawValue: $0.code))
            }
    }
}

/// What is closed.
struct ClosedListing {
    private let acts: Acts
    private let company: Company

    init(_ acts: Acts, _ company: Company) { (self.acts, self.company) = (acts, company) }

    var text: String {
        var table = TextTable(["Closed through", "Payees", "By", "Close", "Reason"], [.left, .right])
        for close in acts.closes {
            table.append([close.through.description, "\(close.payees.count)", close.by, close.id, close.reason])
        }
        let text = table.isEmpty ? "Nothing is closed.\n" : table.text
        guard !table.isEmpty else { return text }
        var days: [String: [String]] = [:]
        for id in company.contracts.keys.sorted() {
            days[acts.closedThrough[id].map { "closed through \($0)" } ?? "never closed", default: []].append(id.text)
        }
        return text + "\n"
            + days.sorted { $0.key < $1.key }.map { day, payees in
                let rest = payees.count - 10
                return "\(payees.count.counting("payee")) \(day): \(payees.prefix(10).joined(separator: ", "))"
                    + (rest > 0 ? " and \(rest) more" : "") + "\n"
            }.joined()
    }
}
