import Domain
import Plans

/// The job that is measured: a plan, and a year of credits for it.
enum Job {
    static let quota: Number = 50_000_000

    static let plan = """
        plan: bench
        currency: USD
        measures:
          bookings: {roles: [owner, split], over: year, quota: contract.quota.bookings}
          team: {roles: [manager-1], over: year}
        components:
          commission:
            for: bookings
            rate:
              by: attainment(bookings)
              method: marginal
              boundary: lower-inclusive
              tiers: [{from: 0%, rate: 6%}, {from: 50%, rate: 7.5%}, {from: 100%, rate: 9%}, {from: 150%, rate: 12%}]
            cap: {amount: 2500000, per: month}
          products:
            for: bookings
            rate: {lookup: [line.product], rows: [[GTX Basic, 1%], [GTX Plus, 1.5%], [GTX Pro, 2%], ["*", 0.5%]]}
          override: {for: team, rate: 1%}
        """

    static func credits(_ count: Int) -> [Credit] {
        let dollars = Currency("USD")!
        let products = ["GTX Basic", "GTX Plus", "GTX Pro", "GTK 500"]
        var state: UInt64 = 7
        return (0..<count).map { index in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let money = Money(Number(units: Int128(state >> 44) * 10_000_000_000), dollars)
            return Credit(
                key: CreditKey(
                    deal: DealID("D" + String(zeroPadded: index, to: 7)), line: .whole,
                    role: index % 10 == 0 ? .manager(level: 1) : .owner),
                date: CalendarDate(day: 20_454 + Int32(index * 365 / count)), amount: money, original: money,
                share: .whole, product: products[Int(state >> 33) % 4], kind: "new")
        }
    }
}

/// The same job as a programmer would write it who knew that the plan never changes: no plan, no states to go back to,
/// no traces of how a line came about.
struct ByHand {
    var totals: [Number] = [0, 0, 0]
    private var bookings = Number.zero
    private var uncapped = Number.zero
    private var capped = Number.zero
    private var exact: [Number] = [0, 0, 0]
    private var rounded: [Number] = [0, 0, 0]
    private var monthEnd = CalendarDate(day: .min)

    private let limits: [Number]
    private let rates: [Number]
    private let shares: [Number]
    private let cap: Number = 2_500_000

    init(_ credits: [Credit]) throws {
        limits = try ["0", "0.5", "1", "1.5"].map { try Number($0) * Job.quota }
        rates = try ["0.06", "0.075", "0.09", "0.12"].map { try Number($0) }
        shares = try ["0.01", "0.015", "0.02", "0.005"].map { try Number($0) }
        try credits.forEachInPlace { try take($0.pointee) }
    }

    private mutating func take(_ credit: Credit) throws {
        if credit.date > monthEnd { begin(credit.date) }
        let amount = credit.amount.amount
        guard credit.key.role == .owner else { return try pay(2, amount * shares[0]) }
        let before = capped
        try uncapped += commission(amount)
        capped = min(uncapped, cap)
        try pay(0, capped - before)
        try pay(1, amount * share(credit.product))
    }

    private mutating func begin(_ date: CalendarDate) {
        monthEnd = Period(.month, containing: date).end
        (uncapped, capped) = (.zero, .zero)
        for index in exact.indices { (exact[index], rounded[index]) = (.zero, .zero) }
    }

    private mutating func commission(_ amount: Number) throws -> Number {
        let start = bookings
        let end = try bookings + amount
        bookings = end
        var pay = Number.zero
        for tier in limits.indices {
            let low = max(start, limits[tier])
            let high = tier + 1 < limits.count ? min(end, limits[tier + 1]) : end
            if low < high { try pay += (high - low) * rates[tier] }
        }
        return pay
    }

    private func share(_ product: String) -> Number {
        switch product {
        case "GTX Basic": shares[0]
        case "GTX Plus": shares[1]
        case "GTX Pro": shares[2]
        default: shares[3]
        }
    }

    private mutating func pay(_ component: Int, _ amount: Number) throws {
        try exact[component] += amount
        let before = rounded[component]
        rounded[component] = try exact[component].rounded(to: 2, .halfEven)
        try totals[component] += rounded[component] - before
    }
}
