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
    private var posted: [Line: Posted] = [:]
    private var balances: [Balance: Number] = [:]
    private var settlements: [Payout] = []

    private struct Line: Hashable {
        let component: String
        let key: CreditKey
    }

    private struct Posted {
        var total = Number.zero
        var released = Number.zero
        var document: Int64 = 0
    }

    private struct Balance: Hashable {
        let account: Account
        let period: Period
    }

    package init(_ payee: PayeeID, currency: Currency, in application: Application) {
        self.payee = payee
        self.currency = currency
        let number = Partitioner.partition(of: Array(payee.text.utf8), count: application.partitions)
        partition = TopicPartition(application.topic(.ledger), number)
    }

    /// A document that brings what a component pays for the credit to the sum of the steps, rounded.
    /// - Parameters:
    ///   - period: what it is posted in; the credit's own unless said
    ///   - earned: what it was earned in, when that is another: a correction, or a release
    ///   - released: the share of it that is due by now
    package mutating func post(
        _ credit: Credit, component: String = "commission", steps: [Explanation.Step],
        attainment: Explanation.Attainment? = nil, period: Period? = nil, earned: Period? = nil,
        released share: Rate = .whole, release: String = "",
        change: (inout WireLedgerDocument) -> Void = { _ in }
    ) throws -> (Record, TopicPartition) {
        var exact = Number.zero
        for step in steps { try exact += step.amount }
        let total = try exact.rounded(to: currency.minorPlaces, .halfEven)
        let due = try (total * share.value).rounded(to: currency.minorPlaces, .halfEven)
        let line = Line(component: component, key: credit.key)
        let before = posted[line] ?? Posted()
        posted[line] = Posted(total: total, released: due, document: sequence + 1)
        let explanation = Explanation(
            total: total, before: before.total, steps: steps, rounding: try total - exact, attainment: attainment,
            release: release)
        let earning = Earning(
            component: component, credit: credit, amount: try total - before.total, explanation: explanation,
            released: try due - before.released, period: earned,
            corrects: earned == nil || before.document == 0 ? nil : before.document)
        return try append(
            .earning, period ?? Period(.month, containing: credit.date), earnings: [earning],
            [
                Posting(account: .expense, amount: try -earning.amount),
                Posting(account: .payable, amount: earning.released),
                Posting(account: .held, amount: try earning.amount - earning.released),
            ], change: change)
    }

    /// Any document, numbered and chained; postings of nothing are left out.
    package mutating func append(
        _ kind: LedgerDocument.Kind, _ period: Period, earnings: [Earning] = [], _ postings: [Posting] = [],
        note: String = "", adjustment: Adjustment? = nil, payout: Payout? = nil, by: String = "",
        change: (inout WireLedgerDocument) -> Void = { _ in }
    ) throws -> (Record, TopicPartition) {
        sequence += 1
        let postings = postings.filter { !$0.amount.isZero }
        for posting in postings {
            try balances[Balance(account: posting.account, period: period), default: .zero] += posting.amount
        }
        let document = LedgerDocument(
            payee: payee, sequence: sequence, period: period, kind: kind, currency: currency,
            cause: "attain.payee-events/\(partition.partition)/\(sequence)", plan: "account-executive",
            planVersion: String(repeating: "ab", count: 32), previousHash: head, occurred: Instant(milliseconds: 0),
            earnings: earnings, postings: postings, note: note, adjustment: adjustment, payout: payout, by: by)
        var wire = WireLedgerDocument(document)
        change(&wire)
        let value = try wire.encoded()
        head = digest(value)
        return (Record(key: Array(payee.text.utf8), value: value, timestamp: 0), partition)
    }

    /// The account's sum over the period and all that are settled before it.
    package func balance(_ account: Account, through period: Period) throws -> Number {
        var sum = Number.zero
        for (key, amount) in balances where key.account == account && !period.settles(before: key.period) {
            try sum += amount
        }
        return sum
    }
}

/// What the close of a period brings, and what people decide.
extension DocumentChain {
    package mutating func adjust(
        _ amount: Number, _ id: String, reason: String, in period: Period, by: String = "maker",
        approvedBy: String = "checker", change: (inout WireLedgerDocument) -> Void = { _ in }
    ) throws -> (Record, TopicPartition) {
        let adjustment = Adjustment(
            id: id, amount: Money(amount, currency), period: period, reason: reason, by: by, approvedBy: approvedBy)
        return try append(
            .adjustment, period,
            [Posting(account: .expense, amount: try -amount), Posting(account: .payable, amount: amount)],
            adjustment: adjustment, change: change)
    }

    /// Advances an amount, or recovers it when it is negative. What is not recoverable is a guarantee.
    package mutating func draw(
        _ amount: Number, in period: Period, note: String, isRecoverable: Bool = true
    ) throws -> (Record, TopicPartition) {
        try append(
            .draw, period,
            [
                Posting(account: isRecoverable ? .draw : .expense, amount: try -amount),
                Posting(account: .payable, amount: amount),
            ], note: note)
    }

    /// What the payee owes is not carried forward.
    package mutating func writeOff(in period: Period, note: String) throws -> (Record, TopicPartition) {
        let owed = try -balance(.payable, through: period)
        return try append(
            .writeOff, period,
            [Posting(account: .expense, amount: try -owed), Posting(account: .payable, amount: owed)], note: note)
    }

    /// Pays all that is due.
    package mutating func settle(
        _ period: Period, by: String = "finance", channel: Payee.Channel = .payroll, as paid: Currency? = nil,
        rate: Number? = nil, change: (inout WireLedgerDocument) -> Void = { _ in }
    ) throws -> (Record, TopicPartition) {
        let due = try balance(.payable, through: period)
        let converted = try rate.map { try due * $0 } ?? due
        let payout = Payout(
            period: period, channel: channel,
            amount: try Money(converted, paid ?? currency).rounded(.halfEven), settled: Money(due, currency),
            exchangeRate: rate, document: sequence + 1)
        settlements.append(payout)
        return try append(
            .settlement, period,
            [Posting(account: .payable, amount: try -due), Posting(account: .paid, amount: due)], payout: payout,
            by: by,
            change: change)
    }

    /// Approves the settlement of a period.
    package mutating func approve(
        _ period: Period, by: String = "cfo", note: String = "", change: (inout WireLedgerDocument) -> Void = { _ in }
    ) throws -> (Record, TopicPartition) {
        try append(
            .approval, period, note: note, payout: settlements.last { $0.period == period }, by: by, change: change)
    }
}

extension Credit {
    /// One with what tests need.
    package static func sample(
        _ deal: String, line: String = "", role: Role = .owner, date: String, amount: Number, original: Money? = nil,
        share: Rate = .whole, exchangeRate: Number? = nil, currency: Currency, account: String = "",
        product: String = "",
        source: String = "attain.deal-events/0/0/0", fulfilment: Fulfilment? = nil
    ) -> Credit {
        Credit(
            key: CreditKey(deal: DealID(deal), line: LineID(line), role: role),
            date: CalendarDate(date) ?? CalendarDate(day: 0), amount: Money(amount, currency),
            original: original ?? Money(amount, currency), share: share, exchangeRate: exchangeRate, product: product,
            kind: "new", account: account, source: source, provenance: "at-close", fulfilment: fulfilment)
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
