import Domain

/// What the CRM says about a deal at one moment.
struct Revision {
    var id: String
    var stage: String
    var close: CalendarDate
    var cents: Int
    var currency: String
    var owner: String
    var product: String
    var account: String
    var kind: String
    /// Who and how many hundredths of a percent; empty: all the owner's.
    var splits: [(payee: String, share: Int)] = []
    var cancelled: CalendarDate?
    var reason = ""
    /// Minutes since 1970.
    var modified: Int
    var lacksAmount = false
}

/// What a customer paid for a deal, or got back.
struct Receipt {
    var id: String
    var deal: String
    var day: CalendarDate
    var cents: Int
    var currency: String
}

/// How one deal of 2025 goes, from its first appearance in the CRM to the customer's payments.
struct DealStory {
    private(set) var revisions: [Revision] = []
    private(set) var receipts: [Receipt] = []
    private var random: SplitMix64
    private var current: Revision

    /// The same seed and number tell the same story, however many deals there are.
    init(number: Int, seed: UInt64) {
        random = SplitMix64(seed: seed &* 1_000_003 &+ UInt64(number))
        let close = DealStory.closeDate(&random)
        let sellers = Larkspur.sellers.filter { $0.sells(on: close) }
        let seller = sellers[random.weighted(sellers.map(\.weight))]
        let product = Larkspur.products[random.weighted(Larkspur.products.map(\.weight))]
        let currency = random.chance(50) ? (seller.currency == "USD" ? "EUR" : "USD") : seller.currency
        current = Revision(
            id: "LK-" + String(zeroPadded: number, to: 6), stage: "Qualified", close: close,
            cents: DealStory.price(product, currency, &random), currency: currency, owner: seller.email,
            product: product.name, account: random.pick(Larkspur.accounts),
            kind: ["new", "expansion", "renewal"][random.weighted([5, 3, 2])], modified: 0)
        if random.chance(100) { current.product = Larkspur.nicknames[product.name] ?? product.name }
        current.splits = splits(with: sellers.filter { $0.currency == seller.currency })
        tell()
    }

    private init(of first: Revision) { (random, current) = (SplitMix64(seed: 0), first) }

    /// A large deal that is won, paid in part and lost after the books of its month are closed: the same for every seed,
    /// so that there is always a clawback to look at.
    private static var lostCustomer: DealStory {
        let won = CalendarDate(year: 2025, month: 8, day: 20) ?? CalendarDate(day: 20_320)
        var story = DealStory(
            of: Revision(
                id: "LK-900001", stage: "", close: won, cents: 4_580_000, currency: "USD",
                owner: Larkspur.email("maren.ostler"), product: "Osprey Analyser", account: "Zephyr Wind", kind: "new",
                modified: Int(won.day) * 1440 + 11 * 60))
        story.say("Closed Won")
        story.receive(1_500_000, on: won.adding(days: 30))
        story.current.modified += 55 * 1440
        story.cancel("insolvent")
        return story
    }

    /// All deals of the year, that of the lost customer first.
    static func all(_ deals: Int, seed: UInt64) -> some Sequence<DealStory> {
        (0...max(1, deals)).lazy.map { $0 == 0 ? lostCustomer : DealStory(number: $0, seed: seed) }
    }

    /// On a working day of 2025; the last month of a quarter counts double.
    private static func closeDate(_ random: inout SplitMix64) -> CalendarDate {
        let month = random.weighted([6, 6, 11, 6, 7, 12, 5, 5, 11, 7, 7, 13]) + 1
        let day = random.within(1...CalendarDate.length(ofMonth: month, year: 2025))
        let date = CalendarDate(year: 2025, month: month, day: day) ?? CalendarDate(day: 20_089)
        return date.weekday > 5 ? date.adding(days: day > 2 ? 5 - date.weekday : 8 - date.weekday) : date
    }

    /// List price times pieces, less up to 25% discount; in euro about 86 for 100.
    private static func price(_ product: Larkspur.Product, _ currency: String, _ random: inout SplitMix64) -> Int {
        let discounted =
            product.cents * random.within(1...product.mostPieces) * (10_000 - random.within(0...2500)) / 10_000
        return currency == "EUR" ? discounted * 86 / 100 : discounted
    }

    private mutating func splits(with colleagues: [Larkspur.Seller]) -> [(payee: String, share: Int)] {
        if random.chance(100) { return [(current.owner, 9000), (random.pick(Larkspur.developers), 1000)] }
        guard random.chance(120), let other = colleagues.first(where: { $0.email != current.owner }) else { return [] }
        let share = random.pick([5000, 6000, 6667, 7000, 7500])
        return [(current.owner, share), (other.email, 10_000 - share)]
    }

    private mutating func tell() {
        let days = random.within(6...90)
        current.modified = Int(current.close.day) * 1440 - days * 1440 + random.within(8 * 60...18 * 60)
        say("Qualified")
        for stage in ["Proposal", "Negotiation"] where random.chance(450) {
            pass(upToDays: days / 3)
            if random.chance(300) { current.cents = current.cents * random.within(9000...10_500) / 10_000 }
            say(stage)
        }
        let outcome = random.weighted([60, 28, 12])
        guard outcome < 2 else { return }
        current.modified = max(current.modified + 60, Int(current.close.day) * 1440 + random.within(9 * 60...17 * 60))
        guard outcome == 0 else { return say("Closed Lost") }
        spoil()
        say("Closed Won")
        afterwards()
        pay()
    }

    /// A few deals have what a CRM should not let pass, so that there is something to mend.
    private mutating func spoil() {
        guard random.chance(5) else { return }
        switch random.below(3) {
        case 0: current.owner = Larkspur.email("integration.user")
        case 1: current.product = "Meridian F900"
        default: current.lacksAmount = true
        }
        if current.owner.hasPrefix("integration") { current.splits = [] }
    }

    private mutating func afterwards() {
        let event = random.weighted([870, 70, 30, 15, 15])
        guard event > 0 else { return }
        pass(upToDays: 60)
        switch event {
        case 1:
            current.cents = current.cents * random.within(7000...12_000) / 10_000
            say("Closed Won")
        case 2 where random.chance(800): cancel(random.pick(["insolvent", "project stopped", "returned"]))
        case 2: say("Deleted")
        case 3:
            if let other = Larkspur.sellers.first(where: { $0.email != current.owner && $0.sells(on: current.close) }) {
                current.owner = other.email
                current.splits = []
            }
            say("Closed Won")
        default: reopen()
        }
    }

    private mutating func reopen() {
        say("Negotiation")
        pass(upToDays: 30)
        let day = CalendarDate(day: Int32(current.modified / 1440))
        current.close = min(day, CalendarDate(year: 2025, month: 12, day: 31) ?? day)
        say("Closed Won")
    }

    private mutating func cancel(_ reason: String) {
        (current.cancelled, current.reason) = (CalendarDate(day: Int32(current.modified / 1440)), reason)
        say("Cancelled")
    }

    /// After one to two months, a quarter of the customers in halves; what is cancelled is paid back, and a few never pay.
    private mutating func pay() {
        guard current.stage != "Deleted", !current.lacksAmount, !random.chance(40) else { return }
        var day = current.close.adding(days: random.within(20...60))
        let parts = random.chance(250) ? [current.cents / 2, current.cents - current.cents / 2] : [current.cents]
        for part in parts {
            if let cancelled = current.cancelled, day >= cancelled { break }
            receive(part, on: day)
            day = day.adding(days: random.within(25...35))
        }
        guard let cancelled = current.cancelled, !receipts.isEmpty else { return }
        receive(-receipts.reduce(0) { $0 + $1.cents }, on: cancelled.adding(days: random.within(3...9)))
    }

    private mutating func receive(_ cents: Int, on day: CalendarDate) {
        let id = "R" + current.id.dropFirst(2) + "-\(receipts.count + 1)"
        receipts.append(Receipt(id: id, deal: current.id, day: day, cents: cents, currency: current.currency))
    }

    private mutating func pass(upToDays days: Int) { current.modified += 60 + random.below(max(1, days) * 1440) }

    private mutating func say(_ stage: String) {
        current.stage = stage
        revisions.append(current)
    }
}
