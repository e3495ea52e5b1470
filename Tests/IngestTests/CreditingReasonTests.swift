import Domain
import Records
import Testing

@testable import ingest

@Suite("Why a deal is not credited")
struct CreditingReasonTests {
    @Test(
        "every reason says what is wrong and what to do",
        arguments: [
            // what is wrong with the deal, code, message, remedy
            ([("amount", "")], "missing-amount", "the deal is won but has no amount", "enter the amount in the CRM"),
            (
                [("closed", "")], "missing-close-date", "the deal is won but has no close date",
                "enter the close date in the CRM"
            ),
            ([("owner", "")], "unknown-owner", "the deal is won but has no owner", "enter the owner in the CRM"),
            (
                [("owner", "\"zoe\"")], "unknown-owner", "owner 'zoe' is nobody among the payees",
                "add the payee to payees.csv, or the name to the payee's crm_ids, and apply"
            ),
            (
                [("splits", #"[{"payee":"zoe","share":100}]"#)], "unknown-owner",
                "split 'zoe' is nobody among the payees",
                "add the payee to payees.csv, or the name to the payee's crm_ids, and apply"
            ),
            (
                [("product", "\"Bolz\"")], "unknown-product", "there is no product 'Bolz' (did you mean 'Bolt'?)",
                "add it to products.csv, or under 'product: rename:' in the mapping, and apply"
            ),
            (
                [("currency", "")], "unknown-currency", "the deal has no currency",
                "map a field to 'currency', or state one with 'currency: {value: USD}'"
            ),
            (
                [("currency", "\"DM\"")], "unknown-currency", "'DM' is not an ISO 4217 currency",
                "correct the currency in the CRM, or map a field that holds its code"
            ),
            (
                [("closed", "\"2027-01-01\"")], "no-contract-on-date", "ada has no contract on 2027-01-01",
                "add a line to contracts.csv that covers the day, and apply"
            ),
            (
                [("currency", "\"GBP\"")], "no-exchange-rate", "no exchange rate from GBP to USD for 2026-02-05",
                "add a line to exchange-rates.csv on or before that day, and apply"
            ),
            (
                [("splits", #"[{"payee":"ada","share":60},{"payee":"bob","share":30}]"#)], "splits-not-100",
                "the splits sum to 90%, not 100%", "correct the splits in the CRM"
            ),
            (
                [("splits", #"[{"payee":"ada","share":100},{"payee":"bob","share":0}]"#)], "splits-not-100",
                "the split of 'bob' is 0%", "give every split a share above 0% in the CRM"
            ),
            (
                [("lines", #"[{"amount":30},{"amount":60}]"#)], "lines-not-amount",
                "the lines sum to 90, the deal's amount is 100",
                "correct the lines or the amount in the CRM"
            ),
            (
                [("stage", "\"Closed\"")], "unmapped-stage", "stage 'Closed' is not mapped",
                "add 'Closed' to open, won, cancelled, lost or deleted under 'stage' in mapping 'api' and apply it"
            ),
            (
                [("stage", "")], "unmapped-stage", "the deal has no stage in 'stage'",
                "give the deal a stage in the CRM, or map another field to 'stage'"
            ),
            (
                [("amount", "99.999")], "bad-field", "amount: 99.999 has more than the 2 decimal places of USD",
                "round the amount in the CRM"
            ),
            (
                [("amount", "1000000000000000.01")], "bad-field",
                "amount: 1000000000000000.01 is beyond 1000000000000000",
                "correct the amount in the CRM"
            ),
            (
                [("lines", #"[{"id":"1","amount":50},{"id":"1","amount":50}]"#)], "bad-field",
                "lines: '1' is the ID of two lines",
                "give every line an ID of its own"
            ),
            (
                [("lines", #"[{"amount":50},{"id":"1","amount":50}]"#)], "bad-field",
                "lines: '1' is the ID of two lines",
                "give every line an ID of its own"
            ),
            (
                [("lines", #"[{"id":"1\u0000","amount":100}]"#)], "bad-field",
                "lines[0].id: '1\0' has more than 200 bytes or a control character",
                "give every line a short ID"
            ),
            (
                [("revision", "\"latest\"")], "bad-field",
                "revision: 'latest' is neither a version number nor a time such as 2026-03-01T09:30:00Z",
                "correct the field in the CRM or map another one to 'revision'"
            ),
        ])
    func reasons(changes: [(String, String)], code: String, message: String, remedy: String) throws {
        let outcome = try CreditingFirm().outcome(changes)
        #expect(outcome.problems.first.map { [$0.code.rawValue, $0.message, $0.remedy] } == [code, message, remedy])
        #expect(outcome.assignments.isEmpty)
    }

    @Test(
        "what is not a number, date, split or line is told as it was written",
        arguments: [
            ([("amount", "\"1,000\"")], "amount: '1,000' is not a number such as 1054.50"),
            ([("amount", "1e99")], "amount: '1e99' is too large"),
            ([("closed", "\"05.02.2026\"")], "closed: '05.02.2026' is not a date of the form yyyy-MM-dd"),
            (
                [("closed", "\"9999-12-31T23:00:00-14:00\"")],
                "closed: '9999-12-31T23:00:00-14:00' is not a date of the form yyyy-MM-dd"
            ),
            ([("splits", "7")], "splits: '7' is not a list of splits"),
            ([("splits", #"[{"share":100}]"#)], #"splits[0]: '{"share":100}' has no 'payee'"#),
            ([("splits", #"[{"payee":"ada"}]"#)], #"splits[0]: '{"payee":"ada"}' has no 'share'"#),
            ([("splits", #"[{"payee":"ada","share":"half"}]"#)], "splits[0]: 'half' is not a share"),
            ([("splits", #""ada 60""#)], "splits: 'ada 60' is not a split such as 'ada: 60'"),
            ([("lines", "{}")], "lines: '{}' is not a list of lines"),
            ([("lines", "[7]")], "lines[0]: '7' has no 'amount'"),
            ([("lines", #"[{"amount":"x"}]"#)], "lines[0].amount: 'x' is not a number such as 1054.50"),
            (
                [("account", "\"" + String(repeating: "a", count: 1001) + "\"")],
                "account: '" + String(repeating: "a", count: 80) + "' has more than 1000 bytes"
            ),
        ])
    func badFields(changes: [(String, String)], message: String) throws {
        let outcome = try CreditingFirm().outcome(changes)
        #expect(outcome.problems.first.map { "\($0.code.rawValue): \($0.message)" } == "bad-field: \(message)")
        #expect(outcome.assignments.isEmpty)
    }

    @Test("a quota that the plan measures against has to be there")
    func noQuota() throws {
        let outcome = try CreditingFirm(missing: ["quota ada/bookings/2026"]).outcome([])
        #expect(outcome.problems.map(\.code) == [.noQuota])
        #expect(
            outcome.problems.map(\.message) == [
                "ada has no quota 'bookings' for 2026, which plan 'plan' measures against"
            ])
    }

    @Test("a contract whose plan there is not says so")
    func noPlan() throws {
        let outcome = try CreditingFirm(levels: 0, missing: ["plan reps"]).outcome([])
        #expect(
            outcome.problems.map(\.message) == [
                "the contract of ada on 2026-02-05 names plan 'reps', which there is not"
            ])
    }

    @Test("all that is wrong is told at once")
    func all() throws {
        let outcome = try CreditingFirm().outcome([
            ("amount", ""), ("closed", ""), ("owner", "\"zoe\""), ("product", "\"Screw\""), ("currency", "\"DM\""),
        ])
        #expect(
            outcome.problems.map(\.code) == [
                .unknownProduct, .unknownCurrency, .missingAmount, .missingCloseDate, .unknownOwner,
            ])
    }

    @Test("thousands of known names are not listed in every message")
    func manyProducts() throws {
        let products = (0..<1000).map { CompanyEntity.product(name: "Product number \($0)") }
        let outcome = try CreditingFirm(more: products).outcome([("product", "\"Screw\"")])
        #expect(outcome.problems.map(\.message) == ["there is no product 'Screw'"])
    }

    @Test("a deal with a thousand broken lines is listed with the first of them")
    func bounded() throws {
        let reasons = (0..<1000).map { SkipReason(.badField, "line \($0)", remedy: "mend it") }
        let bounded = SkipReason.bounded(reasons)
        #expect(bounded.count == 51)
        #expect(bounded.last?.message == "there are 950 more problems")
        #expect(SkipReason.bounded(Array(reasons.prefix(50))).count == 50)
        let long = SkipReason(
            .badField, String(repeating: "x", count: 1 << 20), remedy: String(repeating: "y", count: 1 << 20))
        #expect(try long.wire.encoded().count < 5000)
    }

    @Test("a deal that would make more credits than memory holds is listed")
    func manyCredits() throws {
        let lines = Array(repeating: #"{"amount":1}"#, count: 30_000).joined(separator: ",")
        let splits = #"[{"payee":"ada","share":50},{"payee":"bob","share":50}]"#
        let outcome = try CreditingFirm().outcome([("amount", "30000"), ("lines", "[\(lines)]"), ("splits", splits)])
        #expect(
            outcome.problems.map(\.message) == [
                "30000 lines and 2 splits make more than 50000 credits"
            ])
        #expect(outcome.assignments.isEmpty)
    }
}
