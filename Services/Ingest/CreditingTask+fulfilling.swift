import Domain
import Records

/// What became of a deal since it was won, which its credits carry along.
extension CreditingTask {
    typealias ReadRevision = (DealState.Revision) throws -> Read

    /// `nil` while nothing has. What cannot be read is listed and left out.
    func fulfilment(
        of standing: DealHistory.Standing, _ deal: Deal, _ state: inout DealState, _ problems: inout [SkipReason],
        _ read: ReadRevision
    ) throws -> Fulfilment? {
        let payments = payments(of: &state, currency: deal.stage == .won ? deal.currency : "", &problems)
        guard deal.stage == .won else { return nil }
        var result = Fulfilment(payments: payments)
        let progress = progress(in: try read(standing.latest), &problems)
        result.invoiced = progress.invoiced
        // Payments are for the whole deal; a credit knows its line only.
        if result.invoiced == nil, !payments.isEmpty, !deal.lines.isEmpty { result.invoiced = deal.amount }
        result.milestones = progress.milestones
        if !state.released.isEmpty, let released = CalendarDate(state.released) {
            result.milestones["approval"] = min(released, result.milestones["approval"] ?? released)
        }
        if let cancellation = standing.cancellation {
            var unseen: [SkipReason] = []
            let read = try read(cancellation)
            result.cancellation = Fulfilment.Cancellation(
                date: cancellation.cancelled ?? cancellation.day(received: read.event.received),
                reason: self.progress(in: read, &unseen).reason)
        }
        return result == Fulfilment() ? nil : result
    }

    private func progress(in read: Read, _ problems: inout [SkipReason]) -> DealProgress {
        guard let mapping = mapping(read.event.source) else { return DealProgress() }
        let (progress, found) = mapping.progress(from: read.body)
        problems += found
        return progress
    }

    func payments(
        of state: inout DealState, currency: String, _ problems: inout [SkipReason]
    ) -> [Fulfilment.Payment] {
        var result: [Fulfilment.Payment] = []
        for (index, payment) in state.payments.enumerated() {
            let problem = payment.problem(inDealOf: currency)
            state.payments[index].isSkipped = problem != nil
            if let problem { problems.append(problem) }
            guard problem == nil, let date = CalendarDate(payment.date), let amount = try? Number(payment.amount) else {
                continue
            }
            result.append(Fulfilment.Payment(id: payment.id, date: date, amount: amount))
        }
        return result
    }
}

extension DealState.PaymentState {
    fileprivate func problem(inDealOf currency: String) -> SkipReason? {
        if hasProblem {
            return SkipReason(
                .badPayment, "payment \(id): \(problem.message)", remedy: problem.remedy)
        }
        guard !self.currency.isEmpty, !currency.isEmpty, self.currency != currency else { return nil }
        return SkipReason(
            .badPayment, "payment \(id) is in \(self.currency), the deal in \(currency)",
            remedy: "send it back with its amount negated, and again in \(currency) under another ID")
    }
}

extension DealState.Revision {
    /// The day, in UTC, on which the source says that it said so; else the day of receipt.
    fileprivate func day(received: Int64) -> CalendarDate {
        (Instant(ofRevision: order) ?? Instant(milliseconds: received)).date()
    }
}

extension Instant {
    /// What orders revisions is a moment in milliseconds or a version number, which is smaller, or larger: a count, or
    /// digits such as 20260301093000. Moments lie between the years 2000 and 2100.
    init?(ofRevision order: Int64) {
        guard (946_684_800_000..<4_102_444_800_000).contains(order) else { return nil }
        self.init(milliseconds: order)
    }
}
