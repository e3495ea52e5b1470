import Domain
import LedgerSupport
import Records
import Streams
import Testing

@testable import statements

@Suite("What documents of a close must keep")
struct KindRulesTests {
    enum Fault: CaseIterable {
        case late, release, corrects, sameAsker, noReason, otherAmount, recoversTooMuch, silentDraw, writesOffCredit
        case settlesLess, otherDocument, wrongRate, noPayout, closerApproves, unknownPayout, twice, approvalPosts
        case foreignAccount

        var reason: String {
            switch self {
            case .late: "but 2026-01 is settled: paid is paid"
            case .release: "its earnings release 20, its postings to payable are 30"
            case .corrects: "corrects document 9, which is not before it"
            case .sameAsker: "was asked for and approved by maker: that takes two"
            case .noReason: "lacks a reason"
            case .otherAmount: "is over 40.00 USD, 50 USD is posted"
            case .recoversTooMuch: "it recovers 60, but only 0 was advanced"
            case .silentDraw: "it does not say what is drawn"
            case .writesOffCredit: "only what is owed can be written off"
            case .settlesLess: "it settles 50, 60 is due"
            case .otherDocument: "its payout names 60.00 USD of 2026-01 by document 7"
            case .wrongRate: "60.00 USD at 0.9 is 54 EUR, it pays 55.00 EUR"
            case .noPayout: "it settles without saying what is paid out"
            case .closerApproves: "finance closed 2026-01 and approves it too: that takes two"
            case .unknownPayout: "no settlement of 2026-01 pays out what it approves"
            case .twice: "the payout of document 2 is approved already"
            case .approvalPosts: "an approval posts nothing"
            case .foreignAccount: "a document of kind adjustment posts to paid"
            }
        }
    }

    @Test("a document that breaks one goes to quarantine, with its reason", arguments: Fault.allCases)
    func broken(_ fault: Fault) async throws {
        let ledger = try Ledger(partitions: 1)
        var ada = DocumentChain("ada", currency: usd, in: ledger.application)
        let first = sale("D-1", "2026-01-05", 1_000)
        try ledger.append(try ada.post(first, steps: [try .init(1_000, at: Rate("6%"))]))
        for record in try Self.records(fault, &ada) { try ledger.append(record) }
        _ = try await ledger.built { _ in }
        #expect(ledger.quarantined.count == 1)
        #expect(ledger.quarantined.first?.contains(fault.reason) == true, "\(ledger.quarantined)")
        // The audit, which trusts no store, comes to the same.
        let report = try await Verifying(
            log: ledger.log, shelf: Shelf(folder: "/nonexistent", application: ledger.application), anchors: [:]
        ).run()
        #expect(report.findings.first?.message.contains(fault.reason) == true, "\(report.findings)")
    }

    private static func records(_ fault: Fault, _ ada: inout DocumentChain) throws -> [(Streams.Record, TopicPartition)]
    {
        let month = Period("2026-01").unsafelyKnown
        let second = sale("D-2", "2026-01-06", 500)
        let steps = [try Explanation.Step(500, at: Rate("6%"))]
        switch fault {
        case .late: return [try ada.settle(month), try ada.post(second, steps: steps)]
        case .release: return [try ada.post(second, steps: steps) { $0.earnings[0].released = "20" }]
        case .corrects: return [try ada.post(second, steps: steps) { $0.earnings[0].corrects = 9 }]
        case .sameAsker: return [try ada.adjust(50, "A", reason: "so", in: month, by: "maker", approvedBy: "maker")]
        case .noReason: return [try ada.adjust(50, "A", reason: "", in: month)]
        case .otherAmount:
            return [try ada.adjust(50, "A", reason: "so", in: month) { $0.adjustment.amount = "40" }]
        case .recoversTooMuch: return [try ada.draw(-60, in: month, note: "Recovered")]
        case .silentDraw: return [try ada.draw(60, in: month, note: "")]
        case .writesOffCredit: return [try ada.writeOff(in: month, note: "so")]
        case .settlesLess:
            return [
                try ada.settle(month) {
                    ($0.postings[0].amount, $0.postings[1].amount) = ("-50", "50")
                }
            ]
        case .otherDocument: return [try ada.settle(month) { $0.payout.document = 7 }]
        case .wrongRate:
            return [try ada.settle(month, as: eur, rate: try Number("0.9")) { $0.payout.amount = "55" }]
        case .noPayout: return [try ada.settle(month) { $0.clearPayout() }]
        case .closerApproves: return [try ada.settle(month), try ada.approve(month, by: "finance")]
        case .unknownPayout: return [try ada.settle(month), try ada.approve(month) { $0.payout.amount = "61" }]
        case .twice: return [try ada.settle(month), try ada.approve(month), try ada.approve(month)]
        case .approvalPosts:
            return [
                try ada.settle(month),
                try ada.append(
                    .approval, Period("2026-02").unsafelyKnown,
                    [Posting(account: .payable, amount: 1), Posting(account: .expense, amount: -1)], by: "cfo"),
            ]
        case .foreignAccount:
            return [try ada.adjust(50, "A", reason: "so", in: month) { $0.postings[0].account = "paid" }]
        }
    }

    @Test("more released than was earned is found by verify")
    func overReleased() async throws {
        let ledger = try Ledger(partitions: 1)
        var ada = DocumentChain("ada", currency: usd, in: ledger.application)
        try ledger.append(
            try ada.post(
                sale("D-1", "2026-01-05", 1_000), steps: [try .init(1_000, at: Rate("6%"))], released: Rate("150%")))
        let report = try await ledger.built { shelf in
            try await Verifying(log: ledger.log, shelf: shelf, anchors: [:]).run()
        }
        #expect(report.findings.map(\.message) == ["commission for D-1 as owner: 90 of 60 USD is released"])
    }
}
