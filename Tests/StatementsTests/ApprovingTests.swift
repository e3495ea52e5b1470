import Domain
import LedgerSupport
import Records
import Runtime
import Streams
import TestSupport
import Testing

@testable import statements

@Suite("Who may approve what")
struct ApprovingTests {
    private let month = Period("2026-01").unsafelyKnown

    /// Ada and Grace are closed by finance, Alan is open, Edsger is approved.
    private func ledger() throws -> Ledger {
        let ledger = try Ledger()
        for payee in ["ada", "alan", "edsger", "grace"] {
            var chain = DocumentChain(PayeeID(payee), currency: usd, in: ledger.application)
            try ledger.append(
                try chain.post(sale("D-1", "2026-01-05", 1_000), steps: [try .init(1_000, at: Rate("6%"))]))
            if payee != "alan" { try ledger.append(try chain.settle(month)) }
            if payee == "edsger" { try ledger.append(try chain.approve(month)) }
        }
        return ledger
    }

    private func approving(_ payees: [PayeeID] = [], by person: String = "cfo") async throws -> Approving {
        let month = month
        return try await ledger().built { shelf in
            Approving(try await shelf.statements(in: month), of: month, payees: payees, by: person)
        }
    }

    @Test("without names all that are closed; those that are open or approved are told apart")
    func all() async throws {
        let approving = try await approving()
        #expect(approving.problems == [])
        #expect(approving.approved.map(\.statement.payee) == ["ada", "grace"])
        #expect(
            approving.text == """
                Approved before: 1 payee.
                Still open, so left out: 1 payee.
                Approved 2026-01 for 2 payees: 120.00 USD by payroll.

                """)
    }

    @Test(
        "refused with what to do",
        arguments: [
            (["alan"], "cfo", "alan: 2026-01 is not closed"),
            (["eve"], "cfo", "eve: there is no statement for 2026-01"),
            (["ada"], "finance", "ada: finance closed 2026-01 and cannot approve it too"),
            ([], " Finance ", "ada, grace:  Finance  closed 2026-01 and cannot approve it too"),
        ])
    func refused(_ payees: [String], _ person: String, _ message: String) async throws {
        let problems = try await approving(payees.map { PayeeID($0) }, by: person).problems
        #expect(problems.first?.description.hasPrefix(message) == true, "\(problems)")
    }

    @Test("nobody is closed yet")
    func open() throws {
        let approving = Approving([], of: month, payees: [], by: "cfo")
        #expect(approving.problems.map(\.message) == ["nobody's statement is closed"])
    }

    @Test("what verify finds about a payee stands against the approval, what it finds about another does not")
    func findings() async throws {
        var approving = try await approving(["ada"])
        var report = Verifying.Report()
        report.closedThrough = ["ada": month.end]
        report.findings = [Audit.Finding(place: "x", payee: "grace", message: "altered")]
        approving.judge(report)
        #expect(approving.problems == [])
        report.findings = [
            Audit.Finding(place: "x", payee: "ada", message: "altered"),
            Audit.Finding(place: "y", payee: nil, message: "records were removed"),
        ]
        approving.judge(report)
        #expect(approving.problems.map(\.message) == ["altered", "records were removed"])
    }

    @Test("nobody is approved whose close the calculator has not done yet")
    func unsettled() async throws {
        for (through, isRefused) in [(nil, true), ("2025-12-31", true), ("2026-01-31", false), ("2026-02-28", false)] {
            var approving = try await approving(["ada"])
            var report = Verifying.Report()
            report.closedThrough["ada"] = through.flatMap { CalendarDate($0) }
            approving.judge(report)
            let told = approving.problems.map(\.message)
            #expect(told == (isRefused ? ["2026-01 is to be closed, and the calculator has not done so"] : []))
        }
        // Where nobody is named, those that are ready are not kept waiting.
        var everybody = try await approving()
        var report = Verifying.Report()
        report.closedThrough["grace"] = month.end
        everybody.judge(report)
        #expect(everybody.problems == [])
        #expect(everybody.approved.map(\.statement.payee) == ["grace"])
        #expect(everybody.late.map(\.statement.payee) == ["ada"])
        #expect(everybody.text.contains("Not closed by the calculator yet, so left out: 1 payee."))
    }

    @Test("the approval names everybody whose statement was looked at, and is the same when it is given again")
    func commands() async throws {
        let (approving, ledger) = (try await approving(), try ledger())
        let moment = Instant(milliseconds: 0)
        try approving.append(reason: "looks right", to: ledger.log, ledger.application, now: moment)
        try approving.append(reason: "looks right", to: ledger.log, ledger.application, now: moment)
        let records = ledger.log.records(TopicPartition(ledger.application.topic(.commands), 0))
        let acts = try records.map { try WireCommand(decoding: $0.record.value).approval }
        #expect(acts.count == 2)
        #expect(acts[0] == acts[1])
        #expect(acts[0].payees == ["ada", "grace"])
        #expect((acts[0].period, acts[0].by, acts[0].reason) == ("2026-01", "cfo", "looks right"))
        #expect(records[0].record.headers["ce_source"] == "/attain/statements")
    }
}
