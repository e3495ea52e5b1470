import Domain

/// Exact arithmetic that throws where there is no answer (langdef, Overflow).
enum Arithmetic {
    @inline(__always)
    static func int(_ symbol: BinaryOperator, _ left: Int64, _ right: Int64) throws(Fault) -> Int64 {
        if right == 0, symbol == .divide || symbol == .remainder { throw .arithmetic(.divisionByZero) }
        let (result, overflow) =
            switch symbol {
            case .add: left.addingReportingOverflow(right)
            case .subtract: left.subtractingReportingOverflow(right)
            case .multiply: left.multipliedReportingOverflow(by: right)
            case .divide: left.dividedReportingOverflow(by: right)
            default: left.remainderReportingOverflow(dividingBy: right)
            }
        guard !overflow else { throw .integerOverflow }
        return result
    }

    @inline(__always)
    static func decimal(_ symbol: BinaryOperator, _ left: Number, _ right: Number) throws(Fault) -> Number {
        do throws(ArithmeticError) {
            switch symbol {
            case .add: return try left + right
            case .subtract: return try left - right
            case .multiply: return try left * right
            default: return try left / right
            }
        } catch {
            throw .arithmetic(error)
        }
    }

    static func negated(_ number: Int64) throws(Fault) -> Int64 { try int(.subtract, 0, number) }

    static func negated(_ number: Number) throws(Fault) -> Number { try decimal(.subtract, 0, number) }

    static func moment(_ milliseconds: (Int64, overflow: Bool)) throws(Fault) -> Value {
        let moment = Instant(milliseconds: milliseconds.0)
        guard !milliseconds.overflow, moment.isInRange else {
            throw .invalidArgument("the timestamp is outside the years 1 to 9999")
        }
        return .timestamp(moment)
    }

    static func span(_ milliseconds: (Int64, overflow: Bool)) throws(Fault) -> Value {
        let span = TimeSpan(milliseconds: milliseconds.0)
        guard !milliseconds.overflow, span.isInRange else {
            throw .invalidArgument("the duration is longer than 315576000000s (10,000 years)")
        }
        return .duration(span)
    }

    static func date(_ date: CalendarDate, plus days: Int64) throws(Fault) -> Value {
        let (day, overflow) = Int64(date.day).addingReportingOverflow(days)
        guard !overflow, (-719_162...2_932_896).contains(day) else {
            throw .invalidArgument("the date is outside the years 1 to 9999")
        }
        return .date(CalendarDate(day: Int32(truncatingIfNeeded: day)))
    }
}
