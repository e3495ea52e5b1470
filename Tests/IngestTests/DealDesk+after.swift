import Domain
import Foundation
import Records
import Streams
import SwiftProtobuf

@testable import ingest

/// What happens to deals after their close, and what is said about it.
extension DealDesk {
    /// `P1 2026-03-01 50`, with a currency after it where it says one.
    func payment(_ text: String, deal: String = "D1") throws {
        let words = text.split(separator: " ").map(String.init)
        var fields = [("id", words[0]), ("deal", deal), ("date", words[1]), ("amount", words[2])]
        if words.count > 3 { fields.append(("currency", words[3])) }
        let body = "{" + fields.map { "\"\($0.0)\":\"\($0.1)\"" }.joined(separator: ",") + "}"
        try self.deal(body, id: deal, source: "payments", kind: .payment)
    }

    /// What a person does, as the command line appends it.
    func act(_ act: WireCommand.OneOf_Act) throws {
        try append(
            Record(key: Array("act".utf8), value: try WireCommand.with { $0.act = act }.encoded(), timestamp: 0),
            TopicPartition(tiny.application.topic(.commands), 0))
    }

    func release(_ deal: String, _ date: String, by person: String = "vera") throws {
        try act(.release(.with { ($0.deal, $0.date, $0.by) = (deal, date, person) }))
    }

    /// Decides on the revision of D1 that has this body.
    func decide(_ order: Int64, _ body: String, approved: Bool, by person: String = "vera") throws {
        try act(
            .decision(
                .with {
                    ($0.kind, $0.subject, $0.revision, $0.approved, $0.by) = (
                        .dealChange, "D1", order, approved, person
                    )
                    $0.content = .init(digest(body.utf8))
                }))
    }

    /// The standing credits with what became of their deals: `ada 100, cancelled 2026-05-02 (churn), invoiced 90,
    /// P1 2026-03-01 50, approval 2026-04-01`.
    func fates() throws -> [String] {
        var credits: [String: [CreditKey: Credit]] = [:]
        for record in tiny.records(.payeeEvents) {
            let event = try WirePayeeEvent(decoding: record.record.value)
            switch event.event {
            case .creditAssigned(let credit):
                let credit = try credit.domain()
                credits[event.payee, default: [:]][credit.key] = credit
            case .creditWithdrawn(let key): credits[event.payee]?[key.domain] = nil
            case .contractsChanged, .periodClosed, .adjustment, .statementApproved, nil: break
            }
        }
        return credits.flatMap { payee, credits in credits.values.map { "\(payee) \($0.amount.amount)\($0.fate)" } }
            .sorted()
    }

    /// What payees were told beside credits and contracts, in order.
    func told() throws -> [String] {
        try tiny.records(.payeeEvents).compactMap { record in
            let event = try WirePayeeEvent(decoding: record.record.value)
            switch event.event {
            case .periodClosed(let it):
                let rates = it.rates.map { " \($0.from) \($0.rate)" }.joined()
                return "\(event.payee) closed through \(it.through) in \(it.payoutCurrency)\(rates)"
            case .adjustment(let it):
                return "\(event.payee) adjusted \(it.amount) \(it.currency) by \(it.by), \(it.approvedBy)"
            case .statementApproved(let it): return "\(event.payee) approved \(it.period) by \(it.by)"
            case .creditAssigned, .creditWithdrawn, .contractsChanged, nil: return nil
            }
        }
    }

    /// What stands on `skipped-deals`, by deal.
    func listed() throws -> [WireSkippedDeal] {
        try ListedDeals(tiny.log, tiny.application).all
    }

    var acting: Acting { get throws { try Acting(tiny.application, tiny.log) } }

    func acting(_ body: (Acting) throws -> Void) throws { try body(acting) }
}

extension Credit {
    var fate: String {
        guard let fulfilment else { return "" }
        var parts: [String] = []
        if let it = fulfilment.cancellation {
            parts.append("cancelled \(it.date)" + (it.reason.isEmpty ? "" : " (\(it.reason))"))
        }
        if let invoiced = fulfilment.invoiced { parts.append("invoiced \(invoiced)") }
        parts += fulfilment.payments.map { "\($0.id) \($0.date) \($0.amount)" }
        parts += fulfilment.milestones.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return parts.map { ", \($0)" }.joined()
    }
}
