import Domain
import Plans
import Records
import SwiftProtobuf
import TestSupport

/// One company and its deals, drawn from a seed: what is fed to the services, in whatever order, and to the oracle.
struct World {
    /// The meaning of evaluation that everything is told in.
    let meaning: Int32
    var settings: Settings
    /// As the company is at the end; some of it comes late.
    var entities: [CompanyEntity] = []
    /// Those of `entities` that are applied only after deals have come in, and are therefore mended skips.
    var late: [CompanyEntity] = []
    var revisions: [Revision] = []
    var payments: [Payment] = []

    /// What comes in before the books are closed for the first time, and what after it.
    static let epochs = 0...1

    struct Payment: Hashable {
        let deal: String
        let id: String
        let date: CalendarDate
        let cents: Int
        let epoch: Int

        var body: JSON {
            .object([
                .init("id", .string(id)), .init("deal", .string(deal)), .init("date", .string(date.description)),
                .init("amount", .string(World.decimal(cents))),
            ])
        }
    }

    struct Revision: Hashable {
        let epoch: Int
        let deal: String
        let order: Int64
        let stage: String
        let closed: CalendarDate
        let cents: Int
        let currency: String
        let owner: String
        let splits: [(payee: String, percent: Int)]
        let product: String
        /// Says no amount, which nobody can credit.
        let isFlawed: Bool

        var body: JSON {
            var members: [JSON.Member] = [
                .init("id", .string(deal)), .init("stage", .string(stage)), .init("revision", .number(String(order))),
                .init("closed", .string(closed.description)), .init("currency", .string(currency)),
                .init("owner", .string(owner)), .init("product", .string(product)),
            ]
            if !isFlawed { members.append(.init("amount", .number(World.decimal(cents)))) }
            if !splits.isEmpty {
                let list = splits.map { split in
                    JSON.object([.init("payee", .string(split.payee)), .init("share", .number(String(split.percent)))])
                }
                members.append(.init("splits", .array(list)))
            }
            return .object(members)
        }

        static func == (left: Self, right: Self) -> Bool { left.body == right.body }
        func hash(into hasher: inout Hasher) { hasher.combine(body) }
    }

    static func decimal(_ cents: Int) -> String { "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)" }

    static let reps = ["ada", "bob", "cem", "dia", "eve"]
    static let products = ["Valve", "Sensor", "Probe"]
    static let quota = 200_000

    init(seed: UInt64) {
        var random = SplitMix(seed: seed)
        meaning = seed % 2 == 0 ? Meaning.latest : 1
        settings = Settings(
            name: "Sim", managerLevels: 2, postClose: random.pick([.freeze, .accept]),
            remainder: random.pick([.largest, .last]))
        addCompany(&random)
        addDeals(&random)
    }

    private mutating func addCompany(_ random: inout SplitMix) {
        let dollars = Currency("USD")!
        let start = CalendarDate("2026-01-01")!
        func payee(_ id: String, manager: String?, plan: String, isLate: Bool) {
            var managers = Timeline<PayeeID?>()
            if let manager { managers.set(PayeeID(manager), from: start) }
            let entities: [CompanyEntity] = [
                .payee(Payee(id: PayeeID(id), name: "Name of \(id)", currency: dollars, managers: managers)),
                .contract(Contract(payee: PayeeID(id), plan: plan, from: start, to: nil)),
                .quota(
                    Quota(
                        payee: PayeeID(id), measure: "bookings", period: Period("2026")!, amount: Number(World.quota))),
            ]
            self.entities += entities
            if isLate { late += entities }
        }
        payee("vip", manager: nil, plan: "override", isLate: false)
        payee("max", manager: "vip", plan: "override", isLate: false)
        payee("mia", manager: "vip", plan: "override", isLate: false)
        for (index, rep) in World.reps.enumerated() {
            let plan = rep == "eve" ? "flat-eur" : random.chance(70) ? "tiers" : "flat"
            payee(rep, manager: index < 3 ? "max" : "mia", plan: plan, isLate: index > 1 && random.chance(25))
        }
        for product in World.products {
            entities.append(.product(name: product))
            if product == "Probe", random.chance(50) { late.append(.product(name: product)) }
        }
        for (name, text) in World.plans { entities.append(.plan(name: name, text: text)) }
        entities.append(
            .exchangeRate(
                ExchangeRate(
                    from: dollars, to: Currency("EUR")!, date: start, rate: Number(9137, places: 4)!)))
        entities.append(
            .exchangeRate(
                ExchangeRate(
                    from: Currency("EUR")!, to: dollars, date: start, rate: Number(10945, places: 4)!)))
        entities.append(.settings(settings))
    }

    /// What people do when all of an epoch has come to rest.
    static func acts(after epoch: Int) -> [WireCommand.OneOf_Act] {
        let (through, approved) = epoch == 0 ? ("2026-02-28", "2026-01") : ("2026-04-30", "2026-03")
        let request = WireAdjustmentRequest.with {
            ($0.id, $0.payee, $0.amount, $0.currency) = ("A\(epoch)", "ada", "-120.5", "USD")
            ($0.reason, $0.by) = ("as agreed", "may")
        }
        return [
            .close(.with { ($0.id, $0.through, $0.by) = ("C\(epoch)", through, "fin") }),
            .adjustment(request),
            .decision(
                .with { ($0.kind, $0.subject, $0.approved, $0.by) = (.adjustment, request.id, true, "cal") }),
            .approval(.with { ($0.id, $0.period, $0.by) = ("S\(epoch)", approved, "cfo") }),
        ]
    }

    private mutating func addDeals(_ random: inout SplitMix) {
        for number in 0..<Int.random(in: 10...40, using: &random) {
            var order: Int64 = 0
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                order += Int64.random(in: 1...3, using: &random)
                revisions.append(revision("D\(number)", order, &random))
            }
            for payment in 0..<Int.random(in: 0...2, using: &random) {
                payments.append(
                    Payment(
                        deal: "D\(number)", id: "P\(payment)",
                        date: CalendarDate(day: 20_454 + Int32.random(in: 0..<180, using: &random)),
                        cents: Int.random(in: 1...9_000_000, using: &random), epoch: random.pick(Array(World.epochs))))
            }
            // Twice the same revision with another body: one of the two has to lose, always the same.
            if random.chance(5) { revisions.append(revision("D\(number)", order, &random)) }
        }
    }

    private func revision(_ deal: String, _ order: Int64, _ random: inout SplitMix) -> Revision {
        var splits: [(payee: String, percent: Int)] = []
        if random.chance(40) {
            let people = Array(World.reps.shuffled(using: &random).prefix(Int.random(in: 2...3, using: &random)))
            let first = Int.random(in: 1...60, using: &random)
            let second = people.count == 2 ? 100 - first : Int.random(in: 1...39, using: &random)
            splits = zip(people, [first, second, 100 - first - second]).map { ($0, $1) }
        }
        let month = Int.random(in: 1...6, using: &random)
        return Revision(
            epoch: random.chance(65) ? 0 : 1, deal: deal, order: order,
            stage: random.pick(["open", "won", "won", "won", "cancelled", "lost", "deleted"]),
            closed: CalendarDate(year: 2026, month: month, day: Int.random(in: 1...28, using: &random))!,
            cents: Int.random(in: 1...9_000_000, using: &random), currency: "USD", owner: random.pick(World.reps),
            splits: splits, product: random.chance(20) ? "Probe" : random.pick(["Valve", "Sensor"]),
            isFlawed: random.chance(10))
    }

    static let plans = [
        "tiers": """
        plan: tiers
        currency: USD
        measures: { bookings: { of: credit.amount, roles: [owner, split], over: year, quota: contract.quota.bookings } }
        components:
          commission:
            for: bookings
            rate:
              by: attainment(bookings)
              method: marginal
              boundary: lower-inclusive
              tiers: [ {from: 0%, rate: 5%}, {from: 50%, rate: 7.5%}, {from: 100%, rate: 12%} ]
          spiff: { for: bookings, rate: 0.25% }
        draw: {amount: 2500, per: month, recover: 50%}
        """,
        "flat": """
        plan: flat
        currency: USD
        measures: { bookings: { of: credit.amount, roles: [owner, split], over: month } }
        components: { commission: { for: bookings, rate: 6.125% } }
        release: [{on: booking, share: 50%}, {on: payment, share: 50%, proportional: true}]
        """,
        "flat-eur": """
        plan: flat-eur
        currency: EUR
        measures: { bookings: { of: credit.amount, roles: [owner, split], over: month } }
        components: { commission: { for: bookings, rate: 6.125% } }
        """,
        "override": """
        plan: override
        currency: USD
        measures: { team: { of: credit.amount, roles: [manager-1, manager-2], over: month } }
        components: { override: { for: team, rate: 0.5% } }
        guarantee: {amount: 100, per: month}
        """,
    ].sorted { $0.key < $1.key }
}
