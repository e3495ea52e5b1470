import Domain
import Records
import SwiftProtobuf
import TestSupport
import Testing

@Suite("Records on the wire")
struct RoundTripTests {
    private static let day = CalendarDate("2026-03-01")!
    private static let entities: [CompanyEntity] = [
        .settings(Settings(name: "Tiny", managerLevels: 2, postClose: .accept, remainder: .last)),
        .settings(Settings(name: "")),
        .payee(Payee(id: "ada", name: "Ada Reyes", currency: Currency("USD")!)),
        .payee(
            Payee(
                id: "bob", name: "Bob", email: "b@x.example", currency: Currency("JPY")!, channel: .accountsPayable,
                starts: day,
                ends: day.adding(days: 9), aliases: ["U1", "ü"],
                managers: Timeline([.init(from: day, value: "ada"), .init(from: day.adding(days: 1), value: nil)]))),
        .contract(Contract(payee: "ada", plan: "reps", from: day, to: nil)),
        .contract(Contract(payee: "ada", plan: "reps", from: day, to: day.adding(days: 30))),
        .quota(Quota(payee: "ada", measure: "bookings", period: Period("2026-Q1")!, amount: Number(units: 1))),
        .exchangeRate(
            ExchangeRate(
                from: Currency("EUR")!, to: Currency("USD")!, date: day, rate: Number(units: 1_170_000_000_001))),
        .product(name: "Bolt"), .plan(name: "reps", text: "plan: reps\n"), .mapping(source: "crm", text: ""),
    ]

    @Test("everything a company says comes back as it was", arguments: entities)
    func company(entity: CompanyEntity) throws {
        for change in [CompanyChange.set(entity), .remove(entity.key)] {
            let bytes = try WireCompanyChange(change).encoded()
            #expect(try WireCompanyChange(decoding: bytes).domain() == change)
        }
    }

    @Test("credits and documents come back as they were, whatever is in them")
    func ledger() throws {
        var draw = Draw(random: SplitMix(seed: 31))
        for _ in 0..<500 {
            let document = draw.document()
            #expect(try WireLedgerDocument(decoding: WireLedgerDocument(document).encoded()).domain() == document)
            for earning in document.earnings {
                #expect(try WireCredit(decoding: WireCredit(earning.credit).encoded()).domain() == earning.credit)
                #expect(WireCreditKey(earning.credit.key).domain == earning.credit.key)
            }
        }
    }

    @Test("what is written by hand is byte for byte what the generated code writes, and reads what that reads")
    func handwritten() throws {
        var draw = Draw(random: SplitMix(seed: 35))
        for _ in 0..<2_000 {
            let document = draw.document()
            let bytes = try WireLedgerDocument(document).encoded()
            #expect(document.encoded() == bytes)
            #expect(try LedgerDocument(decoding: bytes) == document)
            let (credit, since) = (draw.credit(), document.earnings.first?.credit.date)
            let event = try WirePayeeEvent.with {
                $0.payee = "ada"
                $0.creditAssigned = WireCredit(credit)
                if let since { $0.since = since.description }
            }.encoded()
            #expect(try PayeeRecord(payee: "ada", .assigned(credit), since: since).encoded() == event)
            let record = try PayeeRecord(decoding: event)
            guard case .assigned(let read) = record.act else {
                Issue.record("no credit: \(event)")
                continue
            }
            #expect(read == credit && record.since == since)
        }
    }

    @Test("broken bytes are read by hand as the generated code reads them, or refused")
    func brokenByHand() throws {
        var draw = Draw(random: SplitMix(seed: 36))
        var (same, refused) = (0, 0)
        for _ in 0..<20_000 {
            let broken = JSONTests.mutated(draw.document().encoded(), &draw.random)
            guard let read = try? LedgerDocument(decoding: broken) else {
                refused += 1
                continue
            }
            #expect(try WireLedgerDocument(decoding: broken).domain() == read)
            same += 1
        }
        #expect(same > 300 && refused > 1_000, "\(same) read alike, \(refused) refused")
    }

    @Test("closes, adjustments and approvals come back as they were")
    func closing() throws {
        var draw = Draw(random: SplitMix(seed: 34))
        for _ in 0..<200 {
            let (closed, adjustment) = (draw.closed(), draw.adjustment())
            #expect(try WirePeriodClosed(decoding: WirePeriodClosed(closed).encoded()).domain() == closed)
            #expect(try WireAdjustment(decoding: WireAdjustment(adjustment).encoded()).domain() == adjustment)
        }
        let approved = StatementApproved(id: "a", period: Period("2026-Q1")!, by: "bo", reason: "")
        #expect(try WireStatementApproved(decoding: WireStatementApproved(approved).encoded()).domain() == approved)
    }

    @Test("what a newer program wrote is passed on by an older one")
    func unknownFields() throws {
        // Field 1000, a text.
        let unknown: [UInt8] = [0xc2, 0x3e, 0x03, 0x6e, 0x65, 0x77]
        for known in [
            try WireCompanyChange(.set(Self.entities[0])).encoded(),
            try WirePayeeEvent.with { $0.payee = "ada" }.encoded(), [],
        ] {
            let bytes = known + unknown
            #expect(try WirePayeeEvent(decoding: bytes).encoded().suffix(6) == unknown[...])
        }
        let event = try WirePayeeEvent(decoding: try WirePayeeEvent.with { $0.payee = "ada" }.encoded() + unknown)
        #expect(event.payee == "ada")
    }

    @Test("a tombstone is no record of anything")
    func noValue() {
        #expect(throws: WireError("the record has no value")) { try WireDealEvent(decoding: nil) }
    }

    private static let badFields: [(field: String, text: String, reason: String)] = [
        ("date", "2026-02-30", "credit.date: '2026-02-30' is not a date such as 2026-03-01"),
        ("amount", "", "credit.amount: '' is not a number such as 1054.50"),
        ("amount", "1e99", "credit.amount: '1e99' is too large"),
        ("amount", "0.0000000000001", "credit.amount: '0.0000000000001' has more than 12 decimal places"),
        ("currency", "usd", "credit.currency: 'usd' is not an ISO 4217 currency"),
        ("original_currency", "", "credit.original_currency: '' is not an ISO 4217 currency"),
        ("share", "60%", "credit.share: '60%' is not a number such as 1054.50"),
        ("exchange_rate", "one", "credit.exchange_rate: 'one' is not a number such as 1054.50"),
    ]

    @Test("a field that says nothing sensible is named", arguments: badFields)
    func badField(field: String, text: String, reason: String) throws {
        var draw = Draw(random: SplitMix(seed: 32))
        var wire = WireCredit(draw.credit())
        switch field {
        case "date": wire.date = text
        case "amount": wire.amount = text
        case "currency": wire.currency = text
        case "original_currency": wire.originalCurrency = text
        case "share": wire.share = text
        default: wire.exchangeRate = text
        }
        let bad = wire
        #expect(throws: WireError(reason)) { try bad.domain() }
    }

    @Test("broken bytes end in an error or in a record, never in a trap")
    func fuzz() throws {
        var draw = Draw(random: SplitMix(seed: 33))
        var errors = 0
        for round in 0..<20_000 {
            let document = round % 2 == 0
            let bytes =
                document
                ? try WireLedgerDocument(draw.document()).encoded()
                : try WireCompanyChange(.set(draw.random.pick(Self.entities))).encoded()
            let broken = JSONTests.mutated(bytes, &draw.random)
            do {
                if document {
                    _ = try WireLedgerDocument(decoding: broken).domain().readAll()
                } else {
                    _ = try WireCompanyChange(decoding: broken).domain()
                }
            } catch {
                errors += 1
                #expect(!error.description.isEmpty)
            }
        }
        #expect(errors > 1_000)
    }
}

extension LedgerDocument {
    /// Reads what readers read, so that nothing hides a trap.
    fileprivate func readAll() -> String { "\(period) \(occurred) \(currency) \(earnings.map(\.credit.key))" }
}

private struct Draw {
    var random: SplitMix

    private mutating func number() -> Number { Number(units: Int128(Int64.random(in: .min ... .max, using: &random))) }
    private mutating func text() -> String { random.pick(["", "a", "Ünïcode ✓", "a/b", "\"", "x\ny"]) }
    private mutating func rate() -> Rate { Rate(number()) }
    private mutating func date() -> CalendarDate {
        CalendarDate(day: Int32.random(in: -700_000...2_900_000, using: &random))
    }
    private mutating func period() -> Period { Period(random.pick(PeriodKind.allCases), containing: date()) }

    mutating func credit() -> Credit {
        let (paid, original) = (Currency(random.pick(["USD", "JPY", "KWD"]))!, Currency(random.pick(["USD", "EUR"]))!)
        return Credit(
            key: CreditKey(deal: DealID(text()), line: LineID(text()), role: Role(text())), date: date(),
            amount: Money(number(), paid), original: Money(number(), original), share: rate(),
            exchangeRate: random.chance(50) ? number() : nil, product: text(), kind: text(), account: text(),
            source: text(), provenance: text(), fulfilment: random.chance(50) ? fulfilment() : nil)
    }

    private mutating func fulfilment() -> Fulfilment {
        let payments = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            Fulfilment.Payment(id: text(), date: date(), amount: number())
        }
        return Fulfilment(
            cancellation: random.chance(50) ? .init(date: date(), reason: text()) : nil,
            invoiced: random.chance(50) ? number() : nil, payments: payments,
            milestones: random.chance(50) ? [text(): date(), "approval": date()] : [:])
    }

    private mutating func explanation() -> Explanation {
        let steps = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            Explanation.Step(
                base: number(), rate: rate(), amount: number(),
                tier: random.chance(50) ? .init(from: rate(), to: random.chance(50) ? rate() : nil) : nil)
        }
        let attainment =
            random.chance(50)
            ? Explanation.Attainment(
                measure: text(), period: period(), quota: number(), before: number(), after: number()) : nil
        return Explanation(
            total: number(), before: number(), steps: steps, rounding: number(), attainment: attainment, release: text()
        )
    }

    private mutating func money() -> Money { Money(number(), Currency(random.pick(["USD", "EUR"]))!) }

    mutating func adjustment() -> Adjustment {
        Adjustment(
            id: text(), amount: money(), period: random.chance(50) ? period() : nil, reason: text(), by: text(),
            approvedBy: text())
    }

    private mutating func payout() -> Payout {
        Payout(
            period: period(), channel: random.pick(Payee.Channel.allCases), amount: money(), settled: money(),
            exchangeRate: random.chance(50) ? number() : nil, document: Int64.random(in: 1 ... .max, using: &random))
    }

    mutating func closed() -> PeriodClosed {
        let rates = (0..<Int.random(in: 0...2, using: &random)).map { _ in
            ExchangeRate(from: Currency("EUR")!, to: Currency("USD")!, date: date(), rate: number())
        }
        return PeriodClosed(
            id: text(), through: date(), by: text(), payoutCurrency: Currency("USD")!,
            channel: random.pick(Payee.Channel.allCases), rates: rates)
    }

    mutating func document() -> LedgerDocument {
        LedgerDocument(
            payee: PayeeID(text()), sequence: Int64.random(in: .min ... .max, using: &random), period: period(),
            kind: random.pick(LedgerDocument.Kind.allCases),
            currency: Currency("USD")!, cause: text(), plan: text(), planVersion: text(),
            previousHash: (0..<Int.random(in: 0...32, using: &random)).map { UInt8($0) },
            occurred: Instant(milliseconds: random.pick([0, .min, .max, -1, 1_767_225_600_000])),
            earnings: (0..<Int.random(in: 0...3, using: &random)).map { _ in
                Earning(
                    component: text(), credit: credit(), amount: number(), explanation: explanation(),
                    released: number(), period: random.chance(50) ? period() : nil,
                    corrects: random.chance(50) ? Int64.random(in: 1 ... .max, using: &random) : nil)
            },
            postings: (0..<Int.random(in: 0...3, using: &random)).map { _ in
                Posting(account: random.pick(Account.allCases), amount: number())
            }, note: text(), adjustment: random.chance(50) ? adjustment() : nil,
            payout: random.chance(50) ? payout() : nil, by: text())
    }
}
