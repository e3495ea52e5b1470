/// Names a credit among those of its payee.
public struct CreditKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let deal: DealID
    public let line: LineID
    public let role: Role

    @inlinable public static func == (left: Self, right: Self) -> Bool {
        left.deal == right.deal && left.line == right.line && left.role == right.role
    }

    package init(deal: DealID, line: LineID, role: Role) {
        self.deal = deal
        self.line = line
        self.role = role
    }

    public static func < (left: Self, right: Self) -> Bool {
        if left.deal != right.deal { return left.deal < right.deal }
        return left.line == right.line ? left.role < right.role : left.line < right.line
    }

    public var description: String {
        line == .whole ? "\(deal) as \(role)" : "\(deal) line \(line) as \(role)"
    }
}

/// A payee's share of a deal line in a role: what plans are evaluated on.
///
/// It goes from hand to hand and never changes: behind a reference, a copy of it counts one, not fifteen. Public, as what
/// evaluation asks of it is, only because nothing less is inlined into another module.
public struct Credit: Sendable {
    @usableFromInline let content: Content

    @usableFromInline final class Content: Sendable {
        @usableFromInline let values: Values
        init(_ values: Values) { self.values = values }
    }

    @usableFromInline struct Values: Hashable, Sendable {
        @usableFromInline let key: CreditKey
        @usableFromInline let date: CalendarDate
        @usableFromInline let amount: Money
        let original: Money
        let share: Rate
        let exchangeRate: Number?
        @usableFromInline let product: String
        @usableFromInline let kind: String
        @usableFromInline let account: String
        let source: String
        let provenance: String
        let fields: [String: FieldValue]
        let fulfilment: Fulfilment?
    }

    package init(
        key: CreditKey, date: CalendarDate, amount: Money, original: Money, share: Rate, exchangeRate: Number? = nil,
        product: String = "", kind: String = "", account: String = "", source: String = "", provenance: String = "",
        fields: [String: FieldValue] = [:], fulfilment: Fulfilment? = nil
    ) {
        content = Content(
            Values(
                key: key, date: date, amount: amount, original: original, share: share, exchangeRate: exchangeRate,
                product: product, kind: kind, account: account, source: source, provenance: provenance,
                fields: fields, fulfilment: fulfilment))
    }

    @inlinable public var key: CreditKey { content.values.key }
    /// Compared where it lies: to ask for the key would copy three texts.
    @inlinable public func isOf(_ key: CreditKey) -> Bool { content.values.key == key }
    package func precedes(_ key: CreditKey) -> Bool { content.values.key < key }
    @inlinable public var date: CalendarDate { content.values.date }
    /// In the currency of the plan that covers the date, in its smallest units.
    @inlinable public var amount: Money { content.values.amount }
    /// The line's whole amount, in the deal's currency.
    package var original: Money { content.values.original }
    package var share: Rate { content.values.share }
    /// Plan currency for one of the deal's; `nil` when they are the same.
    package var exchangeRate: Number? { content.values.exchangeRate }
    @inlinable public var product: String { content.values.product }
    @inlinable public var kind: String { content.values.kind }
    @inlinable public var account: String { content.values.account }
    /// The CRM event whose values these are, as a coordinate of `deal-events`.
    package var source: String { content.values.source }
    /// How the values were captured: `at-close`, `post-close` …
    package var provenance: String { content.values.provenance }
    /// The company's own fields of the deal and the line, by name.
    package var fields: [String: FieldValue] { content.values.fields }
    /// `nil` while nothing has become of the deal since it was credited.
    package var fulfilment: Fulfilment? { content.values.fulfilment }
    /// Looked at where it lies: nearly every credit is asked.
    package var isCancelled: Bool { content.values.fulfilment?.cancellation != nil }

    /// The order in which credits count toward tiers, whatever order they came in.
    package var canonical: CanonicalOrder { CanonicalOrder(date: date, key: key) }
}

extension Credit: Hashable {
    public static func == (left: Self, right: Self) -> Bool {
        left.content === right.content || left.content.values == right.content.values
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(content.values) }
}

/// Credit date, deal, line, role.
package struct CanonicalOrder: Hashable, Comparable, Sendable {
    package let date: CalendarDate
    package let key: CreditKey

    package init(date: CalendarDate, key: CreditKey) {
        self.date = date
        self.key = key
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.date == right.date ? left.key < right.key : left.date < right.date
    }
}

/// A value that a company keeps on its deals beside what every deal has.
package enum FieldValue: Hashable, Sendable {
    case number(Number)
    case text(String)
    case date(CalendarDate)
    case flag(Bool)
}

extension FieldValue: CustomStringConvertible {
    package var description: String {
        switch self {
        case .number(let number): number.description
        case .text(let text): text
        case .date(let date): date.description
        case .flag(let flag): flag ? "true" : "false"
        }
    }
}

/// What became of a deal after it was credited: what releases and clawbacks depend on. All that is known of it, whatever
/// order it came in.
package struct Fulfilment: Hashable, Sendable {
    package var cancellation: Cancellation?
    /// What is to be paid, in the deal's currency; `nil`: the deal's amount.
    package var invoiced: Number?
    /// By date and ID.
    package var payments: [Payment]
    /// The days on which the deal reached what the company named: invoiced, delivered, approval …
    package var milestones: [String: CalendarDate]

    package struct Cancellation: Hashable, Sendable {
        package let date: CalendarDate
        package let reason: String

        package init(date: CalendarDate, reason: String) {
            self.date = date
            self.reason = reason
        }
    }

    package struct Payment: Hashable, Sendable {
        package let id: String
        package let date: CalendarDate
        /// In the deal's currency; a refund is negative.
        package let amount: Number

        package init(id: String, date: CalendarDate, amount: Number) {
            self.id = id
            self.date = date
            self.amount = amount
        }
    }

    package init(
        cancellation: Cancellation? = nil, invoiced: Number? = nil, payments: [Payment] = [],
        milestones: [String: CalendarDate] = [:]
    ) {
        self.cancellation = cancellation
        self.invoiced = invoiced
        self.payments = payments
        self.milestones = milestones
    }
}
