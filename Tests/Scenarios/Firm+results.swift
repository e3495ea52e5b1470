import Domain
import Records
import Streams
import TestSupport

@testable import ingest
@testable import statements

/// What came of a history.
extension Firm {
    func statements() async throws -> [Statement] {
        try await shelf.read(.ledger) { database, _ in
            try LedgerStore.payees(database).flatMap { try LedgerStore.statements(of: $0, database) }
        }.flatMap { $0 }
    }

    /// What could not be processed.
    var quarantined: [String] {
        log.records(TopicPartition(application.topic(.quarantine), 0)).map {
            String(decoding: $0.record.value ?? [], as: UTF8.self)
        }
    }

    /// `D1` beside what is in its way and what to do about it.
    var skipped: [(name: String, text: String)] {
        get throws {
            try Acting(application, log).listedDeals().filter { !$0.problems.isEmpty }.map { deal in
                (deal.deal, deal.problems.map { "\($0.code): \($0.message); \($0.remedy)" }.joined(separator: "\n"))
            }
        }
    }

    /// `D1` beside what was changed after its close, and what became of that.
    var changes: [(name: String, text: String)] {
        get throws {
            try Acting(application, log).listedDeals().filter { !$0.changes.isEmpty }.map { deal in
                let changes = deal.changes.map { change in
                    let parts = change.differences.map { " \($0.field) \($0.from) → \($0.to)" }
                    return change.outcome + (change.by.isEmpty ? "" : " by \(change.by)") + parts.joined(separator: ",")
                }
                return (deal.deal, changes.joined(separator: "\n"))
            }
        }
    }

    /// `ada 2026-01` beside `1000 USD by payroll`: what approved statements have published for payroll and creditors.
    func payouts(_ statements: [Statement]) throws -> [(name: String, text: String)] {
        try Set(statements.map(\.period)).sorted().flatMap { period in
            try PayoutFile(publishedIn: period, log, application).rows.map { row in
                ("\(row.payee) \(period)", Wording.payout(row.payout))
            }
        }
    }

    // MARK: What must hold of every history

    /// Keeps the statements of closed periods, none of which may ever be another.
    func keepClosed() async throws {
        let closes = try await Closes.read(shelf)
        for statement in try await statements() where closes.closer(of: statement.payee, statement.period) != nil {
            let place = ClosedStatement(payee: statement.payee, period: statement.period)
            if closed[place] == nil { closed[place] = statement.json.description }
        }
    }

    /// Closed statements that are others now, statements that contradict themselves, their payout file or the journal,
    /// and documents that the events do not lead to.
    func contradictions(_ statements: [Statement]) async throws -> [String] {
        var found: [String] = []
        for statement in statements {
            let place = "\(statement.payee) \(statement.period)"
            if let text = try statement.contradiction() { found.append("\(place): \(text)") }
            let key = ClosedStatement(payee: statement.payee, period: statement.period)
            if let kept = closed[key], kept != statement.json.description { found.append("\(place) was rewritten") }
        }
        for period in Set(statements.map(\.period)).sorted() { found += try await unreconciled(period) }
        let report = try await Verifying(log: log, shelf: shelf, anchors: [:]).run()
        return found + report.findings.map { "\($0.place): \($0.message)" }
    }

    private func unreconciled(_ period: Period) async throws -> [String] {
        let selection = try await Selection(period, in: shelf, isDraft: true)
        let report = try Reconciling(
            statements: selection.statements, payouts: PayoutFile(selection.statements, names: Names()),
            journal: try await selection.journal(of: period, in: shelf),
            published: PayoutFile(publishedIn: period, log, application)
        ).report()
        return report.differences.isEmpty ? [] : [report.text(period)]
    }
}
