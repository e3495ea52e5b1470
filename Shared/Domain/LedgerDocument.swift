/// An immutable step of a payee's pay: what was earned, why, and how it moved between the payee's accounts.
package struct LedgerDocument: Hashable, Sendable {
    package let payee: PayeeID
    /// Counts the payee's documents from 1.
    package let sequence: Int64
    /// The period that the postings belong to.
    package let period: Period
    package let kind: Kind
    package let currency: Currency
    /// The coordinate of the event that led to it.
    package let cause: String
    package let plan: String
    /// SHA-256 of the plan file, in hexadecimal.
    package let planVersion: String
    /// SHA-256 of the payee's previous document as it stands in the log; empty for the first.
    package let previousHash: [UInt8]
    /// The time of the causing record.
    package let occurred: Instant
    package let earnings: [Earning]
    /// Sum to zero.
    package let postings: [Posting]
    /// In words, of what is no earning: a draw, a write-off …
    package let note: String
    package let adjustment: Adjustment?
    /// Of a settlement, and of its approval.
    package let payout: Payout?
    /// Who closed or approved.
    package let by: String

    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// What components pay, and what is released of it.
        case earning
        /// Somebody's decision, with a reason and a second person's approval.
        case adjustment
        /// Advanced on later earnings, recovered from them, or guaranteed.
        case draw
        /// A negative period that the plan does not carry forward.
        case writeOff = "write-off"
        /// What is payable at the close of a period becomes paid.
        case settlement
        /// The statement of a closed period may be published and paid.
        case approval
    }

    package init(
        payee: PayeeID, sequence: Int64, period: Period, kind: Kind, currency: Currency, cause: String, plan: String,
        planVersion: String, previousHash: [UInt8], occurred: Instant, earnings: [Earning], postings: [Posting],
        note: String = "", adjustment: Adjustment? = nil, payout: Payout? = nil, by: String = ""
    ) {
        self.payee = payee
        self.sequence = sequence
        self.period = period
        self.kind = kind
        self.currency = currency
        self.cause = cause
        self.plan = plan
        self.planVersion = planVersion
        self.previousHash = previousHash
        self.occurred = occurred
        self.earnings = earnings
        self.postings = postings
        self.note = note
        self.adjustment = adjustment
        self.payout = payout
        self.by = by
    }
}

/// The accounts of a payee. A balance is the sum of its postings.
package enum Account: String, Hashable, Sendable, CaseIterable {
    /// Falls (is charged) by what the company comes to owe: the other side of every earning.
    case expense
    /// Earned, waiting for a release.
    case held
    /// Due at the next settlement; a negative balance is carried forward.
    case payable
    /// Advanced and recoverable.
    case draw
    /// Settled.
    case paid
}

package struct Posting: Hashable, Sendable {
    package let account: Account
    package let amount: Number

    package init(account: Account, amount: Number) {
        self.account = account
        self.amount = amount
    }
}

/// What a component pays for one credit, as a difference to what was posted for it before.
package struct Earning: Hashable, Sendable {
    package let component: String
    package let credit: Credit
    /// The difference posted now: `explanation.total − explanation.before`.
    package let amount: Number
    package let explanation: Explanation
    /// How much more (or less) of it is payable now; the rest of `amount` is held, or comes out of what was.
    package let released: Number
    /// What it was earned in; `nil`: the document's period.
    package let period: Period?
    /// The document that it corrects, of a period that is closed.
    package let corrects: Int64?

    package init(
        component: String, credit: Credit, amount: Number, explanation: Explanation, released: Number? = nil,
        period: Period? = nil, corrects: Int64? = nil
    ) {
        self.component = component
        self.credit = credit
        self.amount = amount
        self.explanation = explanation
        self.released = released ?? amount
        self.period = period
        self.corrects = corrects
    }
}

/// Leads from an earning to tier, rate and credit. The leaves (`steps` and `rounding`) sum to `total`, and
/// `total − before` is what was posted.
package struct Explanation: Hashable, Sendable {
    /// What the component pays for this credit as of now.
    package let total: Number
    /// What was posted for it until now.
    package let before: Number
    package let steps: [Step]
    /// What rounding added or took, so that the lines of a period sum to its rounded total.
    package let rounding: Number
    /// The measure and its quota, where the rate depends on attainment.
    package let attainment: Attainment?
    /// In words, why not all of it is payable, or why more of it is now.
    package let release: String

    /// A part of the credit counted at one rate.
    package struct Step: Hashable, Sendable {
        package let base: Number
        package let rate: Rate
        /// `base × rate`, not rounded.
        package let amount: Number
        /// The tier as attainment of the quota; `nil` for a flat rate.
        package let tier: Tier?
        /// In words, where rate and tier do not say it: what a cap took, say.
        package let note: String

        package init(base: Number, rate: Rate, amount: Number, tier: Tier?, note: String = "") {
            self.base = base
            self.rate = rate
            self.amount = amount
            self.tier = tier
            self.note = note
        }
    }

    package struct Tier: Hashable, Sendable {
        package let from: Rate
        package let to: Rate?

        package init(from: Rate, to: Rate?) {
            self.from = from
            self.to = to
        }
    }

    package struct Attainment: Hashable, Sendable {
        package let measure: String
        package let period: Period
        package let quota: Number
        /// The measure before this credit and after it.
        package let before: Number
        package let after: Number

        package init(measure: String, period: Period, quota: Number, before: Number, after: Number) {
            self.measure = measure
            self.period = period
            self.quota = quota
            self.before = before
            self.after = after
        }
    }

    package init(
        total: Number, before: Number, steps: [Step], rounding: Number, attainment: Attainment?, release: String = ""
    ) {
        self.total = total
        self.before = before
        self.steps = steps
        self.rounding = rounding
        self.attainment = attainment
        self.release = release
    }
}
