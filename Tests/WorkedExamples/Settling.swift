import Calculation
import Domain
import Plans
import Records
import SwiftProtobuf

/// Tells a draft to the calculation that pays people, period after period, and names what its documents post as the
/// examples do: draws, guarantees, clawbacks and releases.
struct Settling {
    private let draft: Draft
    private var state: PayeeState
    private var credits: [Credit]
    private(set) var figures: [String: Number] = [:]
    /// The period that is being lived through, and its name.
    private var now: (label: String, period: Period)

    init(_ draft: Draft) throws {
        self.draft = draft
        state = PayeeState(id: PayeeID(draft.id))
        now = ("", draft.period(nil))
        credits = []
        try tell(.agreed(draft.agreed))
        for credit in draft.credits {
            try assign(credit, fulfilment(nil, reaching: draft.pieces.first?.name, credit.date))
        }
        for (label, period) in zip(draft.example.period.labels, draft.periods) {
            now = (label, period)
            for event in draft.events where event.text("period") == label { try befall(event) }
            try close()
        }
        // What is released later is released in the periods behind.
        for piece in draft.pieces.dropFirst() {
            now = (piece.name, now.period.next)
            for credit in credits {
                try assign(credit, fulfilment(credit.fulfilment, reaching: piece.name, now.period.start))
            }
            try close()
        }
    }

    // MARK: What happens

    private mutating func tell(_ act: PayeeRecord.Act) throws {
        let payee = PayeeID(draft.id)
        let event = try PayeeEvent(key: Array(payee.text.utf8), value: try PayeeRecord(payee: payee, act).encoded())
        let cause = PayeeEvent.Cause(coordinate: "", occurred: Instant(milliseconds: 0))
        for bytes in try state.apply(event, cause: cause).documents { try book(LedgerDocument(decoding: bytes)) }
    }

    private func fulfilment(_ old: Fulfilment?, reaching milestone: String?, _ day: CalendarDate) -> Fulfilment? {
        guard let milestone else { return old }
        var fulfilment = old ?? Fulfilment()
        fulfilment.milestones[milestone] = day
        return fulfilment
    }

    private mutating func assign(_ credit: Credit, _ fulfilment: Fulfilment?) throws {
        let month = Period(draft.kind, containing: credit.date)
        let changed = Credit(
            key: credit.key, date: draft.isAdvanced ? month.end : credit.date, amount: credit.amount,
            original: credit.original, share: credit.share, product: credit.product, kind: credit.kind,
            fields: credit.fields, fulfilment: fulfilment)
        credits.removeAll { $0.key == credit.key }
        credits.append(changed)
        try tell(.assigned(changed))
    }

    private mutating func befall(_ event: Members) throws {
        let name = event.text("id") ?? ""
        guard event.text("effect") == "clawback_pct" else {
            let amount = Money(try Draft.number(event.text("amount")), draft.currency)
            return try tell(
                .adjusted(
                    Adjustment(
                        id: name, amount: amount, period: now.period, reason: event.text("type") ?? "", by: "a",
                        approvedBy: "b")))
        }
        let paid = try Draft.number(event.text("paid"))
        guard let lost = credits.first(where: { $0.amount.amount == paid && $0.date < now.period.start }) else {
            throw Inexpressible("nothing of \(paid) was paid before '\(name)'")
        }
        var fulfilment = lost.fulfilment ?? Fulfilment()
        fulfilment.cancellation = .init(date: now.period.start, reason: event.text("type") ?? "")
        let before = figures["\(draft.id).total"] ?? .zero
        try assign(lost, fulfilment)
        try add((figures["\(draft.id).total"] ?? .zero) - before, to: name)
    }

    private mutating func close() throws {
        try add(.zero, to: "payout")
        let middle = Period(.semiMonth, containing: now.period.start).end
        for day in (draft.isAdvanced ? [middle] : []) + [now.period.end] {
            try tell(
                .closed(
                    PeriodClosed(
                        id: day.description, through: day, by: "c", payoutCurrency: draft.currency, channel: .payroll)))
        }
    }

    // MARK: What it comes to

    private mutating func book(_ document: LedgerDocument) throws {
        for posting in document.postings {
            let back = try -posting.amount
            switch (document.kind, posting.account) {
            case (.settlement, .paid) where document.period.end == now.period.end: try add(posting.amount, to: "payout")
            case (.draw, .draw) where back > .zero: try add(back, to: "draw_paid")
            case (.draw, .expense): try add(back, to: "topup")
            case (.earning, .payable):
                let home = draft.pieces.first?.name ?? ""
                try add(posting.amount, to: draft.periods.contains(now.period) ? home : now.label)
            default: break
            }
            if posting.account == .expense {
                figures["\(draft.id).total"] = try (figures["\(draft.id).total"] ?? .zero) + back
            }
        }
    }

    /// For the period, and for all of them.
    private mutating func add(_ amount: Number, to name: String) throws {
        for key in ["\(draft.id).\(name)", "\(draft.id).\(now.label).\(name)"] {
            figures[key] = try (figures[key] ?? .zero) + amount
        }
    }
}

extension Draft {
    /// What holds for every period is said for every period.
    fileprivate var agreed: WireContractsChanged {
        let year = Period(.year, containing: period(nil).start)
        let all = PeriodKind.allCases.flatMap { kind -> [Period] in
            var periods = [Period(kind, containing: year.start)]
            while let next = periods.last?.next, next.end <= year.end { periods.append(next) }
            return periods
        }
        return .with {
            $0.evaluation = 1
            $0.contracts = [
                .with { ($0.plan, $0.from, $0.planText) = ("example", (terms.starts ?? year.start).description, text) }
            ]
            $0.quotas = (terms.quotas + terms.targets + terms.facts).flatMap { item in
                (item.period.map { [$0] } ?? all).map { period in
                    .with {
                        ($0.payee, $0.measure, $0.period, $0.amount) = (
                            id, item.name, period.label, item.value.description
                        )
                    }
                }
            }
        }
    }
}
