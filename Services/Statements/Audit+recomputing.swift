import Calculation
import Domain
import Records
import Streams

/// The third half: every document must be what the payee's events lead to.
extension Audit {
    /// - Parameter recomputed: from the same partition of `payee-events`
    mutating func compare(with recomputed: Recomputing) throws {
        let lines = Dictionary(grouping: amounts.lines.keys, by: \.payee)
        for (id, payee) in recomputed.payees.sorted(by: { $0.key < $1.key }) {
            let posted = payees[id] ?? Payee(id: 0)
            guard !posted.isBroken else { continue }
            documentsRecomputed += min(posted.head.sequence, payee.head.sequence)
            if let message = difference(posted, payee) {
                find(id, message)
                continue
            }
            // Of a payee to whom something has happened since, what is here says how far it was closed by then.
            closedThrough[id] = payee.closes.last { $0.document <= posted.head.sequence }?.through
            if posted.head.sequence == payee.head.sequence {
                let full = try recomputed.lines(of: payee, id)
                try compareLines(id, lines[posted.id] ?? [], full, cancelled: payee.cancelled)
            }
        }
        for (id, payee) in payees.sorted(by: { $0.key < $1.key }) where recomputed.payees[id] == nil {
            guard payee.head.sequence > 0 else { continue }
            find(id, "\(payee.head.sequence) documents are in the ledger, and no event leads to them")
        }
    }

    /// Each document names the hash of the one before: equal ends mean that all are equal, byte for byte.
    private func difference(_ posted: Payee, _ recomputed: Recomputing.Payee) -> String? {
        if posted.head == recomputed.head { return nil }
        let pairs = zip(posted.hashes, recomputed.hashes).enumerated()
        if let first = pairs.first(where: { $0.element.0 != $0.element.1 })?.offset {
            let more = max(posted.hashes.count, recomputed.hashes.count) - first - 1
            return "document \(first + 1) is not what the payee's events lead to"
                + (more > 0 ? ", nor are the \(more) behind it" : "")
        }
        guard posted.head.sequence <= recomputed.head.sequence else {
            return
                "documents \(recomputed.head.sequence + 1) to \(posted.head.sequence) are in the ledger, and no event "
                + "leads to them"
        }
        // What the calculator has not come to is no fault: it works through its partition in order.
        let missing = recomputed.causes[Int(posted.head.sequence)]
        guard missing < lastCause else { return nil }
        return "document \(posted.head.sequence + 1) is missing, which follows from event \(missing) of its partition"
    }

    private mutating func compareLines(
        _ id: PayeeID, _ lines: [LineKey], _ full: [FullLine: Number], cancelled: Set<CreditKey>
    ) throws {
        var sums: [FullLine: Number] = [:]
        for key in lines {
            let line = FullLine(component: key.component, credit: key.credit, currency: key.currency)
            try sums[line, default: .zero] += amounts.lines[key]?.amount ?? .zero
        }
        for line in Set(sums.keys).union(full.keys).sorted() {
            guard !cancelled.contains(line.credit) else { continue }
            let (has, should) = (sums[line] ?? .zero, full[line] ?? .zero)
            linesRecomputed += 1
            guard has != should else { continue }
            find(
                id,
                "\(line.component) for \(line.credit) comes to \(has) \(line.currency) in the ledger, to \(should) when "
                    + "everything is evaluated once")
        }
    }
}
