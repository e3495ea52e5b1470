import Domain
import LedgerSupport
import Records
import Streams
import Testing

@testable import statements

/// Law 9 and the reconciliation, over years that nobody thought of.
@Suite("Any year adds up")
struct SettlementTests {
    private func ledger(_ seed: UInt64) throws -> Ledger {
        let ledger = try Ledger()
        for (number, payee) in ["ada", "partner", "=grace"].enumerated() {
            let year = try Year(of: PayeeID(payee), seed: seed &* 31 &+ UInt64(number), in: ledger.application)
            for record in year.records { try ledger.append(record) }
        }
        return ledger
    }

    @Test("statement = payout file = journal, every equation holds, and verify finds nothing", arguments: 0..<40)
    func reconciled(_ seed: UInt64) async throws {
        let ledger = try ledger(seed)
        try await ledger.built { shelf in
            #expect(ledger.quarantined == [])
            #expect(try await Verifying(log: ledger.log, shelf: shelf, anchors: [:]).run().findings == [])
            for period in try await Overview.read(shelf).periods {
                let all = try await Selection(period, in: shelf, isDraft: true)
                for shown in all.statements { #expect(try shown.statement.contradiction() == nil) }
                let report = try await Reconciling(
                    statements: all.statements,
                    payouts: PayoutFile(reading: PayoutFile(all.statements, names: Names()).csv),
                    journal: Journal(reading: all.journal(of: period, in: shelf).csv()),
                    published: PayoutFile(publishedIn: period, ledger.log, ledger.application)
                ).report()
                #expect(report.differences == [], "\(period), seed \(seed)")
                let summary = try await all.journal(of: period, in: shelf).summary
                let sum = try summary.lines.reduce(Number.zero) { try $0 + $1.amount.amount }
                #expect(sum.isZero)
            }
        }
    }

    @Test("what is closed keeps its bytes while the year goes on", arguments: 0..<10)
    func closed(_ seed: UInt64) async throws {
        let application = Application(name: "test", partitions: 3).unsafelyKnown
        let year = try Year(of: "ada", seed: seed, in: application)
        var known: [Period: String] = [:]
        for count in stride(from: 3, through: year.records.count, by: 3) {
            let ledger = try Ledger()
            for record in year.records.prefix(count) { try ledger.append(record) }
            for shown in try await ledger.built({ try await $0.statements(of: "ada") }) {
                let bytes = shown.statement.json.description
                if let before = known[shown.statement.period] { #expect(bytes == before, "seed \(seed)") }
                if shown.standing.status != .draft { known[shown.statement.period] = bytes }
            }
        }
    }

    @Test("a file that was changed after it was exported is found, with payee, account and amount")
    func tampered() async throws {
        let ledger = try Ledger()
        for record in try YearTests.documents(ledger.application) { try ledger.append(record) }
        let period = Period("2026-02").unsafelyKnown
        try await ledger.built { shelf in
            let selection = try await Selection(period, in: shelf, isDraft: false)
            let file = PayoutFile(selection.statements, names: Names()).csv
            let journal = try await selection.journal(of: period, in: shelf).csv()
            let report = try Reconciling(
                statements: selection.statements,
                payouts: PayoutFile(reading: file.replacing("4250.00", with: "4250.01")),
                journal: Journal(reading: journal.replacing("8050.00", with: "8050.10")), published: nil
            ).report()
            try Golden.check("reconcile.txt", report.text(period))
            let row = "2026-02,payroll,3910.00,EUR,4250.00,USD"
            #expect(file.contains(row))
            for other in [
                "2026-02,payroll,39100.00,EUR,4250.00,USD", "2026-02,payroll,3910.00,SEK,4250.00,USD",
                "2026-02,accounts-payable,3910.00,EUR,4250.00,USD", "2026-01,payroll,3910.00,EUR,4250.00,USD",
            ] {
                let report = try Reconciling(
                    statements: selection.statements,
                    payouts: PayoutFile(reading: file.replacing(row, with: other)),
                    journal: Journal(reading: journal), published: nil
                ).report()
                #expect(!report.differences.isEmpty, "\(other)")
            }
            #expect(throws: CSVFault.self) { try PayoutFile(reading: "payee,amount\r\nada,1\r\n") }
            #expect(throws: CSVFault.self) { try Journal(reading: journal.replacing("expense", with: "\"")) }
        }
    }

    @Test("payout file and journal, as they are written")
    func files() async throws {
        let ledger = try Ledger()
        for record in try YearTests.documents(ledger.application) { try ledger.append(record) }
        try await ledger.built { shelf in
            var text = ""
            for label in ["2026-02", "2026-03", "2026-04"] {
                let period = Period(label).unsafelyKnown
                let selection = try await Selection(period, in: shelf, isDraft: true)
                text += PayoutFile(selection.statements, names: Names(names: ["ada": "=Ada"])).csv
                text += try await selection.journal(of: period, in: shelf).csv(codes: [.expense: "6210"])
                text += try await selection.journal(of: period, in: shelf).summary.csv()
            }
            try Golden.check("files.csv", text)
            let approved = try await Selection(Period("2026-03").unsafelyKnown, in: shelf, isDraft: false)
            #expect(approved.statements.isEmpty)
            #expect(approved.leftOut.count == 1)
        }
    }
}
