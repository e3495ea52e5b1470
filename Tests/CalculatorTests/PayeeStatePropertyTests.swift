import Domain
import Plans
import Records
import Streams
import TestSupport
import Testing

@testable import Calculation
@testable import calculator

/// Random contracts and random events: whatever way a payee's credits came about, they pay the same.
@Suite("Properties of a payee's state")
struct PayeeStatePropertyTests {
    private struct Draw {
        var random: SplitMix

        mutating func agreements() throws -> [Agreement] {
            let first = try agreement(from: "2026-01-01", to: random.chance(50) ? "2026-08-31" : "2026-12-31")
            return random.chance(40) ? [first, try agreement(from: "2026-10-01", to: nil)] : [first]
        }

        private mutating func agreement(from: String, to: String?) throws -> Agreement {
            let over = random.pick(["month", "quarter", "half", "year"])
            // Divides by nothing for some credits, and for any while the total lies in a certain thousand.
            let fickle = random.pick([
                "0.375%", "'1 / (floor(credit.amount / 300) - 2)'", "'1 / (floor(total(own) / 1000) - 3)'",
            ])
            let text = """
                plan: reps
                currency: \(random.chance(90) ? "USD" : "EUR")
                pays: \(random.pick(["weekly", "semi-monthly", "monthly", "quarterly", "annual"]))
                measures:
                  own: {roles: [owner], over: \(over), quota: contract.quota.own}
                  all: {over: \(random.pick(["month", "year"]))}
                components:
                  commission:
                    for: own
                    rate: {by: attainment(own), method: marginal, boundary: lower-inclusive, tiers: [{from: 0%, rate: \(Int.random(in: 1...9, using: &random)).25%}, {from: 62.5%, rate: 7.125%}, {from: 100%, rate: 12.5%}]}
                  spiff: {for: all, rate: \(fickle)}
                """
            let kind = try #require(PeriodKind(rawValue: over))
            let labels = Set((0..<500).map { Period(kind, containing: CalendarDate(day: Int32(20_454 + $0))).label })
                .sorted()
            let quotas = labels.filter { _ in random.chance(90) }.map { label in
                Quota(
                    payee: "ada", measure: "own", period: Period(label)!,
                    amount: Number(Int.random(in: 500...5000, using: &random)))
            }
            let plan = try Plan(parsing: text, file: "p.yaml")
            return Agreement(
                contract: Contract(
                    payee: "ada", plan: "reps", from: CalendarDate(from)!, to: to.flatMap { CalendarDate($0) }),
                version: hexadecimal(digest(text.utf8)), terms: random.next(),
                evaluator: Evaluator(plan: plan, quotas: quotas))
        }

        mutating func credit(deals: Int, days: Range<Int> = 0..<400) -> Credit {
            let dollars = Currency(random.chance(95) ? "USD" : "EUR")!
            let amount = Money(
                Number(Int128(Int.random(in: -20_000...200_000, using: &random)), places: 2)!, dollars)
            return Credit(
                key: CreditKey(
                    deal: DealID("D\(Int.random(in: 0..<deals, using: &random))"), line: .whole,
                    role: random.chance(80) ? .owner : .manager(level: 1)),
                date: CalendarDate(day: Int32(20_440 + Int.random(in: days, using: &random))), amount: amount,
                original: amount, share: .whole)
        }
    }

    private func lines(_ state: PayeeState) -> [String] {
        state.credits.flatMap { held in
            held.posted.map {
                "\(held.credit.date) \(held.credit.key) \($0.component) \($0.period) \($0.amount) \($0.shown)"
            }
        }
    }

    /// From nothing: one evaluator a span of credits, in canonical order.
    private func full(_ credits: [Credit], _ agreements: [Agreement]) -> [String] {
        var current: Int?
        var sums: Evaluator.Sums?
        return credits.sorted { $0.canonical < $1.canonical }.flatMap { credit in
            let agreement = agreements.lastIndex { $0.contract.covers(credit.date) }
            if agreement != current { (current, sums) = (agreement, agreement.map { agreements[$0].evaluator.empty }) }
            guard let agreement, var after = sums,
                credit.amount.currency == agreements[agreement].evaluator.plan.currency
            else { return [String]() }
            let evaluator = agreements[agreement].evaluator
            guard let lines = try? evaluator.step(credit, sums: &after) else { return [] }
            sums = after
            return lines.map { line in
                let (plan, shown) = (evaluator.plan, Shown.number(of: line, credit, agreements[agreement]))
                return
                    "\(credit.date) \(credit.key) \(plan.components[line.component].name) "
                    + "\(Period(plan.pays, containing: credit.date)) \(Money(line.amount, plan.currency)) \(shown)"
            }
        }
    }

    private func faults(_ state: PayeeState) -> [CreditKey: String] {
        var result: [CreditKey: String] = [:]
        for held in state.credits { result[held.credit.key] = held.fault }
        return result
    }

    @Test("after every event the state is what evaluating everything from nothing gives", arguments: 0..<120)
    func incrementalIsFull(seed: UInt64) throws {
        var draw = Draw(random: SplitMix(seed: seed))
        var state = PayeeState(id: "ada")
        var known: [CreditKey: Credit] = [:]
        var agreements: [Agreement] = []
        var balances: [String: Number] = [:]
        // Few credits that change often, or so many that sums are kept among them.
        let (deals, steps, agreeing) = seed % 2 == 0 ? (12, 40, 10) : (60, 160, 2)
        for _ in 0..<steps {
            let changes: PayeeState.Changes
            switch Int.random(in: 0..<100, using: &draw.random) {
            case 0..<agreeing:
                agreements = try draw.agreements()
                changes = try state.agree(agreements)
            case 10..<25:
                let key = draw.credit(deals: deals).key
                known[key] = nil
                changes = try state.withdraw(key)
            default:
                let credit = draw.credit(deals: deals)
                known[credit.key] = credit
                changes = try state.assign(credit)
            }
            #expect(lines(state) == full(Array(known.values), agreements))
            for (batch, earning) in zip(changes.batches, changes.earnings) {
                let place = "\(earning.credit.key) \(earning.component) \(batch.period) \(batch.currency)"
                try balances[place, default: .zero] += earning.amount
                #expect(try earning.explanation.total - earning.explanation.before == earning.amount)
            }
        }
        #expect(balances.filter { !$0.value.isZero } == posted(state))
    }

    /// What the changes have to come to.
    private func posted(_ state: PayeeState) -> [String: Number] {
        var result: [String: Number] = [:]
        for held in state.credits {
            for line in held.posted {
                result["\(held.credit.key) \(line.component) \(line.period) \(line.amount.currency)"] =
                    line.amount.amount
            }
        }
        return result
    }

    @Test("the order of assignments and withdrawals leaves no trace", arguments: 0..<60)
    func permutations(seed: UInt64) throws {
        var draw = Draw(random: SplitMix(seed: 1000 + seed))
        let agreements = try draw.agreements()
        var keys: Set<CreditKey> = []
        let credits = (0..<30).map { _ in draw.credit(deals: 1000) }.filter { keys.insert($0.key).inserted }
        let gone = credits.filter { _ in draw.random.chance(20) }.map(\.key)
        let expected = full(credits.filter { !gone.contains($0.key) }, agreements)
        var expectedFaults: [CreditKey: String]?
        for _ in 0..<4 {
            var state = PayeeState(id: "ada")
            if draw.random.chance(50) { _ = try state.agree(agreements) }
            // A key's withdrawal follows its assignment, as one deal's events do; else any order.
            for credit in credits.shuffled(using: &draw.random) { _ = try state.assign(credit) }
            for key in gone.shuffled(using: &draw.random) { _ = try state.withdraw(key) }
            _ = try state.agree(agreements)
            #expect(lines(state) == expected)
            #expect(faults(state) == expectedFaults ?? faults(state))
            expectedFaults = faults(state)
        }
    }

    @Test("a process that restarts at any moment writes the same documents, byte for byte", arguments: 0..<30)
    func restarts(seed: UInt64) throws {
        var draw = Draw(random: SplitMix(seed: 2000 + seed))
        let (steady, restarted) = (try Books(), try Books())
        for step in 0..<30 {
            let event: WirePayeeEvent.OneOf_Event
            if step == 3 || draw.random.chance(8) {
                event = Told.terms(
                    [("2026-01-01", "", draw.random.pick([Told.tiered, Told.flat, Told.steep]))],
                    quotas: [("2026", "\(Int.random(in: 100...5000, using: &draw.random))")])
            } else {
                let credit = draw.credit(deals: 10)
                event =
                    draw.random.chance(15)
                    ? .creditWithdrawn(WireCreditKey(credit.key)) : .creditAssigned(WireCredit(credit))
            }
            let payee = draw.random.pick(["ada", "bob"])
            #expect(try steady.tell(payee, event) == (try restarted.tell(payee, event)))
            if draw.random.chance(40) { try restarted.restart() }
        }
        #expect(steady.ledger == restarted.ledger)
    }

    @Test("payees that are put away and read again have the same documents, byte for byte", arguments: 0..<40)
    func evictions(seed: UInt64) throws {
        var draw = Draw(random: SplitMix(seed: 3000 + seed))
        // Either payees go as a whole, or the earlier credits of those who stay.
        let (deals, steps, limit, tail) = seed % 2 == 0 ? (12, 80, 3, 32) : (120, 240, 170, 2)
        let (roomy, tight) = (try Books(), try Books(limit: limit, tail: tail))
        let payees = ["ada", "bob", "cem"]
        let monthly = (1...12).map { (period: "2026-" + String(zeroPadded: $0, to: 2), amount: "\($0 * 100)") }
        let terms = Told.terms(
            [("2026-01-01", "2027-05-31", Told.ofFact), ("2027-06-01", "", Told.plan("50000000"))], quotas: monthly)
        var refused = 0
        func expectSame(_ payee: String, _ event: WirePayeeEvent.OneOf_Event, since: CalendarDate? = nil) throws {
            let outputs = try? roomy.tell(payee, event, since: since)
            if outputs == nil { refused += 1 }
            #expect(outputs == (try? tight.tell(payee, event, since: since)))
            if draw.random.chance(50) { try tight.save() }
        }
        for payee in payees { try expectSame(payee, terms) }
        var earliest: [DealID: CalendarDate] = ["D0": CalendarDate("2026-02-01")!]
        for step in 0..<steps {
            let payee = draw.random.pick(payees)
            let credit = draw.credit(deals: deals, days: seed % 2 == 0 ? 0..<400 : step..<step + 40)
            let since = min(earliest[credit.key.deal] ?? credit.date, credit.date)
            switch Int.random(in: 0..<100, using: &draw.random) {
            // It would pay more than all money, so it pays nothing.
            case 0..<3:
                try expectSame(payee, Told.credit("D0 2027-06-01 900000000000", role: "split"), since: earliest["D0"])
            // There is no rate to pay it out with, so the books refuse it, having looked at all there is; what is refused
            // leaves nothing behind.
            case 3..<5: try expectSame(payee, Told.closed("2026-03-31", in: "EUR"))
            case 5..<10:
                try expectSame(payee, .creditWithdrawn(WireCreditKey(credit.key)), since: earliest[credit.key.deal])
            case 10: try expectSame(payee, terms)
            case 11: try expectSame(payee, Told.closed("2026-02-28"))
            default:
                earliest[credit.key.deal] = since
                // What an older program wrote does not say it.
                let isTold = draw.random.chance(80)
                try expectSame(payee, .creditAssigned(WireCredit(credit)), since: isTold ? since : nil)
            }
        }
        #expect(roomy.ledger == tight.ledger)
        if seed == 1 { #expect(refused > 0) }
    }

    @Test("what is kept for a day goes when a credit comes before it, though something was refused in between")
    func startsAfterRefusal() throws {
        let (roomy, tight) = (try Books(), try Books(limit: 40, tail: 2))
        let terms = Told.terms(
            [("2026-01-01", "2027-05-31", Told.tiered), ("2027-06-01", "", Told.plan("50000000"))],
            quotas: [("2026", "4000")])
        func date(_ day: Int) -> CalendarDate { CalendarDate("2026-01-01")!.adding(days: day) }
        func expectSame(_ payee: String, _ day: Int, _ amount: Int) throws {
            let credit = Told.credit("\(payee)-\(day)-\(amount) \(date(day)) \(amount)")
            let outputs = try roomy.tell(payee, credit, since: date(day))
            #expect(outputs == (try tight.tell(payee, credit, since: date(day))))
        }
        for payee in ["ada", "bob"] { for books in [roomy, tight] { try books.tell(payee, terms) } }
        for day in 1...10 { try expectSame("bob", day, 100) }
        // With bob beside them, ada's are halved again and again: what stands before days 21, 31 and 36 is kept.
        for day in 1...40 { try expectSame("ada", day, 100) }
        try tight.save()
        try tight.restart()
        try expectSame("ada", 41, 100)
        // It looks far back, and is refused: all are in memory again, and alone they are halved once.
        for books in [roomy, tight] {
            #expect(throws: (any Error).self) { try books.tell("ada", Told.closed("2026-01-31", in: "EUR")) }
        }
        try tight.save()
        try expectSame("ada", 30, 1000)
        try tight.restart()
        try expectSame("ada", 42, 100)
    }

    @Test("names that look the same and are written otherwise are two, in memory and on disk")
    func unicodeForms() throws {
        let books = try Books()
        try books.tell("ada", Told.terms([("2026-01-01", "", Told.flat)]))
        try books.tell("ada", Told.credit("caf\u{e9} 2026-01-05 100"))
        try books.tell("ada", Told.credit("cafe\u{301} 2026-01-05 200"))
        try books.restart()
        let outputs = try books.tell("ada", Told.withdrawn("caf\u{e9}"))
        let documents = try outputs.filter { $0.topic == "ledger" }.compactMap(\.value).map {
            try WireLedgerDocument(decoding: $0).domain()
        }
        #expect(documents.flatMap(\.earnings).map(\.amount) == [-6])
    }
}
