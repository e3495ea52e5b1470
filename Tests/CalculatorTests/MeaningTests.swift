import Domain
import Plans
import Testing

@testable import calculator

/// What each meaning of evaluation made of it. A log of an earlier one comes to the same for ever.
@Suite("Meanings of evaluation")
struct MeaningTests {
    @Test(
        "what is posted to a period that nobody is paid by any more is settled with the one that ends with it",
        arguments: [(1, "", "2027-Q1 1000"), (2, "2026-12 1000", "2026-12 1000")])
    func rests(meaning: Int32, december: String, march: String) throws {
        let year = try Year()
        let bonus = Year.plan("", rules: "components: {bonus: {each: year, amount: '1000.0'}}")
        let plans = [("2026-01-01", "2026-03-31", bonus), ("2026-04-01", "", Year.plan("", pays: "quarterly"))]
        try year.agree(plans, meaning: meaning)
        // The contract's end earns the bonus, which belongs to December.
        try year.close("2026-03-31")
        #expect(try year.balance(.payable, "2026-12") == 1000)
        try year.close("2026-12-31")
        #expect(try year.paid == december)
        try year.close("2027-03-31")
        #expect(try year.paid == march)
    }

    @Test(
        "an adjustment of a month is paid with it, though its payee is paid by the quarter since",
        arguments: [(1, ""), (2, "2026-06 50")])
    func adjusted(meaning: Int32, paid: String) throws {
        let year = try Year()
        try year.adjust("A1", "50", period: "2026-06")
        let plans = [("2026-01-01", "2026-03-31", Year.plan("")), ("2026-04-01", "", Year.plan("", pays: "quarterly"))]
        try year.agree(plans, meaning: meaning)
        try year.close("2026-06-30")
        #expect(try year.paid == paid)
    }

    @Test("what is owed of a month is set against what is paid next, not written off beside a quarter that is paid")
    func owed() throws {
        let year = try Year()
        try year.adjust("A1", "-500", period: "2026-06")
        let quarterly = Year.plan("balance: floor", pays: "quarterly")
        try year.agree([("2026-01-01", "2026-03-31", Year.plan("")), ("2026-04-01", "", quarterly)])
        try year.deal("D1 2026-05-10 10000")
        try year.close("2026-06-30")
        #expect(try year.paid == "2026-Q2 1000")
        try year.deal("D2 2026-07-10 10000")
        try year.close("2026-09-30")
        #expect(try year.paid == "2026-Q2 1000, 2026-Q3 500")
    }

    @Test(
        "a correction is where it would be if it came now, whatever else came in between",
        arguments: [
            (1, false, "2026-Q1 100, 2026-Q2 20"), (1, true, "2026-Q1 100, 2026-05 20"),
            (2, false, "2026-Q1 100, 2026-05 20"), (2, true, "2026-Q1 100, 2026-05 20"),
        ])
    func corrections(meaning: Int32, isTouched: Bool, paid: String) throws {
        let year = try Year()
        let plans = [("2026-01-01", "2026-04-30", Year.plan("", pays: "quarterly")), ("2026-05-01", "", Year.plan(""))]
        try year.agree(plans, meaning: meaning)
        try year.deal("D5 2026-03-10 1000")
        try year.close("2026-03-31")
        #expect(try year.deal("D5 2026-03-10 1200").text == "2026-Q2 earning D5 commission 20 of 2026-Q1 corrects 1")
        // It ends no period; what comes late goes to May from here on.
        let moved = try year.close("2026-04-30").text
        #expect(
            moved
                == (meaning < 2
                    ? ""
                    : "2026-Q2 earning D5 commission -20 of 2026-Q1 corrects 1; "
                        + "2026-05 earning D5 commission 20 of 2026-Q1 corrects 1"))
        if isTouched {
            try year.deal("D4 2026-03-05 500")
            try year.tell(Told.withdrawn("D4"))
        }
        try year.close("2026-06-30")
        #expect(try year.paid == paid)
    }

    @Test("what moves on at a close is told of the same credit, in whatever order the deal's revisions came")
    func movedBack() throws {
        var told: [[LedgerDocument]] = []
        for revisions in [["D5 2026-03-10 1200"], []] {
            let year = try Year()
            try year.agree([
                ("2026-01-01", "2026-04-30", Year.plan("", pays: "quarterly")), ("2026-05-01", "", Year.plan("")),
            ])
            try year.deal("D5 2026-03-10 1000")
            try year.close("2026-03-31")
            for revision in revisions { try year.deal(revision) }
            try year.tell(Told.withdrawn("D5"))
            told.append(try year.close("2026-04-30"))
        }
        #expect(told[0].count == 2)
        #expect(told[0].map(\.earnings).flatMap { $0.map(\.credit) } == told[1].flatMap { $0.earnings.map(\.credit) })
    }

    @Test("another meaning of a quota is told of lines that pay the same, as a line that comes after it would tell it")
    func toldAnew() throws {
        let year = try Year()
        let plan = Year.plan("").replacing(
            "quota: contract.quota.bookings", with: "quota: {amount: contract.quota.bookings, prorate: days}")
        let months = (7...9).map { (period: "2026-0\($0)", amount: "1000") }
        try year.agree([("2026-07-01", "", plan)], quotas: months, meaning: 1)
        try year.deal("D1 2026-07-10 1000")
        #expect(try year.agree([("2026-07-01", "", plan)], quotas: months, meaning: 1).isEmpty)
        let again = try year.agree([("2026-07-01", "", plan)], quotas: months, meaning: 2)
        #expect(again.text == "2026-07 earning D1 commission 0")
    }

    @Test(
        "a quota that is summed up from months is prorated month by month",
        arguments: [(1, "100"), (2, "50")])
    func quotas(meaning: Int32, pay: String) throws {
        let year = try Year()
        let rules = """
            components:
              commission:
                for: bookings
                rate: {by: attainment(bookings), method: marginal, boundary: lower-inclusive, \
            tiers: [{from: 0%, rate: 5%}, {from: 100%, rate: 10%}]}
            """
        let plan = Year.plan("", rules: rules).replacing(
            "quota: contract.quota.bookings", with: "quota: {amount: contract.quota.bookings, prorate: days}")
        let months = (1...12).map { (period: "2026-" + ($0 < 10 ? "0" : "") + "\($0)", amount: $0 < 7 ? "0" : "1000") }
        // From July on, which is all that has a quota: 6,000; as a whole it would be the share of 184 days of 365.
        try year.agree([("2026-07-01", "", plan)], quotas: months, meaning: meaning)
        #expect(try year.deal("D1 2026-07-10 1000").text == "2026-07 earning D1 commission 50")
        try year.deal("D2 2026-08-10 3000")
        #expect(try year.deal("D3 2026-09-10 1000").text == "2026-09 earning D3 commission \(pay)")
    }
}
