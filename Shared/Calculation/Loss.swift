import Domain
import Plans

/// What a cancellation within the plan's window leaves of a line.
struct Loss {
    /// What stays with the payee.
    let kept: Part
    let day: CalendarDate
    /// Whether the credit still counts toward tiers.
    let isCounted: Bool
    let words: String
}

extension Plan.Settlement {
    /// `nil` when nothing is lost: not cancelled, or too late for the plan to mind.
    func loss(of credit: Credit) throws(ArithmeticError) -> Loss? {
        guard let cancellation = credit.fulfilment?.cancellation, let clawback else { return nil }
        let day = max(cancellation.date, credit.date)
        guard day <= clawback.within.after(credit.date) else { return nil }
        let kept = try clawback.kept(from: credit.date, to: day)
        let reason = cancellation.reason.isEmpty ? "" : " (\(cancellation.reason))"
        let words =
            "cancelled on \(cancellation.date)\(reason), \(day.day - credit.date.day) days after the credit: "
            + "\(try kept.text) is kept"
        return Loss(kept: kept, day: day, isCounted: clawback.attainment == .kept, words: words)
    }
}

extension Plan.Settlement.Clawback {
    fileprivate func kept(from start: CalendarDate, to day: CalendarDate) throws(ArithmeticError) -> Part {
        switch method {
        case .full: return .none
        case .proratedDays:
            return Part(Number(Int(day.day - start.day)), of: Number(Int(within.after(start).day - start.day)))
        case .proratedMonths:
            // Whole months that have passed, of all; a window in days counts as so many twelfths of 365.
            let window =
                within.unit == .days
                ? (within.count * 12 + 182) / 365 : months(to: within.after(start), from: start)
            let all = max(1, window)
            return Part(Number(min(months(to: day, from: start), all)), of: Number(all))
        case .stepped(let steps):
            let step = steps.first { day <= $0.until.after(start) }
            return Part(try 1 - (step?.share.value ?? .zero), of: 1)
        }
    }

    private func months(to day: CalendarDate, from start: CalendarDate) -> Int {
        let (first, last) = (start.components, day.components)
        let count = (last.year - first.year) * 12 + last.month - first.month
        return start.adding(months: count) <= day ? count : count - 1
    }
}
