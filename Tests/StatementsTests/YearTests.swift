import Domain
import LedgerSupport
import Records
import Streams
import Testing

@testable import statements

/// What a year brings after a deal closes, as a payee and an analyst read it.
@Suite("A year of one payee")
struct YearTests {
    private static func month(_ label: String) -> Period { Period(label).unsafelyKnown }

    /// January: a draw. February: half of a deal is held, a bonus by hand. March: its payment comes, January is
    /// corrected, a deal of February is cancelled. April: nothing but a chargeback. May: still open.
    static func documents(_ application: Application) throws -> [(Record, TopicPartition)] {
        var ada = DocumentChain("ada", currency: usd, in: application)
        var records: [(Record, TopicPartition)] = []
        let (small, big, lost) = (
            sale("D-1", "2026-01-20", 20_000, account: "Acme"), sale("D-2", "2026-02-10", 100_000, account: "Bolt"),
            sale("D-3", "2026-02-12", 30_000, account: "Crane")
        )
        let (january, february, march, april) = (month("2026-01"), month("2026-02"), month("2026-03"), month("2026-04"))
        records.append(try ada.post(small, steps: [try .init(20_000, at: Rate("6%"))]))
        records.append(try ada.draw(800, in: january, note: "Advance to 2,000.00 a month"))
        records.append(try ada.settle(january))
        records.append(try ada.approve(january))

        let half = "50% on booking, 50% on payment of 0.00 of 100,000.00"
        records.append(
            try ada.post(big, steps: [try .init(100_000, at: Rate("6%"))], released: Rate("50%"), release: half))
        records.append(try ada.post(lost, steps: [try .init(30_000, at: Rate("6%"))]))
        records.append(try ada.adjust(250, "A-7", reason: "Trade fair in Leipzig", in: february))
        records.append(try ada.draw(-800, in: february, note: "Recovered: 4,800.00 earned, 2,000.00 guaranteed"))
        records.append(try ada.settle(february, as: eur, rate: try Number("0.92")))
        records.append(try ada.approve(february, note: "seen by the audit"))

        records.append(
            try ada.post(
                big, steps: [try .init(100_000, at: Rate("6%"))], period: march, earned: february,
                release: "paid in full on 2026-03-17"))
        records.append(
            try ada.post(
                sale("D-1", "2026-01-20", 22_000, account: "Acme"), steps: [try .init(22_000, at: Rate("6%"))],
                period: march, earned: january))
        let kept = Explanation.Step(
            base: 1_800, rate: try Rate("25%"), amount: 450, tier: nil,
            note: "kept of 1,800.00: 68 of 90 days had not passed")
        records.append(
            try ada.post(
                Credit.sample(
                    "D-3", date: "2026-02-12", amount: 30_000, currency: usd, account: "Crane",
                    fulfilment: Fulfilment(
                        cancellation: .init(
                            date: CalendarDate("2026-03-06").unsafelyKnown, reason: "the customer closed down"))),
                steps: [kept], period: march, earned: february))
        records.append(try ada.settle(march, channel: .accountsPayable))

        records.append(
            try ada.post(
                sale("D-3", "2026-02-12", 0, account: "Crane"), steps: [], period: april, earned: february))
        records.append(try ada.writeOff(in: april, note: "The plan does not carry a negative month forward"))
        records.append(
            try ada.draw(2_000, in: april, note: "Guaranteed for the first six months", isRecoverable: false))
        records.append(try ada.settle(april, by: "controller"))
        records.append(try ada.post(sale("D-9", "2026-05-02", 50_000), steps: [try .init(50_000, at: Rate("6%"))]))
        return records
    }

    private func ledger() throws -> Ledger {
        let ledger = try Ledger()
        for record in try Self.documents(ledger.application) { try ledger.append(record) }
        return ledger
    }

    @Test("every statement's opening and movements give its closing, and every status is as far as it has come")
    func figures() async throws {
        let ledger = try ledger()
        let shown = try await ledger.built { try await $0.statements(of: "ada") }
        #expect(ledger.quarantined == [])
        for shown in shown { #expect(try shown.statement.contradiction() == nil) }
        #expect(shown.map(\.standing.status) == [.approved, .approved, .closed, .closed, .draft])
        #expect(
            shown.flatMap { $0.statement.balances.map(\.closing) } == [0, 0, 0, 0, 3_000])
    }

    @Test("as text, month by month")
    func text() async throws {
        let shown = try await ledger().built { try await $0.statements(of: "ada") }
        let texts = shown.map {
            $0.statement.text(name: "Ada Lovelace", company: nil, standing: $0.standing, explained: true)
        }
        try Golden.check("year.txt", texts.joined(separator: "\n\n"))
    }

    @Test("as CSV, JSON and a page to keep: March")
    func march() async throws {
        let shown = try await ledger().built { try await $0.statements(of: "ada") }[2]
        try Golden.check("march.csv", shown.statement.csv)
        try Golden.check("march.json", shown.json.description + "\n")
        var freshness = Freshness(topic: .ledger)
        freshness.behind = 0
        try Golden.check(
            "march.html",
            try Pages().statement(shown, names: RenderingTests.names, freshness: freshness, isAlone: true))
    }

    @Test("the rows of a statement's CSV sum to its closing balance")
    func sums() async throws {
        for shown in try await ledger().built({ try await $0.statements(of: "ada") }) {
            var sum = Number.zero
            for row in try CSVRows(shown.statement.csv, columns: Statement.csvTitles).rows {
                if row.text("entry") == "closing" { break }
                try sum += Number(row.text("amount"))
            }
            #expect(sum == shown.statement.balances.first?.closing, "\(shown.statement.period)")
        }
    }

    @Test("what is closed keeps its bytes, whatever comes later")
    func closed() async throws {
        let all = try Self.documents(Application(name: "test", partitions: 3).unsafelyKnown)
        var known: [Period: String] = [:]
        for count in 1...all.count {
            let ledger = try Ledger()
            for record in all.prefix(count) { try ledger.append(record) }
            for shown in try await ledger.built({ try await $0.statements(of: "ada") }) {
                let bytes = shown.statement.json.description
                if let before = known[shown.statement.period] { #expect(bytes == before) }
                if shown.standing.status != .draft { known[shown.statement.period] = bytes }
            }
        }
        #expect(known.count == 4)
    }

    @Test("an approval publishes the statement once, and its payout")
    func published() async throws {
        let ledger = try ledger()
        _ = try await ledger.built { _ in }
        let statements = ledger.values(.statements)
        let payouts = ledger.values(.payouts)
        #expect(statements.count == 2)
        #expect(statements[1].hasPrefix(#"{"payee":"ada","period":"2026-02","balances":["#))
        #expect(statements[1].hasSuffix(#""approval":{"by":"cfo","reason":"seen by the audit"}}"#))
        #expect(
            payouts == [
                #"{"payee":"ada","period":"2026-01","channel":"payroll","amount":"2000.00","currency":"USD","#
                    + #""settled":"2000.00","settledCurrency":"USD","document":"ada/3","approvedBy":"cfo"}"#,
                #"{"payee":"ada","period":"2026-02","channel":"payroll","amount":"3910.00","currency":"EUR","#
                    + #""settled":"4250.00","settledCurrency":"USD","exchangeRate":"0.92","document":"ada/9","#
                    + #""approvedBy":"cfo"}"#,
            ])
    }

    @Test("a payout that is delivered again is one, another one of the same document is another")
    func publishedTwice() async throws {
        let ledger = try ledger()
        _ = try await ledger.built { _ in }
        let first = try #require(ledger.values(.payouts).first)
        let place = TopicPartition(ledger.application.topic(.payouts), 0)
        func amounts() throws -> [String] {
            try PayoutFile(publishedIn: Period("2026-01").unsafelyKnown, ledger.log, ledger.application).rows
                .map { $0.payout.amount.description }
        }
        for text in [first, first.replacing("2000.00", with: "9000.00")] {
            try ledger.append((Streams.Record(key: Array("ada".utf8), value: Array(text.utf8), timestamp: 0), place))
        }
        #expect(try amounts() == ["2,000.00 USD", "9,000.00 USD"])
    }
}
