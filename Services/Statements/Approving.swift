import Domain
import Records
import Runtime
import Streams
import SwiftProtobuf

/// Who may be approved by whom: looks at everybody's statement of a period, and says all that stands against it.
struct Approving: Sendable {
    let period: Period
    let by: String
    /// Those to be approved.
    private(set) var approved: [ShownStatement] = []
    /// Those that are approved already.
    private(set) var before: [ShownStatement] = []
    /// Those that are still open, where nobody asked for them by name.
    private(set) var open: [ShownStatement] = []
    private(set) var problems: [Problem] = []
    /// Those that are to be closed, which the calculator has not come to, where nobody asked for them by name.
    private(set) var late: [ShownStatement] = []
    private let isNamed: Bool
    /// Those that whoever approves has closed.
    private var own: [ShownStatement] = []

    /// - Parameter wanted: these payees alone; empty: all that are closed.
    init(_ statements: [ShownStatement], of period: Period, payees wanted: [PayeeID], by person: String) {
        self.period = period
        by = person
        isNamed = !wanted.isEmpty
        for payee in wanted where !statements.contains(where: { $0.statement.payee == payee }) {
            problems.append(
                Problem(
                    where: "\(payee)", "there is no statement for \(period)",
                    remedy: "See 'statements list --period \(period)'."))
        }
        for shown in statements where wanted.isEmpty || wanted.contains(shown.statement.payee) {
            judge(shown)
        }
        refuse(
            own, "\(by) closed \(period) and cannot approve it too", remedy: "Let another person approve it.")
        guard approved.isEmpty, before.isEmpty, problems.isEmpty else { return }
        problems.append(
            Problem(
                where: period.label, "nobody's statement is closed",
                remedy: "Close it first: 'ingest close \(period)'."))
    }

    private mutating func judge(_ shown: ShownStatement) {
        switch shown.standing.status {
        case .approved: before.append(shown)
        case .draft where isNamed:
            problems.append(
                Problem(
                    where: "\(shown.statement.payee)", "\(period) is not closed",
                    remedy: "Close it first: 'ingest close \(period) --payees \(shown.statement.payee)'."))
        case .draft: open.append(shown)
        case .closed where shown.standing.closedBy.isSamePerson(as: by): own.append(shown)
        case .closed: approved.append(shown)
        }
    }

    private mutating func refuse(_ statements: [ShownStatement], _ message: String, remedy: String) {
        guard !statements.isEmpty else { return }
        let names = statements.prefix(5).map(\.statement.payee.text).joined(separator: ", ")
        let more = statements.count > 5 ? " and \(statements.count - 5) more" : ""
        problems.append(Problem(where: names + more, message, remedy: remedy))
    }

    /// Adds what `verify` found about those to be approved, or about nobody in particular. Who closed a period has asked for it;
    /// what it pays is known once the calculator has done it.
    mutating func judge(_ report: Verifying.Report) {
        let payees = Set(approved.map(\.statement.payee))
        let faulty = Set(report.findings.compactMap(\.payee))
        late = approved.filter { shown in
            let payee = shown.statement.payee
            return !faulty.contains(payee) && report.closedThrough[payee].map { $0 < period.end } ?? true
        }
        approved.removeAll { late.contains($0) }
        if isNamed || (approved.isEmpty && before.isEmpty) {
            let lost = report.unfounded.map(String.init).joined(separator: ", ")
            refuse(
                late, "\(period) is to be closed, and the calculator has not done so",
                remedy: report.unfounded.isEmpty
                    ? "See 'ingest status --wait 60' and approve then; should it stay so, see 'ingest topics read quarantine'."
                    : "Restore the topic payee-events: it lacks partitions \(lost), which tell.")
        }
        for finding in report.findings where finding.payee.map(payees.contains) ?? true {
            problems.append(
                Problem(
                    where: finding.place, finding.message,
                    remedy: "Run 'statements verify', and approve once it finds nothing."))
        }
    }

    /// How many payees one record names, far below what a log takes as one.
    private static let limit = 2000

    /// The acts to append. The same approval has the same ID, so that doing it twice is doing it once.
    func commands(reason: String) -> [WireStatementApproval] {
        let payees = approved.map(\.statement.payee.text)
        return stride(from: 0, to: payees.count, by: Approving.limit).map { start in
            let part = Array(payees[start..<min(start + Approving.limit, payees.count)])
            return .with {
                $0.id = String(
                    hexadecimal(digest("\(period)\n\(by)\n\(part.joined(separator: "\n"))".utf8)).prefix(32))
                $0.period = period.label
                $0.payees = part
                $0.by = by
                $0.reason = reason
            }
        }
    }

    /// Appends them to `commands`; ingest tells every payee.
    func append(reason: String, to log: any Log, _ application: Application, now: Instant) throws {
        let producer = try log.makeProducer()
        for approval in commands(reason: reason) {
            let record = try RimRecord.record(
                key: Array(period.label.utf8), value: WireCommand.with { $0.approval = approval },
                type: EventType.administrativeAct, id: "approval/\(approval.id)", now: now, program: "statements")
            try producer.append(record, to: TopicPartition(application.topic(.commands), 0))
        }
        try producer.flush()
    }
}
