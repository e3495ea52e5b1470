package import Domain
import Foundation
package import Records
package import Streams

/// Writes the documents of one payee as calculator does: numbered, chained, balanced, explained.
package struct DocumentChain {
    package let payee: PayeeID
    private let currency: Currency
    private let partition: TopicPartition
    private var sequence: Int64 = 0
    private var head: [UInt8] = []
    private var posted: [Line: Number] = [:]

    private struct Line: Hashable {
        let component: String
        let key: CreditKey
    }

    package init(_ payee: PayeeID, currency: Currency, in application: Application) {
        self.payee = payee
        self.currency = currency
        let number = Partitioner.partition(of: Array(payee.text.utf8), count: application.partitions)
        partition = TopicPartition(application.topic(.ledger), number)
    }

    /// A document that brings what a component pays for the credit to the sum of the steps, rounded.
    package mutating func post(
        _ credit: Credit, component: String = "commission", steps: [Explanation.Step],
        attainment: Explanation.Attainment? = nil, period: Period? = nil,
        change: (inout WireLedgerDocument) -> Void = { _ in }
    ) throws -> (Record, TopicPartition) {
        var exact = Number.zero
        for step in steps { try exact += step.amount }
        let total = try exact.rounded(to: currency.minorPlaces, .halfEven)
        let line = Line(component: component, key: credit.key)
        let before = posted[line] ?? .zero
        posted[line] = total
        let explanation = Explanation(
            total: total, before: before, steps: steps, rounding: try total - exact, attainment: attainment)
        let amount = try total - before
        let earning = Earning(component: component, credit: credit, amount: amount, explanation: explanation)
        return try record(earning, period ?? Period(.month, containing: credit.date), change)
    }

    private mutating func record(
        _ earning: Earning, _ period: Period, _ change: (inout WireLedgerDocument) -> Void
    ) throws -> (Record, TopicPartition) {
        sequence += 1
        let document = LedgerDocument(
            payee: payee, sequence: sequence, period: period, kind: .earning, currency: currency,
            cause: "attain.payee-events/\(partition.partition)/\(sequence)/0", plan: "account-executive",
            planVersion: String(repeating: "ab", count: 32), previousHash: head, occurred: Instant(milliseconds: 0),
            earnings: [earning],
            postings: [
                Posting(account: .expense, amount: try -earning.amount),
                Posting(account: .payable, amount: earning.amount),
            ])
        var wire = WireLedgerDocument(document)
        change(&wire)
        let value = try wire.encoded()
        head = digest(value)
        return (Record(key: Array(payee.text.utf8), value: value, timestamp: 0), partition)
    }
}

extension Credit {
    /// One with what tests and demonstrations need.
    package static func sample(
        _ deal: String, line: String = "", role: Role = .owner, date: String, amount: Number, original: Money? = nil,
        share: Rate = .whole, exchangeRate: Number? = nil, currency: Currency, account: String = "",
        product: String = "",
        source: String = "attain.deal-events/0/0/0"
    ) -> Credit {
        Credit(
            key: CreditKey(deal: DealID(deal), line: LineID(line), role: role),
            date: CalendarDate(date) ?? CalendarDate(day: 0), amount: Money(amount, currency),
            original: original ?? Money(amount, currency), share: share, exchangeRate: exchangeRate, product: product,
            kind: "new", account: account, source: source, provenance: "at-close")
    }
}

extension Explanation.Step {
    /// `base × rate` in a tier.
    package init(_ base: Number, at rate: Rate, from: Rate? = nil, to: Rate? = nil) throws(ArithmeticError) {
        self.init(
            base: base, rate: rate, amount: try base * rate.value, tier: from.map { Explanation.Tier(from: $0, to: to) }
        )
    }
}
