import Domain
import Records
import Runtime
import SwiftProtobuf
import Yams

@testable import ingest
@testable import statements

/// What people do, through what the commands of the same names do.
extension Firm {
    private var acting: Acting { get throws { try Acting(application, log) } }

    private func append(_ act: WireCommand.OneOf_Act) throws {
        try acting.append(act, key: "act", id: "act-\(now.milliseconds)", now: now)
    }

    private func names(_ node: Node?) -> [String]? { node?.sequence?.compactMap(\.string) }

    /// `2026-01`, or `{period: 2026-01, payees: [ada], on: 2026-02-01, accept-open: REASON}`; by carl, and on the day
    /// after it ends unless it says otherwise.
    func close(_ node: Node) throws {
        let acting = try acting
        let payees = names(node["payees"])?.joined(separator: ",")
        let selection = try CloseSelection(
            node.string ?? node["period"]?.string ?? "", payees: payees, acting.company)
        let backlog = try Backlog(log, application)
        let report = try CloseReport(
            Closing(company: acting.company, acts: acting.acts, through: selection.period.end), selection,
            deals: acting.listedDeals(), backlog: backlog,
            today: node["on"].flatMap { CalendarDate($0.string ?? "") } ?? selection.period.end.adding(days: 1))
        let reason = node["accept-open"]?.string
        guard report.open.isEmpty || reason != nil else { throw Mistake(report.text) }
        for close in report.commands(by: "carl", reason: reason ?? "") { try append(.close(close)) }
    }

    /// `2026-01`, or `{period: 2026-01, payees: [ada], by: vera}`
    func approveStatements(_ node: Node) async throws {
        guard let period = Period(node.string ?? node["period"]?.string ?? "") else { throw Mistake("no period") }
        let approving = Approving(
            try await shelf.statements(in: period), of: period,
            payees: (names(node["payees"]) ?? []).map { PayeeID($0) }, by: node["by"]?.string ?? "vera")
        guard approving.problems.isEmpty else { throw Problems(approving.problems) }
        try approving.append(reason: "", to: log, application, now: now)
    }

    /// `{id: A1, payee: ada, amount: 250, reason: Spiff}`: asked for by carl.
    func adjust(_ node: Node) throws {
        let acting = try acting
        let amount = [node["amount"]?.string ?? "", node["currency"]?.string ?? "USD"]
        let request = try Adjusting(acting.company, acting.acts).request(
            payee: node["payee"]?.string ?? "", amount: amount, reason: node["reason"]?.string ?? "",
            period: node["period"]?.string, id: node["id"]?.string, by: node["by"]?.string ?? "carl")
        guard acting.acts.adjustments[request.id] == nil else { return }
        try append(.adjustment(request))
    }

    /// `A1`, `D1`, or `{id: A1, by: vera}`: on an adjustment, or on the change of a deal that waits.
    func decide(_ node: Node, approved: Bool) throws {
        let acting = try acting
        var decision = try Deciding(acts: acting.acts, deals: acting.listedDeals())
            .decision(on: node.string ?? node["id"]?.string ?? "", by: node["by"]?.string ?? "vera")
        decision.approved = approved
        try append(.decision(decision))
    }

    /// `{deal: D1, date: 2026-03-05}`
    func release(_ node: Node) throws {
        try append(
            .release(
                .with {
                    $0.deal = node["deal"]?.string ?? ""
                    $0.date = node["date"]?.string ?? ""
                    $0.by = "vera"
                }))
    }
}
