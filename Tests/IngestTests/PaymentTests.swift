import Domain
import Records
import RimSupport
import SwiftProtobuf
import TestSupport
import Testing

@testable import ingest

@Suite("Payments for deals")
struct PaymentTests {
    private func check(_ tally: Tally, received: Int64, skipped: Int64 = 0, quarantined: Int64 = 0, _ note: Comment) {
        #expect(tally.received == received, note)
        #expect(tally.skipped == skipped, note)
        #expect(tally.quarantined == quarantined, note)
        #expect(tally.received == tally.accepted + tally.superseded + tally.skipped + tally.quarantined, note)
    }

    @Test(
        "come with the credit, by date and ID, in whichever order they arrive",
        arguments: [
            // what comes, what the credit says, how many of them are set aside
            (["P1 2026-03-01 50"], ", P1 2026-03-01 50", 0),
            (["P2 2026-04-01 25", "P1 2026-03-01 50.25"], ", P1 2026-03-01 50.25, P2 2026-04-01 25", 0),
            // Instalments on one day, an overpayment, a refund of all.
            (["B 2026-03-01 60", "A 2026-03-01 60"], ", A 2026-03-01 60, B 2026-03-01 60", 0),
            (["P1 2026-03-01 500", "R1 2026-04-01 -500"], ", P1 2026-03-01 500, R1 2026-04-01 -500", 0),
            // Told twice, once with the currency's zeros. Of two that differ the one with the smaller hash counts.
            (["P1 2026-03-01 50", "P1 2026-03-01 50.00", "P1 2026-03-01 50"], ", P1 2026-03-01 50", 0),
            (["P1 2026-03-01 50 USD", "P2 2026-03-02 5 USD"], ", P1 2026-03-01 50, P2 2026-03-02 5", 0),
            (["P1 2026-03-01 50", "P1 2026-03-01 60", "P1 2026-03-01 50"], ", P1 2026-03-01 60", 1),
        ] as [([String], String, Int64)])
    func paid(payments: [String], fate: String, conflicts: Int64) throws {
        for order in CreditingHistoryTests.orders(payments.count + 1) {
            try withTemporaryFolder { folder in
                let desk = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0))
                for index in order {
                    if index == payments.count {
                        try desk.deal(CreditingFirm.body())
                    } else {
                        try desk.payment(payments[index])
                    }
                    try desk.settle()
                }
                #expect(try desk.fates() == ["ada 100\(fate)"], "\(order)")
                // Which of two is repeated and which contradicts depends on the order; that one does, does not.
                let aside = try desk.tally().quarantined
                #expect((aside > 0) == (conflicts > 0) && aside <= 2)
                check(
                    try desk.tally(), received: Int64(order.count), quarantined: aside, "\(order)")
                #expect(try desk.skipped()["D1"] ?? [] == [])
            }
        }
    }

    @Test("are for all lines of a deal together, and each credit says how much that is")
    func lines() throws {
        try withTemporaryFolder { folder in
            let desk = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0))
            let lines = #"[{"id":"L1","product":"Bolt","amount":30},{"id":"L2","product":"Nut","amount":70}]"#
            try desk.deal(CreditingFirm.body([("lines", lines)]))
            try desk.payment("P1 2026-03-01 30")
            try desk.settle()
            #expect(
                try desk.fates() == [
                    "ada 30, invoiced 100, P1 2026-03-01 30", "ada 70, invoiced 100, P1 2026-03-01 30",
                ])
            // What the source says of the invoice counts.
            try desk.deal(CreditingFirm.body([("lines", lines), ("invoiced", "90")]))
            try desk.settle()
            #expect(try desk.fates().allSatisfy { $0.contains(", invoiced 90, ") })
        }
    }

    @Test("two that contradict each other are told with both their contents, and the same one counts in every order")
    func conflict() throws {
        for payments in [["P1 2026-03-01 50", "P1 2026-03-02 60"], ["P1 2026-03-02 60", "P1 2026-03-01 50"]] {
            try withTemporaryFolder { folder in
                let desk = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0))
                try desk.deal(CreditingFirm.body())
                for payment in payments { try desk.payment(payment) }
                try desk.settle()
                let hashes = ["2026-03-01 50", "2026-03-02 60"].map { hexadecimal(digest($0.utf8)) }
                #expect(
                    try desk.fates() == ["ada 100, P1 \(hashes[0] < hashes[1] ? "2026-03-01 50" : "2026-03-02 60")"])
                let reason = try #require(try desk.quarantined().first)
                #expect(reason.hasPrefix("payment P1 of deal D1 says two different things: "))
                #expect(hashes.allSatisfy { reason.contains($0) })
            }
        }
    }

    @Test("for a deal that is not there waits, is counted as skipped, and goes through with the deal")
    func early() throws {
        try withTemporaryFolder { folder in
            let desk = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0))
            try desk.payment("P1 2026-03-01 50")
            try desk.payment("P2 2026-03-02 50")
            try desk.settle()
            #expect(
                try desk.listed().first?.problems.map(\.message) == ["payment P1, payment P2 came, the deal did not"])
            check(try desk.tally(), received: 2, skipped: 2, "waiting")
            try desk.apply([.product(name: "Screw")])
            try desk.settle()
            check(try desk.tally(), received: 2, skipped: 2, "after a change of the company")
            try desk.deal(CreditingFirm.body())
            try desk.settle()
            #expect(try desk.fates() == ["ada 100, P1 2026-03-01 50, P2 2026-03-02 50"])
            #expect(try desk.listed().isEmpty)
            check(try desk.tally(), received: 3, "gone through")
        }
    }

    @Test("that nobody can read and whose deal is not there is listed with what is wrong with it")
    func earlyAndBad() throws {
        try withTemporaryFolder { folder in
            let desk = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0))
            try desk.payment("P1 2026-03-01 fifty")
            try desk.payment("P2 2026-03-01 50")
            try desk.settle()
            #expect(
                try desk.listed().flatMap(\.problems).map(\.message) == [
                    "payment P1: amount: 'fifty' is not a number such as 1054.50", "payment P2 came, the deal did not",
                ])
            check(try desk.tally(), received: 2, skipped: 2, "waiting")
        }
    }

    @Test(
        "that cannot count are skipped with what to do, and the deal is credited without them",
        arguments: [
            ("P1 2026-03-01 50 EUR", "payment P1 is in EUR, the deal in USD"),
            ("P1 March 50", "payment P1: date: 'March' is not a date of the form yyyy-MM-dd"),
            ("P1 2026-03-01 fifty", "payment P1: amount: 'fifty' is not a number such as 1054.50"),
            ("P1 2026-03-01 1000000000000001", "payment P1: amount: 1000000000000001 is beyond 1000000000000000"),
        ])
    func bad(payment: String, message: String) throws {
        try withTemporaryFolder { folder in
            let desk = try DealDesk(folder: folder, firm: CreditingFirm(levels: 0))
            try desk.deal(CreditingFirm.body())
            try desk.payment(payment)
            try desk.settle()
            #expect(try desk.fates() == ["ada 100"])
            #expect(try desk.listed().flatMap(\.problems).map(\.message) == [message])
            check(try desk.tally(), received: 2, skipped: 1, "bad")
            guard !payment.contains("EUR") else { return }
            // Corrected under its ID, it takes the place of what nobody could read.
            try desk.payment("P1 2026-03-01 50")
            try desk.settle()
            #expect(try desk.fates() == ["ada 100, P1 2026-03-01 50"])
            #expect(try desk.listed().isEmpty)
            check(try desk.tally(), received: 3, "corrected")
        }
    }

    private static let billing = """
        source: billing
        records: payments
        id: payment_no
        deal: order_no
        date: {field: paid_on, format: dd.MM.yyyy}
        amount: value
        """

    @Test("a file of payments is imported by a mapping of its own, and read anew when that is mended")
    func file() throws {
        let scratch = try Scratch()
        let desk = try DealDesk(folder: scratch.path, firm: CreditingFirm(levels: 0))
        try desk.apply([
            .mapping(source: "billing", text: PaymentTests.billing.replacing("dd.MM.yyyy", with: "yyyy-MM-dd"))
        ])
        try desk.deal(CreditingFirm.body())
        let path = try scratch.write(
            "payments.csv", "payment_no,order_no,paid_on,value\nP1,D1,01.03.2026,60\nP2,D1,02.03.2026,40\nP3,,,1\n")
        var importing = try desk.tiny.importing(path, source: "billing", state: scratch.path)
        try importing.run()
        try desk.settle()
        #expect(try desk.fates() == ["ada 100"])
        check(try desk.tally(), received: 3, skipped: 2, "read by the wrong format")
        try desk.apply([.mapping(source: "billing", text: PaymentTests.billing)])
        try desk.settle()
        #expect(try desk.fates() == ["ada 100, P1 2026-03-01 60, P2 2026-03-02 40"])
        check(try desk.tally(), received: 3, "mended")
        #expect(importing.progress.quarantined == 1)
    }

    @Test("a trial of a file of payments tells what would come of it")
    func trial() throws {
        let scratch = try Scratch()
        let path = try scratch.write(
            "payments.csv",
            "payment_no,order_no,paid_on,value\nP1,D1,01.03.2026,60\nP1,D1,01.03.2026,60\nP2,D2,soon,40\nP1,D1,01.03.2026,61\n"
        )
        var trial = ImportTrial(
            mapping: try Mapping.parse(PaymentTests.billing, file: "billing.yaml"), company: Company())
        try trial.read(FileBytes(path: path), .csv)
        #expect(
            trial.report(file: "payments.csv", mapping: "the mapping") == """
                payments.csv, read by the mapping; nothing was imported

                  4 rows = 4 about 2 deals + 0 for quarantine
                  Payments: 1, and 1 repeated
                  Paid: 60.00 in the deal's currency

                Skipped or set aside:
                  row 3: paid_on: 'soon' is not a date of the form dd.MM.yyyy: state its form as 'format' under 'date' in mapping 'billing', or correct it and send it again
                  row 4: payment P1 of deal D1 says two different things

                """)
    }

    @Test(
        "a mapping of payments with mistakes is refused",
        arguments: [
            ("source: b\nrecords: payments\nid: a\ndeal: b\ndate: c\n", "b.yaml: 'amount' is missing"),
            (
                "source: b\nrecords: invoices\nid: a\nstage: s\n",
                "b.yaml:2:10: 'invoices' is neither deals nor payments"
            ),
            (
                "source: b\nrecords: payments\nid: a\ndeal: b\ndate: c\namount: d\nowner: e\n",
                "b.yaml:7:1: 'owner' is not a key of a mapping of payments"
            ),
        ])
    func badMapping(text: String, problem: String) {
        let problems = #expect(throws: FileProblems.self) { try Mapping.parse(text, file: "b.yaml") }
        #expect(problems?.all.first?.description.hasPrefix(problem) == true, "\(problems?.all ?? [])")
    }

    @Test("are posted like deals, to an address of their own")
    func posted() async throws {
        let posting = try PostingDeals(CreditingFirm(), mapping: PaymentTests.billing.replacing("billing", with: "crm"))
        try await posting.whileRunning {
            let body = #"[{"payment_no":"P1","order_no":"D1","paid_on":"01.03.2026","value":60}]"#
            let reply = try await posting.post(body, path: "/v1/sources/crm/payments")
            #expect(reply.status == 202)
            let event = try #require(try posting.tiny.dealEvents().first)
            #expect(event.kind == .payment && event.deal == "D1" && event.provenance == "POST /v1/sources/crm/payments")
            let wrong = try await posting.post(body, path: "/v1/sources/crm/deals")
            #expect(wrong.status == 404)
            #expect(wrong.body.contains("its mapping reads payments, not deals"))
            #expect(try await posting.post(body, path: "/v1/sources/api/payments").status == 404)
        }
    }
}
