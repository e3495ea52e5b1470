import Domain
import Records

/// Says in plain words what happened to a payee.
struct Telling {
    private let event: PayeeRecord
    private let before: Credit?

    /// - Parameter before: the credit as it was known before, when the event is about one.
    private init(_ event: PayeeRecord, before: Credit?) {
        self.event = event
        self.before = before
    }

    /// With the credit as the payee's documents knew it before one of them.
    init(_ event: PayeeRecord, in documents: [LedgerDocument], before sequence: Int64) {
        var known: Credit?
        if case .assigned(let credit) = event.act {
            for document in documents.reversed() where document.sequence < sequence && known == nil {
                known = document.earnings.last { $0.credit.key == credit.key }?.credit
            }
        }
        self.init(event, before: known)
    }

    var sentence: String {
        switch event.act {
        case .assigned(let credit): assigned(credit)
        case .withdrawn(let key): "\(key) does not count any more."
        case .agreed: "Contract, plan or quota changed."
        case .closed(let closed): "The books were closed through \(closed.through) by \(closed.by)."
        case .adjusted(let adjustment):
            "\(adjustment.amount) by hand: \(adjustment.reason) (asked for by \(adjustment.by), approved by "
                + "\(adjustment.approvedBy))."
        case .approved(let approved): "The statement of \(approved.period) was approved by \(approved.by)."
        }
    }

    private func assigned(_ credit: Credit) -> String {
        guard let before else {
            return "\(credit.key) was credited with \(credit.amount), dated \(credit.date)."
        }
        let changes = values(before, credit) + fulfilment(before.fulfilment, credit.fulfilment)
        return changes.isEmpty
            ? "\(credit.key) was told again." : "\(credit.key): " + changes.joined(separator: "; ") + "."
    }

    private func values(_ old: Credit, _ new: Credit) -> [String] {
        var changes: [String] = []
        func add(_ name: String, _ old: some CustomStringConvertible, _ new: some CustomStringConvertible) {
            guard old.description != new.description else { return }
            changes.append("\(name) went from \(old) to \(new)")
        }
        add("the deal", old.original, new.original)
        add("its share", old.share, new.share)
        add("the exchange rate", old.exchangeRate?.description ?? "none", new.exchangeRate?.description ?? "none")
        if changes.isEmpty { add("the credit", old.amount, new.amount) }
        add("its date", old.date, new.date)
        add("the product", old.product.isEmpty ? "none" : old.product, new.product.isEmpty ? "none" : new.product)
        let names = Set(old.fields.keys).union(new.fields.keys).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for name in names where old.fields[name] != new.fields[name] {
            add("the field \(name)", Telling.text(old.fields[name]), Telling.text(new.fields[name]))
        }
        return changes
    }

    private static func text(_ value: FieldValue?) -> String {
        switch value {
        case .number(let number): number.description
        case .text(let text): text
        case .date(let date): date.description
        case .flag(let flag): flag ? "yes" : "no"
        case nil: "none"
        }
    }

    private func fulfilment(_ old: Fulfilment?, _ new: Fulfilment?) -> [String] {
        let (old, new) = (old ?? Fulfilment(), new ?? Fulfilment())
        var changes: [String] = []
        if old.cancellation != new.cancellation {
            changes.append(
                new.cancellation.map { "cancelled on \($0.date)\($0.reason.isEmpty ? "" : " (\($0.reason))")" }
                    ?? "won back")
        }
        for payment in new.payments where !old.payments.contains(payment) {
            let amount = payment.amount.formatted(places: 2)
            changes.append(
                payment.amount.isNegative
                    ? "\(amount) went back on \(payment.date)" : "\(amount) paid on \(payment.date)")
        }
        for payment in old.payments where !new.payments.contains(where: { $0.id == payment.id }) {
            changes.append("the payment of \(payment.amount.formatted(places: 2)) on \(payment.date) is gone")
        }
        if let invoiced = new.invoiced, invoiced != old.invoiced {
            changes.append("\(invoiced.formatted(places: 2)) invoiced")
        }
        for (name, date) in new.milestones.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
        where old.milestones[name] != date {
            changes.append("\(name) on \(date)")
        }
        return changes
    }
}

extension Wording {
    /// A credit as it is spoken of; one without a deal stands for the end of a period.
    static func credit(_ credit: Credit) -> String {
        credit.key.deal.text.isEmpty ? "the time up to \(credit.date)" : credit.key.description
    }
}
