import Domain
import Testing

@testable import calculator

@Suite("Closing periods and correcting them")
struct ClosingTests {
    @Test("a close settles what is payable, and pays it once")
    func settles() throws {
        let year = try Year()
        try year.deal("D1 2026-01-05 1000")
        try year.deal("D2 2026-02-05 500")
        let documents = try year.close("2026-01-31")
        #expect(documents.text == "2026-01 settlement payable -100 paid 100")
        #expect(documents[0].payout?.amount.description == "100.00 USD")
        #expect(documents[0].payout?.document == 3)
        #expect(documents[0].by == "fin")
        #expect(try year.close("2026-01-31").isEmpty)
        #expect(try year.close("2026-02-28").text == "2026-02 settlement payable -50 paid 50")
        #expect(try year.close("2026-01-15").isEmpty)
    }

    @Test("a change to a closed period posts its difference to the open one, and names what it corrects")
    func corrects() throws {
        let year = try Year()
        try year.deal("D1 2026-01-05 1000")
        try year.close("2026-01-31")
        #expect(try year.deal("D1 2026-01-05 800").text == "2026-02 earning D1 commission -20 of 2026-01 corrects 1")
        #expect(try year.deal("D1 2026-01-05 1200").text == "2026-02 earning D1 commission 40 of 2026-01 corrects 1")
        #expect(try year.deal("D1 2026-01-05 1200").isEmpty)
        try year.close("2026-02-28")
        #expect(try year.paid == "2026-01 100, 2026-02 20")
        // Three deep: each names the last document that closed periods have of the line.
        #expect(try year.deal("D1 2026-01-05 1300").text == "2026-03 earning D1 commission 10 of 2026-01 corrects 4")
    }

    @Test("a withdrawal after the close is taken back in the open period, and earned again when it comes back")
    func withdrawn() throws {
        let year = try Year()
        try year.deal("D1 2026-01-05 1000")
        try year.close("2026-01-31")
        #expect(try year.tell(Told.withdrawn("D1")).text == "2026-02 earning D1 commission -100 of 2026-01 corrects 1")
        #expect(try year.tell(Told.withdrawn("D1")).isEmpty)
        try year.restart()
        #expect(try year.deal("D1 2026-01-05 1000").text == "2026-02 earning D1 commission 100 of 2026-01 corrects 1")
        try year.tell(Told.withdrawn("D1"))
        try year.close("2026-02-28")
        #expect(try year.balance(.payable) == -100)
        #expect(try year.deal("D1 2026-01-05 600").text == "2026-03 earning D1 commission 60 of 2026-01 corrects 5")
        try year.close("2026-03-31")
        #expect(try year.paid == "2026-01 100")
        #expect(try year.balance(.payable) == -40)
    }

    @Test("a deal that comes late to a closed period is paid in the open one")
    func late() throws {
        let year = try Year()
        try year.deal("D2 2026-01-20 100")
        try year.close("2026-01-31")
        #expect(try year.deal("D1 2026-01-05 1000").text == "2026-02 earning D1 commission 100 of 2026-01")
        try year.close("2026-02-28")
        #expect(try year.paid == "2026-01 10, 2026-02 100")
    }

    @Test("a deal that moves out of a closed period is taken back there and earned where it belongs")
    func moved() throws {
        let year = try Year()
        try year.deal("D1 2026-01-05 1000")
        try year.close("2026-02-28")
        let text = try year.deal("D1 2026-04-05 1000").text
        #expect(text == "2026-03 earning D1 commission -100 of 2026-01 corrects 1; 2026-04 earning D1 commission 100")
    }

    @Test("a retroactive plan change re-rates closed periods into the open one, and told anew is nothing of the rest")
    func retroactive() throws {
        let year = try Year()
        try year.deal("D1 2026-01-05 1000")
        try year.deal("D2 2026-02-05 1000")
        try year.close("2026-01-31")
        let rules = "components: {commission: {for: bookings, rate: 12%}}"
        let documents = try year.agree([("2026-01-01", "", Year.plan("", rules: rules))])
        #expect(
            documents.text
                == "2026-02 earning D1 commission 20 of 2026-01 corrects 1, D2 commission 20")
        let same = "components: {commission: {for: bookings, rate: '0.12'}}"
        #expect(
            try year.agree([("2026-01-01", "", Year.plan("", rules: same))]).text
                == "2026-02 earning D1 commission 0 of 2026-01 corrects 1, D2 commission 0")
        try year.close("2026-03-31")
        #expect(try year.agree([("2026-01-01", "", Year.plan("", rules: rules))]).isEmpty)
    }

    @Test("several periods are settled one after the other, the first close from the first that has anything")
    func several() throws {
        let year = try Year()
        try year.deal("D1 2026-02-05 1000")
        try year.deal("D2 2026-04-05 500")
        let documents = try year.close("2026-05-31")
        #expect(
            documents.text == "2026-02 settlement payable -100 paid 100; 2026-04 settlement payable -50 paid 50")
    }

    @Test("an adjustment is posted once, in its period while that is open")
    func adjustments() throws {
        let year = try Year()
        try year.deal("D1 2026-01-05 1000")
        #expect(try year.adjust("A1", "25", period: "2026-01").text == "2026-01 adjustment expense -25 payable 25")
        #expect(try year.adjust("A1", "25", period: "2026-01").isEmpty)
        try year.close("2026-01-31")
        #expect(try year.adjust("A2", "-5", period: "2026-01").text == "2026-02 adjustment expense 5 payable -5")
        #expect(try year.adjust("A3", "7").text == "2026-02 adjustment expense -7 payable 7")
        try year.close("2026-02-28")
        #expect(try year.paid == "2026-01 125, 2026-02 2")
        let adjusted = try #require(try year.documents.first { $0.kind == .adjustment })
        #expect(adjusted.adjustment?.by == "may" && adjusted.by == "cal" && adjusted.note == "as agreed")
    }

    @Test("a statement is approved once, after its period is closed")
    func approvals() throws {
        let year = try Year()
        try year.deal("D1 2026-01-05 1000")
        #expect(throws: (any Error).self) { try year.approve("2026-01") }
        try year.close("2026-02-28")
        let documents = try year.approve("2026-01")
        #expect(documents.text == "2026-01 approval")
        #expect(documents[0].payout?.document == 2)
        #expect(try year.approve("2026-01").isEmpty)
        // Nothing was paid in February; its statement is approved all the same.
        #expect(try year.approve("2026-02").map(\.payout) == [nil])
    }

    // MARK: Found by random years

    @Test("what is taken back is told of the credit as it was at the close, whatever it has become since")
    func takenBack() throws {
        let year = try Year()
        try year.deal("D1 2026-01-05 1000")
        try year.close("2026-01-31")
        try year.deal("D1 2026-01-20 500")
        try year.restart()
        let back = try #require(try year.tell(Told.withdrawn("D1")).last?.earnings.first)
        #expect(back.amount == -50 && back.explanation.total == .zero)
        #expect(back.credit.amount.amount == 1000 && back.credit.date == CalendarDate("2026-01-05"))
    }

    @Test("a plan in another currency takes back in the old one what the new one pays")
    func currencyChanged() throws {
        let year = try Year()
        try year.deal("D1 2026-01-05 1000")
        try year.close("2026-01-31")
        try year.deal("D2 2026-02-05 500")
        try year.agree([("2026-01-01", "", Year.plan("", currency: "EUR"))])
        try year.deal("D1 2026-01-05 900", currency: "EUR")
        try year.deal("D2 2026-02-05 450", currency: "EUR")
        #expect(try year.balance(.payable) == -100)
        #expect(try year.balance(.payable, in: "EUR") == 135)
        for document in try year.documents {
            #expect(document.earnings.allSatisfy { $0.credit.amount.currency == document.currency })
        }
    }

    @Test("a bonus that a deal brought is paid at the end of its period when the deal is gone, also after a restart")
    func bonusStays() throws {
        let year = try Year()
        let rules = "components: {bonus: {each: quarter, amount: '75.0'}}"
        try year.agree([("2026-01-01", "2026-02-28", Year.plan("", rules: rules))])
        try year.deal("D1 2026-01-05 1000")
        try year.close("2026-02-28")
        try year.restart()
        try year.tell(Told.withdrawn("D1"))
        #expect(try year.earned == "75")
    }

    @Test("a deal that came back and is cancelled keeps its share, though closed periods have nothing of it any more")
    func cameBack() throws {
        let year = try Year("clawback: {within: 90 days, method: prorated-days}")
        try year.deal("D1 2026-01-05 1000")
        try year.close("2026-01-31")
        try year.tell(Told.withdrawn("D1"))
        try year.close("2026-02-28")
        try year.deal("D1 2026-01-05 1000", "cancelled 2026-02-19")
        #expect(try year.earned == "50")
    }

    @Test("a deal that came and went before the first close leaves no period to settle")
    func cameAndWent() throws {
        let year = try Year()
        try year.agree([("2025-12-01", "", Year.plan("guarantee: {amount: 400, per: month}"))])
        try year.deal("D0 2025-12-05 1000")
        try year.tell(Told.withdrawn("D0"))
        try year.deal("D1 2026-01-05 1000")
        try year.close("2026-01-31")
        #expect(try year.paid == "2026-01 400")
    }
}
