import Domain
import Plans

/// How much of a line is payable, and from when.
extension Plan.Settlement {
    /// Whether anything is ever held.
    var holds: Bool { releases.contains { $0.trigger != .booking || $0.instalments != nil } }

    /// What is payable of an amount at the end of a day, not rounded, given that the calendar is known up to another.
    func payable(
        of amount: Number, _ credit: Credit, by day: CalendarDate, calendar: CalendarDate?
    ) throws(ArithmeticError) -> Number {
        var payable = Number.zero
        for release in releases {
            try payable += release.part(of: credit, by: day, calendar: calendar).of(amount * release.share.value)
        }
        return payable
    }

    /// What is left of an amount at the end of a day, not rounded: without what was paid for too late.
    func unlapsed(of amount: Number, _ credit: Credit, by day: CalendarDate) throws(ArithmeticError) -> Number {
        var rest = amount
        for release in releases { try rest -= release.lapsed(of: amount * release.share.value, credit, by: day) }
        return rest
    }

    /// The days on which the payable share may change, from the credit's own on, in order.
    func days(of credit: Credit, calendar: CalendarDate?) -> [CalendarDate] {
        var days: Set<CalendarDate> = [credit.date]
        for release in releases {
            switch release.trigger {
            case .booking, .days: break
            case .payment: for payment in credit.fulfilment?.payments ?? [] { days.insert(payment.date) }
            case .milestone(let name): if let day = credit.fulfilment?.milestones[name] { days.insert(day) }
            }
            for day in release.calendarDays(of: credit) where calendar.map({ day <= $0 }) == true { days.insert(day) }
        }
        return days.filter { $0 >= credit.date }.sorted()
    }

    /// The next day on which the calendar alone releases something.
    func nextDay(of credit: Credit, after calendar: CalendarDate?) -> CalendarDate? {
        releases.flatMap { $0.calendarDays(of: credit) }
            .filter { day in day > credit.date && calendar.map { day > $0 } != false }.min()
    }

    /// In words, what is payable by then and what the rest waits for.
    func words(
        of credit: Credit, by day: CalendarDate, calendar: CalendarDate?
    ) throws(ArithmeticError) -> String {
        let share = try payable(of: 1, credit, by: day, calendar: calendar)
        if share == 1 { return "all of it is payable" }
        var (waiting, lapsed): ([String], [String]) = ([], [])
        for release in releases {
            let part = try release.part(of: credit, by: day, calendar: calendar).of(release.share.value)
            let late = try release.lapsed(of: release.share.value, credit, by: day)
            if let last = release.lastDay(of: credit), !late.isZero {
                lapsed.append("\(Rate(late)) paid for after \(last)")
            }
            let rest = try release.share.value - part - late
            if rest > .zero { waiting.append("\(Rate(rest)) \(release.waitingWords(for: credit, by: day))") }
        }
        return "\(Rate(share)) of it is payable"
            + (waiting.isEmpty ? "" : ", held: \(waiting.joined(separator: ", "))")
            + (lapsed.isEmpty ? "" : ", lapsed: \(lapsed.joined(separator: ", "))")
    }
}

extension Plan.Settlement.Release {
    /// How much of its share this release makes payable by the end of a day.
    fileprivate func part(
        of credit: Credit, by day: CalendarDate, calendar: CalendarDate?
    ) throws(ArithmeticError) -> Part {
        // A period's own pay has no deal whose payment or milestone it could wait for.
        switch trigger {
        case .payment, .milestone:
            if credit.isOfPeriod { return .whole }
        case .booking, .days: break
        }
        switch trigger {
        case .payment(let isProportional):
            let paid = try credit.paid(by: day, isProportional: isProportional)
            guard let last = lastDay(of: credit), last < day else { return paid }
            return try Part.lesser(paid, credit.paid(by: last, isProportional: isProportional))
        case .booking where instalments == nil: return .whole
        case .milestone where instalments == nil:
            return milestoneDay(of: credit).map { $0 <= day } == true ? .whole : .none
        default:
            let days = calendarDays(of: credit)
            let due = days.count { due in due <= credit.date || (due <= day && calendar.map { due <= $0 } == true) }
            // The day of a milestone is known, the calendar after it is not.
            let isReached = milestoneDay(of: credit).map { $0 <= day } == true
            return Part(Number(max(due, isReached ? 1 : 0)), of: Number(max(days.count, 1)))
        }
    }

    /// The last day on which a payment makes something payable; `nil` where there is none, or it is not known yet.
    fileprivate func lastDay(of credit: Credit) -> CalendarDate? {
        guard let deadline else { return nil }
        let start = deadline.of.map { credit.fulfilment?.milestones[$0] } ?? credit.date
        return start.map { deadline.within.after($0) }
    }

    /// What of its share of an amount was paid for, and too late.
    fileprivate func lapsed(
        of amount: Number, _ credit: Credit, by day: CalendarDate
    ) throws(ArithmeticError) -> Number {
        guard case .payment(let isProportional) = trigger, deadline != nil, !credit.isOfPeriod else { return .zero }
        let paid = try credit.paid(by: day, isProportional: isProportional)
        return try paid.of(amount) - part(of: credit, by: day, calendar: nil).of(amount)
    }

    private func milestoneDay(of credit: Credit) -> CalendarDate? {
        guard case .milestone(let name) = trigger else { return nil }
        return credit.fulfilment?.milestones[name]
    }

    /// The days that follow from the credit's date, or from the day of its milestone.
    fileprivate func calendarDays(of credit: Credit) -> [CalendarDate] {
        let first: CalendarDate
        switch trigger {
        case .payment: return []
        case .booking: first = credit.date
        case .days(let days): first = credit.date.adding(days: days)
        case .milestone:
            guard instalments != nil, let day = milestoneDay(of: credit) else { return [] }
            first = max(day, credit.date)
        }
        guard let instalments else { return trigger == .booking ? [] : [first] }
        return (0..<instalments.count).map { first.adding($0, instalments.every) }
    }

    fileprivate func waitingWords(for credit: Credit, by day: CalendarDate) -> String {
        switch trigger {
        case .booking: return "in instalments"
        case .payment:
            let invoiced = credit.fulfilment?.invoiced ?? credit.original.amount
            return "until \(Money(invoiced, credit.original.currency)) are paid"
        case .days: return "until \(calendarDays(of: credit).first { $0 > day }.map(\.description) ?? "its day")"
        case .milestone(let name): return "until \(name)"
        }
    }
}

extension CalendarDate {
    func adding(_ count: Int, _ kind: PeriodKind) -> CalendarDate {
        switch kind {
        case .week: adding(days: 7 * count)
        case .semiMonth: adding(days: 15 * count)
        case .month: adding(months: count)
        case .quarter: adding(months: 3 * count)
        case .half: adding(months: 6 * count)
        case .year: adding(months: 12 * count)
        }
    }
}

extension Credit {
    /// What a period pays by itself belongs to no deal.
    package var isOfPeriod: Bool { key.deal.text.isEmpty }

    /// How much of the invoice is paid at the end of a day, from nothing to all.
    fileprivate func paid(by day: CalendarDate, isProportional: Bool) throws(ArithmeticError) -> Part {
        let invoiced = fulfilment?.invoiced ?? original.amount
        guard !invoiced.isZero else { return .whole }
        var paid = Number.zero
        for payment in fulfilment?.payments ?? [] where payment.date <= day { try paid += payment.amount }
        guard paid.isNegative == invoiced.isNegative else { return .none }
        if try paid.magnitude >= invoiced.magnitude { return .whole }
        return isProportional ? Part(paid, of: invoiced) : .none
    }
}

/// A share as a fraction, so that a third of an amount is rounded once.
struct Part {
    let counted: Number
    let all: Number

    init(_ counted: Number, of all: Number) {
        self.counted = counted
        self.all = all
    }

    static let whole = Part(1, of: 1)
    static let none = Part(.zero, of: 1)

    static func lesser(_ left: Part, _ right: Part) throws(ArithmeticError) -> Part {
        try left.of(1) < right.of(1) ? left : right
    }

    func of(_ amount: Number) throws(ArithmeticError) -> Number {
        counted == all ? amount : try amount.multiplied(by: counted, dividedBy: all)
    }

    /// `25%`; what is no short percentage with the fraction that it is: `55/120 (45.83%)`.
    var text: String {
        get throws(ArithmeticError) {
            let (share, short) = (try of(1), try of(1).rounded(to: 4, .halfUp))
            return share == short ? "\(Rate(share))" : "\(counted)/\(all) (\(Rate(short)))"
        }
    }
}
