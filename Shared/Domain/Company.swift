/// Whoever is paid.
package struct Payee: Hashable, Sendable {
    package var id: PayeeID
    package var name: String
    package var email: String
    /// What the payee is paid in.
    package var currency: Currency
    package var channel: Channel
    package var starts: CalendarDate?
    /// The last day.
    package var ends: CalendarDate?
    /// What the CRMs call this payee, beside the ID, name and email.
    package var aliases: [String]
    /// `nil` from a day on which nobody manages this payee any more.
    package var managers: Timeline<PayeeID?>

    package enum Channel: String, Hashable, Sendable, CaseIterable {
        case payroll
        case accountsPayable = "accounts-payable"
    }

    package init(
        id: PayeeID, name: String, email: String = "", currency: Currency, channel: Channel = .payroll,
        starts: CalendarDate? = nil, ends: CalendarDate? = nil, aliases: [String] = [],
        managers: Timeline<PayeeID?> = Timeline()
    ) {
        self.id = id
        self.name = name
        self.email = email
        self.currency = currency
        self.channel = channel
        self.starts = starts
        self.ends = ends
        self.aliases = aliases
        self.managers = managers
    }
}

/// Assigns a payee to a plan for a span of dates, both days included.
package struct Contract: Hashable, Sendable {
    package let payee: PayeeID
    package let plan: String
    package let from: CalendarDate
    package let to: CalendarDate?

    package init(payee: PayeeID, plan: String, from: CalendarDate, to: CalendarDate?) {
        self.payee = payee
        self.plan = plan
        self.from = from
        self.to = to
    }

    package func covers(_ date: CalendarDate) -> Bool { from <= date && date <= (to ?? date) }
    package func overlaps(_ period: Period) -> Bool { from <= period.end && period.start <= (to ?? period.start) }
}

/// What a payee should reach in a period, in the unit of the measure.
package struct Quota: Hashable, Sendable {
    package let payee: PayeeID
    package let measure: String
    package let period: Period
    package let amount: Number

    package init(payee: PayeeID, measure: String, period: Period, amount: Number) {
        self.payee = payee
        self.measure = measure
        self.period = period
        self.amount = amount
    }
}

/// One `from` is worth `rate` `to`, from that day until the next rate's.
package struct ExchangeRate: Hashable, Sendable {
    package let from: Currency
    package let to: Currency
    package let date: CalendarDate
    package let rate: Number

    package init(from: Currency, to: Currency, date: CalendarDate, rate: Number) {
        self.from = from
        self.to = to
        self.date = date
        self.rate = rate
    }
}

/// A change to a deal after its close: what becomes of it.
package enum PostClosePolicy: String, Hashable, Sendable, CaseIterable {
    /// Pay stays as captured at close; the change is listed.
    case freeze
    /// Pay stays until a person approves the change.
    case approve
    /// The latest revision pays.
    case accept
}

/// What holds for the company as a whole.
package struct Settings: Hashable, Sendable {
    package var name: String
    /// How many levels of managers are credited.
    package var managerLevels: Int
    package var postClose: PostClosePolicy
    package var remainder: Remainder

    package init(
        name: String, managerLevels: Int = 0, postClose: PostClosePolicy = .freeze, remainder: Remainder = .largest
    ) {
        self.name = name
        self.managerLevels = managerLevels
        self.postClose = postClose
        self.remainder = remainder
    }
}

/// One thing the company folder says, by what it is known by.
package enum CompanyEntity: Hashable, Sendable {
    case settings(Settings)
    case payee(Payee)
    case contract(Contract)
    case quota(Quota)
    case exchangeRate(ExchangeRate)
    case product(name: String)
    /// A plan file as it was written; its version is the SHA-256 of these bytes.
    case plan(name: String, text: String)
    /// A mapping file as it was written, by the source it reads.
    case mapping(source: String, text: String)

    /// What replaces what: two entities of one key are two versions of the same thing.
    package var key: Key {
        switch self {
        case .settings: Key(kind: .settings, name: "")
        case .payee(let payee): Key(kind: .payee, name: payee.id.text)
        case .contract(let it): Key(kind: .contract, name: "\(it.payee)/\(it.from)/\(it.plan)")
        case .quota(let it): Key(kind: .quota, name: "\(it.payee)/\(it.measure)/\(it.period)")
        case .exchangeRate(let it): Key(kind: .exchangeRate, name: "\(it.from)/\(it.to)/\(it.date)")
        case .product(let name): Key(kind: .product, name: name)
        case .plan(let name, _): Key(kind: .plan, name: name)
        case .mapping(let source, _): Key(kind: .mapping, name: source)
        }
    }

    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case settings, payee, contract, quota
        case exchangeRate = "exchange-rate"
        case product, plan, mapping
    }

    package struct Key: Hashable, Comparable, Sendable, CustomStringConvertible {
        package let kind: Kind
        package let name: String

        package init(kind: Kind, name: String) {
            self.kind = kind
            self.name = name
        }

        package static func < (left: Key, right: Key) -> Bool {
            left.kind == right.kind
                ? left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
                : left.kind.rawValue.utf8.lexicographicallyPrecedes(right.kind.rawValue.utf8)
        }

        package var description: String { name.isEmpty ? kind.rawValue : "\(kind.rawValue) \(name)" }
    }
}

/// One step from one state of the company to the next.
package enum CompanyChange: Hashable, Sendable {
    case set(CompanyEntity)
    case remove(CompanyEntity.Key)
}
