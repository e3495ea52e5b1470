import Domain
import Plans
import Records
import Streams
import SwiftProtobuf
import Testing

@testable import calculator

/// A payee's year, told as an analyst would write it down, and what it came to.
final class Year {
    private let books = try? Books()
    private var number = 0

    /// Ada on a plan for dollars from 2026-01-01: these rules, and these ways of settling.
    init(_ settlement: String = "", rules: String = Year.tenPercent, quotas: [(period: String, amount: String)] = [])
        throws
    {
        try agree([("2026-01-01", "", Year.plan(settlement, rules: rules))], quotas: quotas)
    }

    static let tenPercent = "components: {commission: {for: bookings, rate: 10%}}"

    static func plan(
        _ settlement: String, rules: String = Year.tenPercent, currency: String = "USD", pays: String = "monthly"
    ) -> String {
        """
        plan: reps
        currency: \(currency)
        pays: \(pays)
        measures: {bookings: {over: year, quota: contract.quota.bookings}}
        \(rules)
        \(settlement)
        """
    }

    @discardableResult
    func tell(_ event: WirePayeeEvent.OneOf_Event) throws -> [LedgerDocument] {
        try #require(books).tell("ada", event).filter { $0.topic == "ledger" }.compactMap(\.value).map {
            try WireLedgerDocument(decoding: $0).domain()
        }
    }

    @discardableResult
    func agree(
        _ plans: [(from: String, to: String, text: String)], quotas: [(period: String, amount: String)] = [],
        meaning: Int32 = Meaning.latest
    ) throws -> [LedgerDocument] { try tell(Told.terms(plans, quotas: quotas, evaluation: meaning)) }

    /// `D1 2026-01-05 1000`, and what became of it: `paid 2026-02-03 500`, `cancelled 2026-03-01`, `approval 2026-02-01`.
    @discardableResult
    func deal(_ text: String, currency: String = "USD", _ fates: String...) throws -> [LedgerDocument] {
        guard case .creditAssigned(var credit) = Told.credit(text, currency: currency) else { return [] }
        for (index, fate) in fates.enumerated() {
            let words = fate.split(separator: " ").map(String.init)
            switch words[0] {
            case "paid":
                var payment = WireFulfilment.Payment()
                (payment.id, payment.date, payment.amount) = ("P\(index)", words[1], words[2])
                credit.fulfilment.payments.append(payment)
            case "cancelled": credit.fulfilment.cancelled = words[1]
            case "invoiced": credit.fulfilment.invoiced = words[1]
            default:
                var milestone = WireFulfilment.Milestone()
                (milestone.name, milestone.date) = (words[0], words[1])
                credit.fulfilment.milestones.append(milestone)
            }
        }
        return try tell(.creditAssigned(credit))
    }

    @discardableResult
    func close(
        _ through: String, in currency: String = "USD", channel: String = "payroll",
        rates: [(from: String, rate: String)] = []
    ) throws -> [LedgerDocument] {
        number += 1
        var closed = WirePeriodClosed()
        (closed.id, closed.through, closed.by) = ("close-\(number)", through, "fin")
        (closed.payoutCurrency, closed.channel) = (currency, channel)
        closed.rates = rates.map { rate in
            var wire = WireExchangeRate()
            (wire.from, wire.to, wire.date, wire.rate) = (rate.from, currency, through, rate.rate)
            return wire
        }
        return try tell(.periodClosed(closed))
    }

    @discardableResult
    func adjust(_ id: String, _ amount: String, period: String = "", currency: String = "USD") throws
        -> [LedgerDocument]
    {
        var adjustment = WireAdjustment()
        (adjustment.id, adjustment.amount, adjustment.currency, adjustment.period) = (id, amount, currency, period)
        (adjustment.reason, adjustment.by, adjustment.approvedBy) = ("as agreed", "may", "cal")
        return try tell(.adjustment(adjustment))
    }

    @discardableResult
    func approve(_ period: String) throws -> [LedgerDocument] {
        var approved = WireStatementApproved()
        (approved.id, approved.period, approved.by) = ("approval of \(period)", period, "cal")
        return try tell(.statementApproved(approved))
    }

    func restart() throws { try books?.restart() }

    var documents: [LedgerDocument] { get throws { try #require(books).documents() } }

    /// What an account came to, in all periods or one: `payable`, `held` …
    func balance(_ account: Account, _ period: String? = nil, in currency: String = "USD") throws -> Number {
        try documents.filter { (period == nil || $0.period.label == period) && $0.currency.code == currency }
            .flatMap(\.postings).filter { $0.account == account }.reduce(Number.zero) { try $0 + $1.amount }
    }

    /// All that the company came to owe.
    var earned: String { get throws { try (-balance(.expense)).description } }

    /// What was paid, by period: `2026-01 100, 2026-02 50`.
    var paid: String { get throws { try text(of: .paid) } }

    func text(of account: Account) throws -> String {
        var sums: [Period: Number] = [:]
        for document in try documents {
            for posting in document.postings where posting.account == account {
                try sums[document.period, default: .zero] += posting.amount
            }
        }
        return sums.filter { !$0.value.isZero }.sorted { $0.key < $1.key }.map { "\($0) \($1)" }.joined(separator: ", ")
    }
}

extension [LedgerDocument] {
    /// `2026-02 earning D1 commission -10 released 5 of 2026-01 corrects 1; 2026-01 settlement payable -100 paid 100`
    var text: String {
        map { document in
            let head = "\(document.period) \(document.kind.rawValue)"
            if document.kind == .earning {
                return head + " " + document.earnings.map(\.text).joined(separator: ", ")
            }
            let postings = document.postings.map { "\($0.account.rawValue) \($0.amount)" }.joined(separator: " ")
            return postings.isEmpty ? head : "\(head) \(postings)"
        }.joined(separator: "; ")
    }
}

extension Earning {
    fileprivate var text: String {
        let name = credit.key.deal.text.isEmpty ? "-" : credit.key.deal.text
        return "\(name) \(component) \(amount)" + (released == amount ? "" : " released \(released)")
            + (period.map { " of \($0)" } ?? "") + (corrects.map { " corrects \($0)" } ?? "")
    }
}
