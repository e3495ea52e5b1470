/// An exact decimal number: a count of 10⁻¹² units in an `Int128`, so up to 1.7 × 10²⁶ with twelve places.
///
/// Sums and differences are exact. A product or quotient that needs more than twelve places is rounded half to even
/// at the twelfth; money is rounded on purpose, elsewhere, at its stated place. Nothing traps: what does not fit throws.
///
/// Public, as `CalendarDate` is, only because nothing less is inlined into another module: every credit passes through.
public struct Number: Hashable, Sendable {
    package static let places = 12
    static let one: Int128 = 1_000_000_000_000

    /// The value in units of 10⁻¹².
    public let units: Int128

    @inlinable public init(units: Int128) { self.units = units }

    @inlinable public init(_ whole: Int) { units = Int128(whole) * 1_000_000_000_000 }

    @inlinable public static var zero: Number { Number(units: 0) }

    /// `significand × 10⁻ᵖˡᵃᶜᵉˢ`; `nil` when it does not fit or needs more than twelve places.
    package init?(_ significand: Int128, places: Int) {
        guard places <= Number.places, let factor = Number.powerOfTen(Number.places - places) else { return nil }
        let (product, overflow) = significand.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        units = product
    }

    @inlinable public static func == (left: Number, right: Number) -> Bool { left.units == right.units }

    @inlinable public var isZero: Bool { units == 0 }
    @inlinable public var isNegative: Bool { units < 0 }

    /// 10ⁿ for n in 0...38.
    static func powerOfTen(_ exponent: Int) -> Int128? {
        powersOfTen.indices.contains(exponent) ? powersOfTen[exponent] : nil
    }

    private static let powersOfTen: [Int128] = {
        var powers: [Int128] = [1]
        for exponent in 0..<38 { powers.append(powers[exponent] * 10) }
        return powers
    }()
}

/// An exact calculation that cannot give an exact answer.
public enum ArithmeticError: Error, Hashable, Sendable, CustomStringConvertible {
    case overflow
    case divisionByZero
    case currenciesDiffer(Currency, Currency)
    /// An expression of a plan has no value; says which and why.
    case undefined(String)

    public var description: String {
        switch self {
        case .overflow: "the number is too large (more than 1.7 × 10^26)"
        case .divisionByZero: "division by zero"
        case .currenciesDiffer(let left, let right): "\(left) and \(right) cannot be added"
        case .undefined(let reason): reason
        }
    }
}

extension Number: Comparable {
    @inlinable public static func < (left: Number, right: Number) -> Bool { left.units < right.units }
}

extension Number: ExpressibleByIntegerLiteral {
    @inlinable public init(integerLiteral value: Int) { self.init(value) }
}
