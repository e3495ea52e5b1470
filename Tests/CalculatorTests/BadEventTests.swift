import Calculation
import Domain
import Plans
import Records
import Streams
import SwiftProtobuf
import Testing

@testable import calculator

@Suite("Payee events that cannot be")
struct BadEventTests {
    /// Every reason that a record goes to quarantine for.
    private static let bad: [(name: String, record: @Sendable () throws -> Record, reason: String)] = [
        ("no value", { Record(key: Array("ada".utf8), value: nil, timestamp: 0) }, "the record has no value"),
        (
            "no bytes", { Record(key: [], value: [], timestamp: 0) },
            "the payee event says nothing that this version knows"
        ),
        (
            "broken bytes", { Record(key: Array("ada".utf8), value: [0xff, 0xff, 1], timestamp: 0) },
            "the value is not a attain.v1.PayeeEvent"
        ),
        (
            "another's key",
            {
                var record = try Books.record("ada", Told.withdrawn("D1"))
                record.key = Array("bob".utf8)
                return record
            }, "the record's key is not the payee 'ada'"
        ),
        (
            "nothing said",
            {
                Record(
                    key: Array("ada".utf8), value: try WirePayeeEvent.with { $0.payee = "ada" }.encoded(), timestamp: 0)
            },
            "the payee event says nothing that this version knows"
        ),
        (
            "no evaluation", { try Books.record("ada", Told.terms([], evaluation: 0)) },
            "the contracts name no evaluation"
        ),
        (
            "a broken plan", { try Books.record("ada", Told.terms([("2026-01-01", "", "plan: reps")])) },
            "plan 'reps' cannot be read: plans/reps.yaml:1:1: 'currency' is missing"
        ),
        (
            "an adjustment at the end of time",
            {
                try Books.record(
                    "ada",
                    .adjustment(
                        .with {
                            ($0.id, $0.amount, $0.currency, $0.period) = ("A1", "5", "USD", "9999-W52")
                            ($0.reason, $0.by, $0.approvedBy) = ("as agreed", "may", "cal")
                        }))
            }, "the adjustment is for 9999-W52, after which no period can be written"
        ),
        (
            "a broken contract", { try Books.record("ada", Told.terms([("May", "", Told.flat)])) },
            "contract.from: 'May' is not a date such as 2026-03-01"
        ),
        (
            "a broken quota", { try Books.record("ada", Told.terms([], quotas: [("2026", "much")])) },
            "quota.amount: 'much' is not a number such as 1054.50"
        ),
        (
            "a broken date", { try Books.record("ada", Told.credit("D1 10000-01-01 1")) },
            "credit.date: '10000-01-01' is not a date such as 2026-03-01"
        ),
        (
            "a broken amount", { try Books.record("ada", Told.credit("D1 2026-01-01 1,5")) },
            "credit.amount: '1,5' is not a number such as 1054.50"
        ),
        (
            "no currency", { try Books.record("ada", Told.credit("D1 2026-01-01 1", currency: "XXX")) },
            "credit.currency: 'XXX' is not an ISO 4217 currency"
        ),
        (
            "no money", { try Books.record("ada", Told.credit("D1 2026-01-01 1000000000000001")) },
            "the credit's amount 1,000,000,000,000,001.00 USD is beyond 1000000000000000"
        ),
        (
            "a NUL in a deal", { try Books.record("ada", Told.credit("D\0 2026-01-01 1")) },
            "deal, line or role of the credit has more than 200 bytes or a control character"
        ),
        (
            "a NUL in a payee", { try Books.record("a\0", Told.withdrawn("D1")) },
            "the payee's ID has more than 200 bytes or a control character"
        ),
    ]

    @Test("a bad record is refused with its reason, and leaves everything as it was", arguments: bad.indices)
    func refused(index: Int) throws {
        let (name, record, reason) = BadEventTests.bad[index]
        let (books, twin) = (try Books(), try Books())
        for books in [books, twin] {
            try books.tell("ada", Told.terms([("2026-01-01", "", Told.tiered)], quotas: [("2026", "1000")]))
            for credit in ["D1 2026-01-05 900000000000000", "D3 2026-02-05 800"] {
                try books.tell("ada", Told.credit(credit))
            }
        }
        let error = #expect(throws: RecordError.self, "\(name)") { try books.tell(try record()) }
        #expect(error?.reason.hasPrefix(reason) == true, "\(name): \(error?.reason ?? "")")
        // The twin has not been told the bad one; it takes up an offset all the same.
        try twin.tell("nobody", Told.withdrawn("D1"))
        for next in [
            Told.credit("D2 2026-01-20 600"), Told.withdrawn("D3"), Told.terms([("2026-01-01", "", Told.flat)]),
        ] {
            #expect(try books.tell("ada", next) == (try twin.tell("ada", next)), "\(name)")
            try books.restart()
        }
    }

    @Test("contracts told by a newer ingest end the program, which loses nothing")
    func newer() throws {
        let books = try Books()
        let terms = Told.terms([("2026-01-01", "", Told.flat)], evaluation: Meaning.latest + 1)
        #expect(throws: UnknownMeaning.self) { try books.tell("ada", terms) }
    }
}
