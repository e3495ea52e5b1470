package import Domain

/// What crediting keeps of a deal in its store: `WireDealState`, as a plain value.
package struct DealState: Hashable, Sendable {
    /// In revision order.
    package var revisions: [Revision] = []
    /// By payee, line, role.
    package var credits: [Assigned] = []
    package var problems: [WireProblem] = []
    /// Records, repeated ones too.
    package var received: Int64 = 0
    /// Changed after the close, which does not pay.
    package var frozenChanges = false
    /// The lines credited, in the deal's currency.
    package var creditedAmount: Number?
    package var creditedCurrency = ""
    /// By date and ID.
    package var payments: [PaymentState] = []
    /// In the order they came; the first on a change counts.
    package var decisions: [WireDecision] = []
    /// The day that a person released it.
    package var released = ""
    package var changes: [WireDealChange] = []
    /// Of the deal that is credited.
    package var closed: CalendarDate?
    /// Payees whom crediting looked at and did not credit.
    package var consulted: [String] = []
    package var sources: [String] = []
    /// Tells what was last said on `skipped-deals`; 0: nothing.
    package var listed: UInt64 = 0
    /// The first day that a credit of it ever had; `nil`: an earlier version kept the deal and not this.
    package var earliest: CalendarDate? = .last
    /// In the order of the log.
    package var outdone: [Outdone] = []
    /// Newest last: deliveries that said what the revision before them said. Delivered once more, they are nothing new.
    package var repetitions: [UInt64] = []

    package typealias PaymentState = WireDealState.PaymentState

    package init() {}

    package struct Revision: Hashable, Sendable {
        package var offset: Int64
        /// Version number, or milliseconds.
        package var order: Int64
        /// The source gave the order; else it is the time of receipt.
        package var isStated: Bool
        /// SHA-256 of the body.
        package var hash: [UInt8]
        /// Tells deliveries of one event.
        package var event: UInt64
        package var stage: Deal.Stage
        /// Tells whether what pays is the same.
        package var content: UInt64 = 0
        /// The day that the source gives.
        package var cancelled: CalendarDate?
        /// Says something that no company could credit.
        package var isFlawed = false
        /// Number among the deal's sources, from 1; 0: an earlier version kept the revision and not this.
        package var source = 0

        package init(
            offset: Int64, order: Int64, isStated: Bool, hash: [UInt8], event: UInt64, stage: Deal.Stage
        ) {
            (self.offset, self.order, self.isStated) = (offset, order, isStated)
            (self.hash, self.event, self.stage) = (hash, event, stage)
        }
    }

    /// A record beside which another one counts. Read by another mapping both may count.
    package struct Outdone: Hashable, Sendable {
        package var trace: Trace
        /// It says something else than the other, and is in quarantine.
        package var isSetAside: Bool

        package init(_ trace: Trace, isSetAside: Bool) { (self.trace, self.isSetAside) = (trace, isSetAside) }
    }

    /// What tells a record from others of its deal, whatever a mapping makes of it.
    package struct Trace: Hashable, Sendable {
        package var offset: Int64
        /// Tells deliveries of one event.
        package var event: UInt64
        /// Digest of the body.
        package var body: UInt64
        /// Number among the deal's sources, from 1. Where it is 0 an earlier version kept the record, of a payment without
        /// event and body.
        package var source: Int

        package init(offset: Int64, event: UInt64, body: UInt64, source: Int) {
            (self.offset, self.event, self.body, self.source) = (offset, event, body, source)
        }
    }

    package struct Assigned: Hashable, Sendable {
        package var payee: PayeeID
        package var line: LineID
        package var role: Role
        /// Of the credit as sent.
        package var digest: UInt64

        package init(payee: PayeeID, line: LineID, role: Role, digest: UInt64) {
            (self.payee, self.line, self.role, self.digest) = (payee, line, role, digest)
        }

        package func isSameCredit(as other: Assigned) -> Bool {
            payee == other.payee && line == other.line && role == other.role
        }

        package func precedes(_ other: Assigned) -> Bool {
            if payee != other.payee { return payee < other.payee }
            return line == other.line ? role < other.role : line < other.line
        }
    }
}
