import Domain
import Records
import SwiftProtobuf
import TestSupport
import Testing

@testable import ingest

@Suite("What becomes of a deal after its close")
struct FulfilmentTests {
    /// `2 cancelled cancelled=2026-05-02 reason=churn`: revision, stage and other fields of a deal won for 100.
    static func body(_ text: String) -> String {
        let words = text.split(separator: " ").map(String.init)
        var fields = [("revision", words[0]), ("stage", "\"\(words[1])\"")]
        for word in words.dropFirst(2) {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            let value = parts.count > 1 ? parts[1] : ""
            fields.append((parts[0], value.hasPrefix("{") || parts[0] == "amount" ? value : "\"\(value)\""))
        }
        return CreditingFirm.body(fields)
    }

    /// 2026-05-04T10:00:00Z in milliseconds, as a CRM versions its records.
    private static let may4 = "1777888800000"

    @Test(
        "a cancelled deal keeps its credit and says since when",
        arguments: [
            (["1 won", "2 cancelled cancelled=2026-05-02 reason=churn"], ["ada 100, cancelled 2026-05-02 (churn)"]),
            // No day of its own: the revision's time, else the time of receipt, which the tests begin with the year.
            (["1 won", "\(may4) cancelled"], ["ada 100, cancelled 2026-05-04"]),
            (["1 won", "2 cancelled"], ["ada 100, cancelled 2026-01-01"]),
            // A version number of so many digits is no time.
            (["1 won", "20260504100000 cancelled"], ["ada 100, cancelled 2026-01-01"]),
            (["1 won", "120000000042 cancelled"], ["ada 100, cancelled 2026-01-01"]),
            // Cancelled before it was created, as an order of arrival.
            (["2 cancelled cancelled=2026-05-02", "1 won"], ["ada 100, cancelled 2026-05-02"]),
            // Twice: the day that is stated last counts, the time of receipt of the first.
            (
                ["1 won", "2 cancelled cancelled=2026-05-02", "3 cancelled cancelled=2026-05-09"],
                ["ada 100, cancelled 2026-05-09"]
            ),
            (["1 won", "2 cancelled cancelled=2026-05-02", "\(may4) cancelled"], ["ada 100, cancelled 2026-05-02"]),
            (["1 won", "\(may4) cancelled", "1778061600000 cancelled"], ["ada 100, cancelled 2026-05-04"]),
            // Won back, and lost again.
            (["1 won", "2 cancelled cancelled=2026-05-02", "3 won"], ["ada 100"]),
            (
                ["1 won", "2 cancelled cancelled=2026-05-02", "3 won", "4 cancelled cancelled=2026-06-01"],
                ["ada 100, cancelled 2026-06-01"]
            ),
            // What the cancelling revision says of the amount is no correction of it.
            (["1 won", "2 cancelled amount=0 cancelled=2026-05-02"], ["ada 100, cancelled 2026-05-02"]),
            // Never won, or should not have been: nothing to keep.
            (["1 open", "2 cancelled cancelled=2026-05-02"], []),
            (["1 won", "2 deleted", "3 cancelled cancelled=2026-05-02"], []),
            (["1 won", "2 cancelled cancelled=2026-05-02", "3 lost"], []),
        ] as [([String], [String])])
    func cancelled(revisions: [String], credits: [String]) throws {
        for order in CreditingHistoryTests.orders(revisions.count) {
            try withTemporaryFolder { folder in
                let desk = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0))
                for index in order { try desk.deal(FulfilmentTests.body(revisions[index])) }
                try desk.settle()
                #expect(try desk.fates() == credits, "\(order)")
                #expect(try desk.skipped() == [:], "\(order)")
            }
        }
    }

    @Test(
        "what was invoiced and the days of its milestones are those of the latest revision, whatever the policy",
        arguments: [
            (["1 won invoiced=90"], "ada 100, invoiced 90"),
            (
                ["1 won", #"2 won milestones={"delivered":"2026-04-01"}"#],
                "ada 100, delivered 2026-04-01"
            ),
            (
                [#"1 won milestones={"delivered":"2026-04-01"}"#, #"2 won milestones={"invoiced":"2026-04-03"}"#],
                "ada 100, invoiced 2026-04-03"
            ),
            (
                ["1 won", "2 won amount=150 invoiced=150"], "ada 100, invoiced 150"
            ),
            (
                ["1 won", "2 cancelled cancelled=2026-05-02 invoiced=100"],
                "ada 100, cancelled 2026-05-02, invoiced 100"
            ),
        ] as [([String], String)])
    func progress(revisions: [String], credit: String) throws {
        for order in CreditingHistoryTests.orders(revisions.count) {
            try withTemporaryFolder { folder in
                let desk = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0))
                for index in order { try desk.deal(FulfilmentTests.body(revisions[index])) }
                try desk.settle()
                #expect(try desk.fates() == [credit], "\(order)")
            }
        }
    }

    @Test("a day that cannot be read is listed, and the deal is credited all the same")
    func badDay() throws {
        try withTemporaryFolder { folder in
            let desk = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0))
            try desk.deal(FulfilmentTests.body(#"1 won invoiced=much milestones={"delivered":"soon"}"#))
            try desk.settle()
            #expect(try desk.fates() == ["ada 100"])
            #expect(
                try desk.listed().first?.problems.map(\.message) == [
                    "invoiced: 'much' is not a number such as 1054.50",
                    "milestones.delivered: 'soon' is not a date of the form yyyy-MM-dd",
                ])
            #expect(try desk.tally().accepted == 1)
            #expect(try desk.tally().skipped == 0)
        }
    }

    @Test("an invoice that no money holds is listed, and the deal is credited without it")
    func hugeInvoice() throws {
        try withTemporaryFolder { folder in
            let desk = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0))
            try desk.deal(FulfilmentTests.body("1 won invoiced=99999999999999999"))
            try desk.settle()
            #expect(try desk.fates() == ["ada 100"])
            #expect(
                try desk.listed().first?.problems.map(\.message) == [
                    "invoiced: '99999999999999999' is beyond \(Money.limit)"
                ])
        }
    }

    @Test("a mapping names the fields of a CRM for all of it")
    func mapping() throws {
        let mapping = try Mapping.parse(
            """
            source: crm
            id: nr
            stage: {field: state, won: [Won], cancelled: [Churned, Refunded]}
            cancelled: {field: churned_on, format: dd.MM.yyyy, reason: churn_reason}
            invoiced: invoice.total
            milestones:
              invoiced: {field: invoice.date, format: dd.MM.yyyy}
              go-live: live_on
            """, file: "crm.yaml")
        let body = try JSONText.value(
            Array(
                #"{"nr":"D1","state":"Refunded","churned_on":"02.05.2026","churn_reason":"bankrupt","live_on":"2026-03-01","invoice":{"total":90.5,"date":"01.03.2026"}}"#
                    .utf8))
        #expect(mapping.deal(from: body).deal.stage == .cancelled)
        let (progress, problems) = mapping.progress(from: body)
        #expect(problems == [])
        #expect(
            progress
                == DealProgress(
                    cancelled: CalendarDate("2026-05-02"), reason: "bankrupt", invoiced: Number(905, places: 1),
                    milestones: ["invoiced": CalendarDate("2026-03-01")!, "go-live": CalendarDate("2026-03-01")!]))
    }

    @Test("a release counts once, from its day on, before the deal or after it")
    func release() throws {
        for isFirst in [true, false] {
            try withTemporaryFolder { folder in
                let desk = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0))
                if isFirst {
                    try desk.release("D1", "2026-04-01")
                    try desk.settle()
                    #expect(
                        try desk.listed().map { "\($0.deal) \($0.problems.map(\.code))" } == [#"D1 ["unknown-deal"]"#])
                }
                try desk.deal(FulfilmentTests.body("1 won"))
                try desk.settle()
                if !isFirst { try desk.release("D1", "2026-04-01") }
                try desk.release("D1", "2026-05-01", by: "max")
                try desk.settle()
                #expect(try desk.fates() == ["ada 100, approval 2026-04-01"])
                #expect(try desk.skipped()["D1"] ?? [] == [])
                let tally = try desk.tally()
                #expect(tally.received == 1 && tally.accepted == 1)
            }
        }
    }
}
