import Domain
import Plans
import Records

/// Whose books can be closed through a day, as of some offset of `commands`.
struct Closing {
    let company: Company
    let acts: Acts
    let through: CalendarDate

    enum Standing: Hashable {
        case ready
        case unknown
        /// Through that day or a later one.
        case closed(through: CalendarDate)
        /// No contract began by then, and no adjustment is approved.
        case notYet
        /// What is owed in these cannot be paid in the payee's currency.
        case noExchangeRate([Currency])
    }

    /// Whoever may be owed something: those with a contract, and those who were adjusted without one.
    var everybody: [PayeeID] { Set(company.contracts.keys).union(acts.adjustedIn.keys).sorted() }

    func standing(of id: PayeeID) -> Standing {
        guard let payee = company.payees[id] else { return .unknown }
        let contracts = company.contracts[id] ?? []
        if contracts.isEmpty, acts.adjustedIn[id] == nil { return .unknown }
        if let closed = acts.closedThrough[id], closed >= through { return .closed(through: closed) }
        guard contracts.contains(where: { $0.from <= through }) || acts.adjustedIn[id] != nil else { return .notYet }
        let missing = currencies(of: id).filter {
            $0 != payee.currency && company.exchangeRate(from: $0, to: payee.currency, on: through) == nil
        }
        return missing.isEmpty ? .ready : .noExchangeRate(missing)
    }

    /// What the payee may be owed in by then: the plans' currencies and those of adjustments.
    private func currencies(of id: PayeeID) -> [Currency] {
        let plans = (company.contracts[id] ?? []).filter { $0.from <= through }.compactMap {
            company.plans[$0.plan]?.plan
        }
        return Set(plans.map(\.currency)).union(acts.adjustedIn[id] ?? []).sorted()
    }

    func record(for id: PayeeID, id close: String, by person: String) -> PeriodClosed? {
        guard let payee = company.payees[id] else { return nil }
        return PeriodClosed(
            id: close, through: through, by: person, payoutCurrency: payee.currency, channel: payee.channel,
            rates: company.exchangeRates(to: payee.currency, on: through))
    }
}
