import Calculation
import Domain
import LedgerSupport
import Records
import Streams
import SwiftProtobuf
import Testing

@testable import statements

/// The ledger against the events that led to it: real plans, real closes, nothing of the calculator's stores.
@Suite("Verify works every document out anew")
struct RecomputingTests {
    private static let plan = """
        plan: reps
        currency: USD
        pays: monthly
        measures: {bookings: {over: year, quota: contract.quota.bookings}}
        components:
          commission:
            for: bookings
            rate:
              by: attainment(bookings)
              method: marginal
              boundary: lower-inclusive
              tiers: [{from: 0%, rate: 6%}, {from: 100%, rate: 9%}]
        release: [{on: booking, share: 50%}, {on: payment, share: 50%, proportional: true}]
        clawback: {within: 90 days, method: prorated-days, attainment: reversed}
        draw: {amount: 1000, per: month, recoverable: true, recover: 100%}
        """

    private static func agreed() -> PayeeRecord.Act {
        .agreed(
            .with {
                $0.evaluation = 1
                $0.contracts = [
                    .with {
                        $0.plan = "reps"
                        $0.from = "2026-01-01"
                        $0.planText = plan
                    }
                ]
                $0.quotas = [
                    .with {
                        $0.payee = "ada"
                        $0.measure = "bookings"
                        $0.period = "2026"
                        $0.amount = "100000"
                    }
                ]
            })
    }

    /// Deals, payments, changes, cancellations and closes in an order that only the seed knows.
    private static func acts(_ seed: UInt64) -> [PayeeRecord.Act] {
        var random = SeededRandom(state: seed)
        var acts = [agreed()]
        var known: [Credit] = []
        for month in 1...8 {
            let label = "2026-" + String(zeroPadded: month, to: 2)
            let period = Period(label).unsafelyKnown
            for number in 0..<Int.random(in: 1...4, using: &random) {
                let amount = Number(Int.random(in: 1_000...40_000, using: &random))
                let credit = sale("D-\(month)-\(number)", period.start.adding(days: number * 7).description, amount)
                known.append(credit)
                acts.append(.assigned(credit))
            }
            for credit in known where Int.random(in: 0..<3, using: &random) == 0 {
                acts.append(change(credit, period.start.adding(days: 20), &random))
            }
            if month == 3 {
                let adjustment = Adjustment(
                    id: "A-1", amount: Money(250, usd), period: nil, reason: "trade fair", by: "a", approvedBy: "b")
                acts.append(.adjusted(adjustment))
            }
            guard month != 5, month < 8 else { continue }
            acts.append(
                .closed(
                    PeriodClosed(
                        id: "C-\(month)", through: period.end, by: "finance", payoutCurrency: usd, channel: .payroll)))
            acts.append(.approved(StatementApproved(id: "S-\(month)", period: period, by: "cfo", reason: "")))
        }
        return acts
    }

    private static func change(_ credit: Credit, _ day: CalendarDate, _ random: inout SeededRandom) -> PayeeRecord.Act {
        var fulfilment = Fulfilment()
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return .withdrawn(credit.key)
        case 1: fulfilment.cancellation = .init(date: day, reason: "churned")
        case 2: fulfilment.payments = [.init(id: "P", date: day, amount: credit.amount.amount)]
        default:
            return .assigned(
                sale(
                    credit.key.deal.text, credit.date.description,
                    Number(Int.random(in: 1_000...40_000, using: &random))
                ))
        }
        return .assigned(
            .sample(
                credit.key.deal.text, date: credit.date.description, amount: credit.amount.amount, currency: usd,
                fulfilment: fulfilment))
    }

    /// What ingest and calculator write: the payee's events, and the documents that follow from the first `calculated`.
    private func ledger(
        _ acts: [PayeeRecord.Act], calculated: Int = .max, forge: (Int, inout LedgerDocument) -> Void = { _, _ in }
    ) throws -> Ledger {
        let ledger = try Ledger(partitions: 1, withEvents: true)
        var state = PayeeState(id: "ada")
        var head: [UInt8] = []
        for (offset, act) in acts.enumerated() {
            let value = try PayeeRecord(payee: "ada", act).encoded()
            var record = Streams.Record(key: Array("ada".utf8), value: value, timestamp: Int64(offset) * 1_000)
            record.headers.append("ce_id", "test.deal-events/0/\(offset)/0")
            // Everything is delivered twice, as a crash would have it.
            for _ in 0..<2 { try ledger.append((record, TopicPartition(ledger.application.topic(.payeeEvents), 0))) }
            guard offset < calculated else { continue }
            let event = try PayeeEvent(key: record.key, value: value)
            let cause = PayeeEvent.Cause(
                coordinate: "test.payee-events/0/\(offset * 2)", occurred: Instant(milliseconds: Int64(offset) * 1_000))
            for bytes in try state.apply(event, cause: cause).documents {
                var wire = try WireLedgerDocument(decoding: bytes)
                wire.previousHash = .init(head)
                var document = try wire.domain()
                forge(Int(document.sequence), &document)
                let bytes = document.encoded()
                head = digest(bytes)
                try ledger.append(
                    (
                        Streams.Record(key: Array("ada".utf8), value: bytes, timestamp: 0),
                        TopicPartition(ledger.application.topic(.ledger), 0)
                    ))
            }
        }
        return ledger
    }

    private func verify(_ ledger: Ledger) async throws -> Verifying.Report {
        try await ledger.built { try await Verifying(log: ledger.log, shelf: $0, anchors: [:]).run() }
    }

    @Test("years of real plans agree, document by document and evaluated in one go", arguments: 0..<30)
    func agrees(_ seed: UInt64) async throws {
        let ledger = try ledger(Self.acts(seed))
        let report = try await verify(ledger)
        #expect(ledger.quarantined == [])
        #expect(report.findings == [], "seed \(seed)")
        #expect(report.documentsRecomputed == report.documents)
        #expect(report.linesRecomputed > 0)
        try await ledger.built { shelf in
            for shown in try await shelf.statements(of: "ada") {
                #expect(try shown.statement.contradiction() == nil, "seed \(seed)")
                let selection = try await Selection(shown.statement.period, in: shelf, isDraft: true)
                let report = try await Reconciling(
                    statements: selection.statements, payouts: PayoutFile(selection.statements, names: Names()),
                    journal: selection.journal(of: shown.statement.period, in: shelf),
                    published: PayoutFile(publishedIn: shown.statement.period, ledger.log, ledger.application)
                ).report()
                #expect(report.differences == [], "seed \(seed)")
            }
        }
    }

    @Test("statements of closed periods keep their bytes while the year goes on", arguments: 0..<6)
    func closed(_ seed: UInt64) async throws {
        let acts = Self.acts(seed)
        var known: [Period: String] = [:]
        for count in stride(from: 8, through: acts.count, by: 4) {
            let ledger = try ledger(acts, calculated: count)
            for shown in try await ledger.built({ try await $0.statements(of: "ada") }) {
                let bytes = shown.statement.json.description
                if let before = known[shown.statement.period] { #expect(bytes == before, "seed \(seed)") }
                if shown.standing.status != .draft { known[shown.statement.period] = bytes }
            }
        }
        #expect(known.count > 3)
    }

    @Test("a ledger that was written anew, chain, sums and all, is found")
    func forged() async throws {
        let report = try await verify(
            try ledger(Self.acts(7)) { sequence, document in
                guard sequence == 2 else { return }
                document = document.with(occurred: Instant(milliseconds: 1))
            })
        #expect(report.findings.count == 1)
        #expect(report.findings.first?.message.hasPrefix("document 2 is not what the payee's events lead to") == true)
    }

    @Test("what the calculator has not come to is no fault")
    func behind() async throws {
        let acts = Self.acts(7)
        let report = try await verify(try ledger(acts, calculated: acts.count - 5))
        #expect(report.findings == [])
    }

    @Test(
        "how far books are closed is told as far as the calculator has come, whatever has happened since",
        arguments: 0..<6)
    func closedThrough(_ seed: UInt64) async throws {
        let acts = Self.acts(seed)
        for calculated in stride(from: 1, through: acts.count, by: 3) {
            var through: CalendarDate?
            for case .closed(let close) in acts.prefix(calculated) { through = close.through }
            let report = try await verify(try ledger(acts, calculated: calculated))
            // One that posted nothing is not told apart from one that is still to come, and is as good.
            let known = report.closedThrough["ada"]
            #expect(known == through || (known ?? .first) > (through ?? .first), "seed \(seed), \(calculated)")
            if calculated == acts.count { #expect(known == through) }
        }
    }

    @Test("a ledger whose events are all gone is not whole")
    func withoutEvents() async throws {
        let ledger = try Ledger(partitions: 1, withEvents: true)
        var ada = DocumentChain("ada", currency: usd, in: ledger.application)
        try ledger.append(try ada.post(sale("D-1", "2026-01-05", 1_000), steps: [try .init(1_000, at: Rate("6%"))]))
        #expect(
            try await verify(ledger).findings.map(\.message) == [
                "1 documents are in the ledger, and no event leads to them"
            ])
    }

    @Test("documents that no event leads to are found")
    func invented() async throws {
        let ledger = try ledger([Self.agreed()])
        var eve = DocumentChain("eve", currency: usd, in: ledger.application)
        try ledger.append(try eve.post(sale("D-1", "2026-01-05", 1_000), steps: [try .init(1_000, at: Rate("6%"))]))
        #expect(
            try await verify(ledger).findings.map(\.message) == [
                "1 documents are in the ledger, and no event leads to them"
            ])
    }
}

extension LedgerDocument {
    fileprivate func with(occurred: Instant) -> LedgerDocument {
        LedgerDocument(
            payee: payee, sequence: sequence, period: period, kind: kind, currency: currency, cause: cause, plan: plan,
            planVersion: planVersion, previousHash: previousHash, occurred: occurred, earnings: earnings,
            postings: postings, note: note, adjustment: adjustment, payout: payout, by: by)
    }
}
