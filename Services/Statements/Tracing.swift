import Domain
import Records

/// Follows what a period pays a payee from one moment to another, cause by cause.
struct Tracing {
    let period: Period
    /// All documents of the payee, in order.
    let documents: [LedgerDocument]

    /// Which of the documents count: behind the one, up to the other.
    struct Span: Hashable, Sendable {
        var after: Int64 = 0
        var through: Int64 = .max

        func contains(_ sequence: Int64) -> Bool { after < sequence && sequence <= through }
    }

    /// One event, and what it changed.
    struct Step: Hashable, Sendable {
        let cause: String
        let occurred: Instant
        let documents: [Int64]
        let currency: Currency
        /// What the period pays, before and after.
        let from: Number
        let to: Number
        let changes: [Change]
    }

    struct Change: Hashable, Sendable {
        let what: String
        let from: Number
        let to: Number
        /// How much more of it is due, where that is another amount.
        let due: Number?
    }

    /// What the period pays: all that became due in it, before it is paid out. And what it paid at the beginning.
    func steps(_ span: Span) throws(ArithmeticError) -> [Step] {
        var steps: [Step] = []
        var pays: [Currency: Number] = [:]
        var group: [LedgerDocument] = []
        for document in documents where document.period == period && document.kind != .settlement {
            let isSame = group.last?.cause == document.cause && group.last?.currency == document.currency
            if !isSame {
                if let step = try step(group, &pays, span) { steps.append(step) }
                group = []
            }
            group.append(document)
        }
        if let step = try step(group, &pays, span) { steps.append(step) }
        return steps
    }

    private func step(
        _ group: [LedgerDocument], _ pays: inout [Currency: Number], _ span: Span
    ) throws(ArithmeticError) -> Step? {
        guard let first = group.first, first.sequence <= span.through else { return nil }
        let from = pays[first.currency] ?? .zero
        var to = from
        var changes: [Change] = []
        for document in group {
            try to += document.posted(to: .payable)
            changes += try Tracing.changes(document)
        }
        pays[first.currency] = to
        guard span.contains(group.last?.sequence ?? 0), !changes.isEmpty else { return nil }
        return Step(
            cause: first.cause, occurred: first.occurred, documents: group.map(\.sequence), currency: first.currency,
            from: from, to: to, changes: changes)
    }

    private static func changes(_ document: LedgerDocument) throws(ArithmeticError) -> [Change] {
        guard document.earnings.isEmpty else {
            var changes: [Change] = []
            for earning in document.earnings where !earning.amount.isZero || !earning.released.isZero {
                changes.append(
                    Change(
                        what: "\(earning.component) for \(Wording.credit(earning.credit))",
                        from: earning.explanation.before, to: earning.explanation.total,
                        due: earning.released == earning.amount ? nil : earning.released))
            }
            return changes
        }
        guard let entry = try Statement.Entry(document) else { return [] }
        return [Change(what: Wording.note(entry), from: .zero, to: entry.amount, due: nil)]
    }
}
