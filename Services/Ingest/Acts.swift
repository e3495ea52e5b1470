import Domain
import Records

/// What people did beside changing the company, as of some offset of `commands`: closed books, adjustments asked for
/// and decided on, statements approved, deals released. Each counts once, by its ID, in the order of the log.
struct Acts: Sendable {
    /// In the order of the log.
    private(set) var closes: [Close] = []
    private(set) var adjustments: [String: Request] = [:]
    /// The last closed day of each payee.
    private(set) var closedThrough: [PayeeID: CalendarDate] = [:]
    private(set) var released: [DealID: WireDealRelease] = [:]
    private var decided: [String: [WireDecision]] = [:]
    private var approved: [PayeeID: Set<Period>] = [:]
    /// What approved adjustments are in, by payee.
    private(set) var adjustedIn: [PayeeID: Set<Currency>] = [:]

    struct Close: Hashable, Sendable {
        let id: String
        let through: CalendarDate
        /// Whose books it closed.
        let payees: Set<PayeeID>
        let by: String
        let reason: String
    }

    struct Request: Hashable, Sendable {
        let payee: PayeeID
        let amount: Money
        let period: Period?
        let reason: String
        let by: String
        var decision: WireDecision?

        var isWaiting: Bool { decision == nil }
    }

    /// What an act means for somebody else than those who keep a list of acts.
    enum Effect: Hashable, Sendable {
        case closed(PayeeID, PeriodClosed)
        case adjusted(PayeeID, Adjustment)
        case approved(PayeeID, StatementApproved)
        case decided(WireDecision)
        case released(WireDealRelease)
    }

    /// Why an act is none: it contradicts what is known, or itself. One told twice is no error and has no effect.
    struct Refusal: Error, Hashable, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    /// Takes the act at its place in the log. Nothing is changed when it is refused.
    mutating func take(_ act: WireCommand.OneOf_Act, _ company: Company) throws(Refusal) -> [Effect] {
        switch act {
        case .company: return []
        case .close(let close): return try self.close(close, company)
        case .adjustment(let request): return try ask(request, company)
        case .decision(let decision): return try decide(decision)
        case .approval(let approval): return try approve(approval)
        case .release(let release): return try self.release(release)
        }
    }

    // MARK: Closing

    private mutating func close(_ close: WirePeriodClose, _ company: Company) throws(Refusal) -> [Effect] {
        guard let through = CalendarDate(close.through) else {
            throw Refusal("close \(close.id): '\(close.through)' is no day")
        }
        let closing = Closing(company: company, acts: self, through: through)
        let chosen = close.payees.isEmpty ? closing.everybody : close.payees.map { PayeeID($0) }
        var effects: [Effect] = []
        for id in Set(chosen).sorted() {
            guard closing.standing(of: id) == .ready, let closed = closing.record(for: id, id: close.id, by: close.by)
            else { continue }
            effects.append(.closed(id, closed))
        }
        guard !effects.isEmpty else { return [] }
        let payees = Set(effects.compactMap { effect in if case .closed(let id, _) = effect { id } else { nil } })
        for id in payees { closedThrough[id] = through }
        closes.append(Close(id: close.id, through: through, payees: payees, by: close.by, reason: close.reason))
        return effects
    }

    /// Who closed the books of a payee over a day; `nil` while they are open.
    func closer(of payee: PayeeID, on day: CalendarDate) -> String? {
        closes.first { $0.through >= day && $0.payees.contains(payee) }?.by
    }

    // MARK: Adjusting

    private mutating func ask(_ request: WireAdjustmentRequest, _ company: Company) throws(Refusal) -> [Effect] {
        guard adjustments[request.id] == nil else { return [] }
        guard let currency = Currency(request.currency), let amount = try? Number(request.amount) else {
            throw Refusal("adjustment \(request.id): '\(request.amount) \(request.currency)' is no amount of money")
        }
        let money = Money(amount, currency)
        guard money.isPayable, money.isWithinLimit, !amount.isZero else {
            throw Refusal("adjustment \(request.id): \(money) is not an amount that can be paid")
        }
        guard company.payees[PayeeID(request.payee)] != nil else {
            throw Refusal("adjustment \(request.id): there is no payee '\(request.payee)'")
        }
        guard request.period.isEmpty || Period(request.period) != nil else {
            throw Refusal("adjustment \(request.id): '\(request.period)' is not a period")
        }
        guard !request.by.isEmpty, !request.reason.isEmpty else {
            throw Refusal("adjustment \(request.id): it does not say who asks for it and why")
        }
        adjustments[request.id] = Request(
            payee: PayeeID(request.payee), amount: money, period: Period(request.period), reason: request.reason,
            by: request.by)
        return []
    }

    private mutating func decide(_ decision: WireDecision) throws(Refusal) -> [Effect] {
        guard !decision.by.isEmpty else {
            throw Refusal("the decision on \(decision.subject) does not say whose it is")
        }
        switch decision.kind {
        case .dealChange:
            guard DealID(decision.subject).isStorable, !decision.subject.isEmpty else {
                throw Refusal("the decision names no deal")
            }
            guard decided[decision.subject, default: []].allSatisfy({ !$0.isSameChange(as: decision) }) else {
                return []
            }
            decided[decision.subject, default: []].append(decision)
            return [.decided(decision)]
        case .adjustment: return try decideAdjustment(decision)
        case .UNRECOGNIZED(let kind): throw Refusal("decision of kind \(kind) is not known to this version")
        }
    }

    private mutating func decideAdjustment(_ decision: WireDecision) throws(Refusal) -> [Effect] {
        let id = decision.subject
        guard let request = adjustments[id] else { throw Refusal("there is no adjustment '\(id)' to decide on") }
        guard request.isWaiting else { return [] }
        guard !decision.by.isSamePerson(as: request.by) else {
            throw Refusal("adjustment \(id): \(decision.by) asked for it, so another person decides on it")
        }
        adjustments[id]?.decision = decision
        guard decision.approved else { return [] }
        adjustedIn[request.payee, default: []].insert(request.amount.currency)
        let adjustment = Adjustment(
            id: id, amount: request.amount, period: request.period, reason: request.reason, by: request.by,
            approvedBy: decision.by)
        return [.adjusted(request.payee, adjustment)]
    }

    /// What was decided on the same thing.
    func decision(like decision: WireDecision) -> WireDecision? {
        decision.kind == .adjustment
            ? adjustments[decision.subject]?.decision
            : decided[decision.subject]?.first { $0.isSameChange(as: decision) }
    }

    /// What was decided on a change of a deal.
    func decision(on deal: String, _ change: WireDealChange) -> WireDecision? {
        decided[deal]?.first { $0.revision == change.revision && $0.content == change.content }
    }

    // MARK: Approving, releasing

    private mutating func approve(_ approval: WireStatementApproval) throws(Refusal) -> [Effect] {
        guard let period = Period(approval.period) else {
            throw Refusal("approval \(approval.id): '\(approval.period)' is not a period")
        }
        guard !approval.by.isEmpty else { throw Refusal("approval \(approval.id): it does not say whose it is") }
        let chosen = approval.payees.isEmpty ? Array(closedThrough.keys) : approval.payees.map { PayeeID($0) }
        var effects: [Effect] = []
        for id in Set(chosen).sorted() {
            guard let closer = closer(of: id, on: period.end) else {
                if approval.payees.isEmpty { continue }
                throw Refusal("approval \(approval.id): \(period) is not closed for \(id)")
            }
            guard !closer.isSamePerson(as: approval.by) else {
                throw Refusal(
                    "approval \(approval.id): \(approval.by) closed \(period) for \(id), so another person approves it")
            }
            guard approved[id]?.contains(period) != true else { continue }
            let event = StatementApproved(id: approval.id, period: period, by: approval.by, reason: approval.reason)
            effects.append(.approved(id, event))
        }
        for case .approved(let id, let event) in effects { approved[id, default: []].insert(event.period) }
        return effects
    }

    private mutating func release(_ release: WireDealRelease) throws(Refusal) -> [Effect] {
        let deal = DealID(release.deal)
        guard deal.isStorable, !release.deal.isEmpty, CalendarDate(release.date) != nil else {
            throw Refusal("a release names a deal and a day; this one says '\(release.deal)' and '\(release.date)'")
        }
        guard !release.by.isEmpty else { throw Refusal("the release of deal \(deal) does not say whose it is") }
        guard released[deal] == nil else { return [] }
        released[deal] = release
        return [.released(release)]
    }
}

extension WireDecision {
    func isSameChange(as other: WireDecision) -> Bool { revision == other.revision && content == other.content }
}
