import Domain
import Plans
import Records
import SwiftProtobuf
import TestSupport

/// What somebody could have lived through: deals in any order, amended, paid, cancelled, won back, given to others;
/// plans, quotas and contracts changed, money adjusted, periods closed and approved. All of it follows from the seed.
struct History {
    static let payee: PayeeID = "ada"
    let seed: UInt64
    private(set) var acts: [PayeeRecord.Act] = []
    var random: SplitMix
    private var agreed: [Agreed] = []
    private var credits: [CreditKey: Credit] = [:]
    /// Somebody closed the books up to this day.
    private var through = CalendarDate.yearsEnd
    private var count = 0

    /// A contract in the making.
    struct Agreed {
        var from: CalendarDate
        var to: CalendarDate?
        var plan: Draft
    }

    init(seed: UInt64) {
        self.seed = seed
        random = SplitMix(seed: seed)
        agreed = contracts()
        if random.chance(90) { agree() }
        for _ in 0..<Int.random(in: 5...random.pick([12, 12, 20, 45]), using: &random) { live() }
        if random.chance(80) { agree() }
        close()
    }

    private mutating func live() {
        count += 1
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<40: assign(credit())
        case 40..<68: befall()
        case 68..<73: reassign()
        case 73..<79:
            change()
            agree()
        case 79..<84: adjust()
        case 84..<95: close()
        default: approve()
        }
    }

    /// The same with everything that is told between two commands in another order. A credit's own changes keep theirs,
    /// as the log of its deal does.
    func shuffled() -> [PayeeRecord.Act] {
        var random = SplitMix(seed: ~seed)
        var result: [PayeeRecord.Act] = []
        for segment in acts.split(omittingEmptySubsequences: false, whereSeparator: \.isBarrier) {
            result += History.shuffle(Array(segment), &random)
            if result.count < acts.count { result.append(acts[result.count]) }
        }
        return result
    }

    /// Takes the queues (each credit's, and that of the commands) in turns.
    private static func shuffle(_ acts: [PayeeRecord.Act], _ random: inout SplitMix) -> [PayeeRecord.Act] {
        var queues: [[PayeeRecord.Act]] = []
        var places: [CreditKey?: Int] = [:]
        for act in acts {
            if let place = places[act.key] {
                queues[place].append(act)
            } else {
                places[act.key] = queues.count
                queues.append([act])
            }
        }
        var order = queues.indices.flatMap { place in queues[place].map { _ in place } }.shuffled(using: &random)
        var result: [PayeeRecord.Act] = []
        while let place = order.popLast() { result.append(queues[place].removeFirst()) }
        return result
    }
}

extension PayeeRecord.Act {
    /// What comes behind depends on it, and it on what comes before.
    fileprivate var isBarrier: Bool {
        switch self {
        case .closed, .approved: true
        case .assigned, .withdrawn, .agreed, .adjusted: false
        }
    }

    /// Of a credit; `nil` of a command.
    fileprivate var key: CreditKey? {
        switch self {
        case .assigned(let credit): credit.key
        case .withdrawn(let key): key
        case .agreed, .closed, .adjusted, .approved: nil
        }
    }
}

// MARK: Deals

extension History {
    private mutating func assign(_ credit: Credit) {
        credits[credit.key] = credit
        acts.append(.assigned(credit))
    }

    private mutating func day(around middle: CalendarDate) -> CalendarDate {
        middle.adding(days: Int.random(in: -45...70, using: &random))
    }

    private mutating func amount(_ range: ClosedRange<Int>) -> Number {
        Number(Int128(Int.random(in: range, using: &random)), places: 2) ?? .zero
    }

    private mutating func credit() -> Credit {
        let key = CreditKey(
            deal: DealID("D\(Int.random(in: 0..<14, using: &random))"),
            line: random.chance(80) ? .whole : "1", role: random.chance(75) ? .owner : .manager(level: 1))
        let date = day(around: through)
        let plan = agreed.last { $0.from <= date && date <= $0.to ?? date }?.plan
        let currency = random.chance(97) ? plan?.currency ?? .dollars : random.pick([.dollars, .euros])
        let amount = Money(self.amount(random.chance(8) ? -90_000...0 : 1...300_000), currency)
        let isForeign = random.chance(20)
        return Credit(
            key: key, date: date, amount: amount,
            original: isForeign ? Money(self.amount(1...300_000), .pounds) : amount, share: .whole,
            exchangeRate: isForeign ? Number(125, places: 2) : nil,
            fulfilment: random.chance(15) ? fulfilment(Fulfilment(), of: amount, on: date) : nil)
    }

    /// Something becomes of a deal: it is paid, delivered, cancelled, won back.
    private mutating func befall() {
        guard let key = credits.keys.sorted().randomElement(using: &random), let old = credits[key] else { return }
        let fulfilment = fulfilment(old.fulfilment ?? Fulfilment(), of: old.original, on: old.date)
        assign(
            Credit(
                key: key, date: random.chance(90) ? old.date : day(around: through),
                amount: random.chance(85) ? old.amount : Money(amount(1...300_000), old.amount.currency),
                original: old.original, share: old.share, exchangeRate: old.exchangeRate, fulfilment: fulfilment))
    }

    private mutating func fulfilment(_ old: Fulfilment, of money: Money, on date: CalendarDate) -> Fulfilment {
        var fulfilment = old
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<5:
            let part = random.chance(40) ? money.amount : amount(random.chance(20) ? -60_000...0 : 1...200_000)
            fulfilment.payments.append(
                Fulfilment.Payment(id: "P\(count)", date: day(around: through), amount: part))
            fulfilment.payments.sort { ($0.date, $0.id) < ($1.date, $1.id) }
        case 5: fulfilment.invoiced = amount(1...300_000)
        case 6, 7: fulfilment.milestones["approval"] = day(around: through)
        default:
            let isLost = fulfilment.cancellation == nil
            fulfilment.cancellation =
                isLost
                ? Fulfilment.Cancellation(
                    date: date.adding(days: Int.random(in: -5...140, using: &random)), reason: "churned") : nil
        }
        return fulfilment
    }

    private mutating func reassign() {
        guard let key = credits.keys.sorted().randomElement(using: &random) else { return }
        credits[key] = nil
        acts.append(.withdrawn(key))
    }
}

// MARK: Commands

extension History {
    private mutating func contracts() -> [Agreed] {
        let first = CalendarDate.yearsEnd.adding(days: random.pick([-30, 1, 1, 1, 14]))
        guard random.chance(40) else { return [Agreed(from: first, to: nil, plan: Draft(&random))] }
        let change = first.adding(days: Int.random(in: 40...200, using: &random))
        // Leave is a gap.
        let pause = random.chance(30) ? Int.random(in: 1...40, using: &random) : 0
        let end = random.chance(30) ? change.adding(days: Int.random(in: 50...150, using: &random)) : nil
        return [
            Agreed(from: first, to: change.adding(days: -1 - pause), plan: Draft(&random)),
            Agreed(from: change, to: end, plan: Draft(&random)),
        ]
    }

    private mutating func change() {
        let index = Int.random(in: 0..<agreed.count, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<4: agreed[index].plan = Draft(&random, pays: agreed[index].plan.pays)
        case 4: agreed = contracts()
        case 5: agreed[agreed.count - 1].to = day(around: through).adding(days: 60)
        case 6: agreed[agreed.count - 1].to = nil
        default: break
        }
        if let last = agreed.last, let to = last.to, to < last.from { agreed[agreed.count - 1].to = nil }
    }

    /// Tells what is agreed, with quotas and facts that are others every time.
    private mutating func agree() {
        let labels = ["2025", "2026", "2026-Q1", "2026-Q2", "2026-02", "2026-03"].filter { _ in random.chance(70) }
        let quotas = labels.flatMap { label in
            ["own", "csat"].map { (label, $0, Int.random(in: 500...4_000, using: &random)) }
        }
        acts.append(
            .agreed(
                .with {
                    // Some are told in an earlier meaning all along, others from some act on in the latest.
                    $0.evaluation = UInt64(acts.count) < seed % 40 ? 1 : Meaning.latest
                    $0.contracts = agreed.map { contract in
                        .with {
                            $0.plan = "reps"
                            $0.from = contract.from.description
                            $0.to = contract.to?.description ?? ""
                            $0.planText = contract.plan.text
                        }
                    }
                    $0.quotas = quotas.map { label, measure, amount in
                        .with { ($0.payee, $0.measure, $0.period, $0.amount) = ("ada", measure, label, "\(amount)") }
                    }
                }))
    }

    private mutating func adjust() {
        let sign = random.chance(50) ? Number(1) : -1
        let currency: Currency = random.pick([.dollars, .dollars, .dollars, .euros])
        let amount = Money((try? amount(1...40_000) * sign) ?? 1, currency)
        let period = random.chance(60) ? Period(.month, containing: day(around: through)) : nil
        acts.append(
            .adjusted(
                Adjustment(
                    id: "A\(random.chance(90) ? count : count / 2)", amount: amount, period: period,
                    reason: "as agreed",
                    by: "may", approvedBy: "cal")))
    }

    private mutating func close() {
        var day = Period(.month, containing: through.adding(days: 1)).end
        if random.chance(15) { day = day.adding(days: Int.random(in: 1...80, using: &random)) }
        if random.chance(7) { day = day.adding(days: -40) }
        through = max(through, day)
        let currency: Currency = random.chance(80) ? .dollars : .euros
        let rates = [Currency.dollars, .euros].filter { $0 != currency && !random.chance(8) }.map {
            ExchangeRate(from: $0, to: currency, date: day, rate: Number(9137, places: 4) ?? 1)
        }
        acts.append(
            .closed(
                PeriodClosed(
                    id: "C\(count)", through: day, by: "fin", payoutCurrency: currency,
                    channel: random.pick([.payroll, .accountsPayable]), rates: rates)))
    }

    private mutating func approve() {
        let kind = random.pick(agreed).plan.kind
        let period = Period(kind, containing: through.adding(days: -Int.random(in: 0...80, using: &random)))
        acts.append(.approved(StatementApproved(id: "S\(count)", period: period, by: "cfo", reason: "")))
    }
}

extension CalendarDate {
    /// 2025-12-31: what is told begins after it.
    fileprivate static let yearsEnd = CalendarDate(day: 20_453)
}

extension Currency {
    static let dollars = Currency("USD").known
    static let euros = Currency("EUR").known
    static let pounds = Currency("GBP").known
}

extension Optional {
    fileprivate var known: Wrapped {
        guard let self else { preconditionFailure("the test's own constant is not valid") }
        return self
    }
}
