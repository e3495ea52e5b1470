import Domain
import Testing

@testable import calculator

@Suite("What is held, and when it is released")
struct ReleaseTests {
    private static let halfOnPayment =
        "release: [{on: booking, share: 50%}, {on: payment, share: 50%, proportional: true}]"

    @Test("a proportional release follows the payments, into the period of each")
    func proportional() throws {
        let year = try Year(ReleaseTests.halfOnPayment)
        let first = try year.deal("D1 2026-01-05 1000")
        #expect(first.text == "2026-01 earning D1 commission 100 released 50")
        #expect(
            first[0].earnings[0].explanation.release == "50% of it is payable, held: 50% until 1,000.00 USD are paid")
        let paid = try year.deal("D1 2026-01-05 1000", "paid 2026-02-10 333.33")
        #expect(paid.text == "2026-02 earning D1 commission 0 released 16.67 of 2026-01")
        #expect(try year.balance(.held).description == "33.33")
        // The last payment releases what is left, whatever rounding made of the parts.
        try year.deal("D1 2026-01-05 1000", "paid 2026-02-10 333.33", "paid 2026-05-03 666.67")
        #expect(try year.text(of: .payable) == "2026-01 50, 2026-02 16.67, 2026-05 33.33")
        #expect(try year.balance(.held) == .zero)
    }

    @Test(
        "overpayment releases no more than all, a refund takes back, and what waits for all waits for all",
        arguments: [
            // release                                              payments                                          payable by period
            ("[{on: payment, share: 100%, proportional: true}]", ["paid 2026-02-10 1500"], "2026-02 100"),
            (
                "[{on: payment, share: 100%, proportional: true}]",
                ["paid 2026-02-10 1500", "paid 2026-03-10 -700"], "2026-02 100, 2026-03 -20"
            ),
            (
                "[{on: payment, share: 100%, proportional: true}]",
                ["paid 2026-02-10 400", "paid 2026-03-10 -400"], "2026-02 40, 2026-03 -40"
            ),
            ("[{on: payment, share: 100%}]", ["paid 2026-02-10 999"], ""),
            ("[{on: payment, share: 100%}]", ["paid 2026-02-10 999", "paid 2026-04-01 1"], "2026-04 100"),
            ("[{on: payment, share: 100%}]", ["invoiced 2000", "paid 2026-02-10 1000"], ""),
            (
                "[{on: payment, share: 100%, proportional: true}]", ["invoiced 2000", "paid 2026-02-10 1000"],
                "2026-02 50"
            ),
            // A prepayment releases when the deal is earned, not before.
            ("[{on: payment, share: 100%}]", ["paid 2025-12-10 1000"], ""),
            (
                "[{on: booking, share: 20%}, {on: approval, share: 80%}]", ["approval 2026-03-15"],
                "2026-01 20, 2026-03 80"
            ),
            ("[{on: delivered, share: 100%}]", ["delivered 2026-01-31"], "2026-01 100"),
        ] as [(String, [String], String)])
    func payments(release: String, fates: [String], expected: String) throws {
        let year = try Year("release: \(release)")
        if fates.count == 1 { try year.deal("D1 2026-01-05 1000", fates[0]) }
        if fates.count == 2 { try year.deal("D1 2026-01-05 1000", fates[0], fates[1]) }
        #expect(try year.text(of: .payable) == (fates == ["paid 2025-12-10 1000"] ? "2026-01 100" : expected))
        #expect(try year.balance(.held) + year.balance(.payable) == 100)
    }

    @Test("a release by date falls due when the period that contains it is closed")
    func reserve() throws {
        let year = try Year("release: [{on: booking, share: 90%}, {on: date, after: 90 days, share: 10%}]")
        try year.deal("D1 2026-01-05 1000")
        #expect(try year.close("2026-01-31").text == "2026-01 settlement payable -90 paid 90")
        #expect(try year.close("2026-03-31").isEmpty)
        try year.restart()
        let april = try year.close("2026-04-30")
        #expect(
            april.text
                == "2026-04 earning D1 commission 0 released 10 of 2026-01 corrects 1; 2026-04 settlement payable -10 paid 10"
        )
        #expect(april[0].earnings[0].explanation.release == "all of it is payable")
        // A deal that comes late is released at once as far as the calendar has come.
        #expect(try year.deal("D2 2026-01-10 1000").text == "2026-05 earning D2 commission 100 of 2026-01")
        #expect(try year.deal("D3 2026-03-10 1000").text == "2026-05 earning D3 commission 100 released 90 of 2026-03")
    }

    @Test("instalments are equal parts by date, and the last takes the remainder")
    func instalments() throws {
        let year = try Year("release: [{on: booking, share: 100%, instalments: {count: 3, every: month}}]")
        try year.deal("D1 2026-01-31 1000")
        try year.close("2026-01-31")
        try year.close("2026-02-28")
        #expect(try year.paid == "2026-01 33.33, 2026-02 33.34")
        try year.close("2026-06-30")
        #expect(try year.paid == "2026-01 33.33, 2026-02 33.34, 2026-03 33.33")
    }

    @Test("what changes while some of it is held changes both what is earned and what is released")
    func amended() throws {
        let year = try Year(ReleaseTests.halfOnPayment)
        try year.deal("D1 2026-01-05 1000", "paid 2026-02-10 500")
        try year.close("2026-02-28")
        #expect(try year.paid == "2026-01 50, 2026-02 25")
        #expect(
            try year.deal("D1 2026-01-05 2000", "paid 2026-02-10 500").text
                == "2026-03 earning D1 commission 100 released 50 of 2026-01 corrects 2")
        #expect(try year.balance(.held) == 75)
        try year.tell(Told.withdrawn("D1"))
        #expect(try year.balance(.held) == .zero)
        #expect(try year.balance(.payable) == -75)
    }

    @Test("a payment dated in a closed period releases in the open one")
    func latePayment() throws {
        let year = try Year(ReleaseTests.halfOnPayment)
        try year.deal("D1 2026-01-05 1000")
        try year.close("2026-03-31")
        #expect(
            try year.deal("D1 2026-01-05 1000", "paid 2026-02-10 1000").text
                == "2026-04 earning D1 commission 0 released 50 of 2026-01 corrects 1")
        try year.close("2026-04-30")
        #expect(try year.paid == "2026-01 50, 2026-04 50")
    }
}
