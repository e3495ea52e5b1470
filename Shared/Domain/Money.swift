/// An amount in a currency. Amounts of different currencies never meet in one sum.
public struct Money: Hashable, Sendable, CustomStringConvertible {
    public let amount: Number
    public let currency: Currency

    @inlinable public init(_ amount: Number, _ currency: Currency) {
        self.amount = amount
        self.currency = currency
    }

    @inlinable public static func == (left: Money, right: Money) -> Bool {
        left.amount == right.amount && left.currency == right.currency
    }

    package static func zero(_ currency: Currency) -> Money { Money(.zero, currency) }

    package static func + (left: Money, right: Money) throws(ArithmeticError) -> Money {
        guard left.currency == right.currency else { throw .currenciesDiffer(left.currency, right.currency) }
        return Money(try left.amount + right.amount, left.currency)
    }

    package static func - (left: Money, right: Money) throws(ArithmeticError) -> Money {
        try left + Money(-right.amount, right.currency)
    }

    /// Rounded to what can be paid in this currency.
    package func rounded(_ mode: Rounding) throws(ArithmeticError) -> Money {
        Money(try amount.rounded(to: currency.minorPlaces, mode), currency)
    }

    /// Beyond this no amount is money, and below it sums of millions of amounts still fit a `Number`.
    package static let limit = Number(1_000_000_000_000_000)

    package var isWithinLimit: Bool { amount.units.magnitude <= Money.limit.units.magnitude }

    package var isPayable: Bool { (try? rounded(.down)) == self }

    /// `48,000.00 USD`
    public var description: String { "\(amount.formatted(places: currency.minorPlaces)) \(currency)" }
}

/// A dimensionless share or rate. `0.06` is 6%.
package struct Rate: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let value: Number

    package init(_ value: Number) { self.value = value }

    /// Reads `6%`, `6.5 %` or `0.06`.
    package init(_ text: some StringProtocol) throws(NumberError) {
        guard text.last == "%" else {
            value = try Number(text)
            return
        }
        var digits = text.dropLast()
        while digits.last == " " { digits = digits.dropLast() }
        // A hundredth moves the point by two; more than ten places would lose digits.
        let number = try Number(digits)
        guard number.units % 100 == 0 else { throw .tooManyPlaces }
        value = Number(units: number.units / 100)
    }

    package static let whole = Rate(1)

    package static func < (left: Rate, right: Rate) -> Bool { left.value < right.value }

    /// `6%`, `66.666666%`
    package var description: String { ((try? value * 100)?.description ?? value.description + " ×100") + "%" }
}

extension Number {
    /// With the currency's places and without separators: `48000.00`. Written here digit by digit because a hash over
    /// all statements writes millions of them.
    package func plain(_ currency: Currency) -> String {
        let one = Int128(1_000_000_000_000).magnitude
        var places = Number.places
        var fraction = UInt64(units.magnitude % one)
        while places > currency.minorPlaces, fraction % 10 == 0 { (fraction, places) = (fraction / 10, places - 1) }
        let whole = (isNegative ? "-" : "") + String(units.magnitude / one)
        return places == 0 ? whole : whole + "." + String(zeroPadded: Int(fraction), to: places)
    }
}
