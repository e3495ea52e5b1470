package import Domain
import Plans

/// What an event led to.
package struct Effect {
    /// The documents' bytes as they go to the log, in order.
    package var documents: [[UInt8]] = []
    /// What deals pay now, of those for which that may be another; by deal.
    package var commissions: [DealCommission] = []
    /// The credits that are kept otherwise than before; some more than once.
    package var credits: [CreditKey] = []
    /// Of which deals something cannot be calculated since this event, or something else, or nothing any more.
    package var uncalculated: [Uncalculated] = []
    var deals: [DealID] = []

    /// All the payee has from a deal, by component; none where it pays nothing any more.
    package struct DealCommission {
        package let deal: DealID
        package let components: [(component: String, amount: Money)]
    }

    /// What of a deal cannot be calculated for the payee, or of what a span pays by itself.
    package struct Uncalculated {
        /// Empty for the end of a span.
        package let deal: DealID
        /// Of the first credit that cannot be calculated.
        package let date: CalendarDate
        /// None: all can be calculated again. In order, the first ones of very many.
        package let credits: [(credit: Credit, reason: String)]
        /// How many more there are.
        package let more: Int
    }
}

extension Effect {
    mutating func add(_ key: CreditKey) {
        if credits.last != key { credits.append(key) }
    }

    mutating func add(_ deal: DealID) {
        if !deal.text.isEmpty, deals.last != deal { deals.append(deal) }
    }
}

extension PayeeState {
    /// The credits of a deal are told of together; the ends of spans, which are of no deal, each by itself.
    func uncalculated(at changed: Set<Place>) -> [Effect.Uncalculated] {
        let spans = changed.filter(\.isMarker).sorted().map { [$0] }
        let deals = Dictionary(grouping: changed.filter { !$0.isMarker }, by: \.key.deal).sorted { $0.key < $1.key }
        return (spans + deals.map { places[$0.key]?.all ?? $0.value }).map { places in
            let faulty = places.compactMap { place -> (credit: Credit, reason: String)? in
                let index = firstIndex(notBefore: place)
                guard index < credits.count, credits[index].place == place else { return nil }
                return credits[index].fault.map { (credits[index].credit, $0) }
            }
            return Effect.Uncalculated(
                deal: places[0].key.deal, date: faulty.first?.credit.date ?? places[0].date,
                credits: Array(faulty.prefix(PayeeState.toldAtMost)), more: max(0, faulty.count - PayeeState.toldAtMost)
            )
        }
    }

    /// A deal of very many lines is told of all the same, in a record that a log takes.
    private static let toldAtMost = 50

    /// All the payee has from a deal now, by component.
    func commission(of deal: DealID) throws(ArithmeticError) -> [(component: String, amount: Money)] {
        var result: [(component: String, amount: Money)] = []
        let places = places[deal] ?? Places()
        for number in 0..<places.count {
            for line in credits[index(at: places[number])].posted {
                if let known = result.firstIndex(where: {
                    $0.component == line.component && $0.amount.currency == line.amount.currency
                }) {
                    result[known].amount = try result[known].amount + line.amount
                } else {
                    result.append((line.component, line.amount))
                }
            }
        }
        result.removeAll { $0.amount.amount.isZero }
        return result.count < 2
            ? result : result.sorted { ($0.component, $0.amount.currency) < ($1.component, $1.amount.currency) }
    }
}
