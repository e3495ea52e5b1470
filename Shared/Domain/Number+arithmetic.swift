extension Number {
    @inlinable public static func + (left: Number, right: Number) throws(ArithmeticError) -> Number {
        let (sum, overflow) = left.units.addingReportingOverflow(right.units)
        guard !overflow else { throw .overflow }
        return Number(units: sum)
    }

    @inlinable public static func - (left: Number, right: Number) throws(ArithmeticError) -> Number {
        let (difference, overflow) = left.units.subtractingReportingOverflow(right.units)
        guard !overflow else { throw .overflow }
        return Number(units: difference)
    }

    @inlinable public static prefix func - (number: Number) throws(ArithmeticError) -> Number { try zero - number }

    package static func * (left: Number, right: Number) throws(ArithmeticError) -> Number {
        try left.multiplied(by: right, dividedBy: Number(units: one))
    }

    package static func / (left: Number, right: Number) throws(ArithmeticError) -> Number {
        try left.multiplied(by: Number(units: one), dividedBy: right)
    }

    @inlinable public static func += (left: inout Number, right: Number) throws(ArithmeticError) {
        left = try left + right
    }

    @inlinable public static func -= (left: inout Number, right: Number) throws(ArithmeticError) {
        left = try left - right
    }

    /// `self × factor ÷ divisor` with a single rounding, at the twelfth place; the product never overflows on the way.
    package func multiplied(
        by factor: Number, dividedBy divisor: Number, rounding: Rounding = .halfEven
    ) throws(ArithmeticError) -> Number {
        guard divisor.units != 0 else { throw .divisionByZero }
        let (product, overflow) = units.multipliedReportingOverflow(by: factor.units)
        if !overflow { return Number(units: try rounding.divide(product, by: divisor.units)) }
        return try wideMultiplied(by: factor, dividedBy: divisor, rounding: rounding)
    }

    /// The same through a 256-bit product.
    private func wideMultiplied(
        by factor: Number, dividedBy divisor: Number, rounding: Rounding
    ) throws(ArithmeticError) -> Number {
        let product = units.magnitude.multipliedFullWidth(by: factor.units.magnitude)
        let divisorMagnitude = divisor.units.magnitude
        guard product.high < divisorMagnitude else { throw .overflow }
        let (quotient, remainder) = divisorMagnitude.dividingFullWidth(product)
        let isNegative = ((units < 0) != (factor.units < 0)) != (divisor.units < 0)
        guard quotient < Int128.max.magnitude else { throw .overflow }
        let isMoved = rounding.awayFromZero(
            isNegative: isNegative, isOdd: quotient & 1 == 1, remainder: remainder, divisor: divisorMagnitude)
        let magnitude = Int128(quotient) + (isMoved ? 1 : 0)
        return Number(units: isNegative ? -magnitude : magnitude)
    }

    /// The nearest number with that many decimal places (0...12), by the stated mode.
    package func rounded(to places: Int, _ mode: Rounding) throws(ArithmeticError) -> Number {
        guard places < Number.places, let step = Number.powerOfTen(Number.places - max(0, places)) else { return self }
        let (result, overflow) = try mode.divide(units, by: step).multipliedReportingOverflow(by: step)
        guard !overflow else { throw .overflow }
        return Number(units: result)
    }

    package var magnitude: Number {
        get throws(ArithmeticError) { isNegative ? try -self : self }
    }
}

/// How a result that lies between two representable ones is decided.
package enum Rounding: String, Hashable, Sendable, CaseIterable {
    case halfEven = "half-even"
    /// Half away from zero, as invoices usually are.
    case halfUp = "half-up"
    case down, up, floor, ceiling

    /// `dividend ÷ divisor` as a whole number, rounded this way.
    func divide(_ dividend: Int128, by divisor: Int128) throws(ArithmeticError) -> Int128 {
        let quotient = try Rounding.truncated(dividend, by: divisor)
        let remainder = dividend - quotient * divisor
        guard remainder != 0 else { return quotient }
        let isNegative = (dividend < 0) != (divisor < 0)
        guard
            awayFromZero(
                isNegative: isNegative, isOdd: quotient & 1 != 0, remainder: remainder.magnitude,
                divisor: divisor.magnitude)
        else { return quotient }
        return isNegative ? quotient - 1 : quotient + 1
    }

    /// Most dividends fit into a machine word, which is divided several times as fast.
    private static func truncated(_ dividend: Int128, by divisor: Int128) throws(ArithmeticError) -> Int128 {
        if let dividend = Int64(exactly: dividend), let divisor = Int64(exactly: divisor), divisor > 0 {
            return Int128(dividend / divisor)
        }
        let (quotient, overflow) = dividend.dividedReportingOverflow(by: divisor)
        guard !overflow else { throw .overflow }
        return quotient
    }

    /// Whether the truncated quotient moves one further from zero.
    func awayFromZero(isNegative: Bool, isOdd: Bool, remainder: UInt128, divisor: UInt128) -> Bool {
        guard remainder != 0 else { return false }
        switch self {
        case .down: return false
        case .up: return true
        case .floor: return isNegative
        case .ceiling: return !isNegative
        case .halfUp: return remainder >= divisor - remainder
        case .halfEven:
            let rest = divisor - remainder
            return remainder == rest ? isOdd : remainder > rest
        }
    }
}
