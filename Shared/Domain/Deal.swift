/// What one revision of a deal says, in one form for every source: still in the CRM's own names for people and products.
package struct Deal: Hashable, Sendable {
    package var id: DealID
    package var stage: Stage
    /// What orders the revisions of a deal: a version number or a moment in milliseconds; `nil` when the source gives none.
    package var revision: Int64?
    package var closed: CalendarDate?
    package var amount: Number?
    /// As the source writes it; whether there is such a currency is crediting's to find.
    package var currency: String
    package var owner: String
    package var splits: [Split]
    package var lines: [Line]
    package var product: String
    package var account: String
    package var kind: String
    /// The company's own fields, by name.
    package var fields: [String: FieldValue]

    package enum Stage: String, Hashable, Sendable, CaseIterable {
        case open, won
        /// Was won, and the customer is gone or has all the money back.
        case cancelled
        /// Was never won, or should not have been.
        case lost, deleted
    }

    /// A share of the whole deal, of all its lines alike.
    package struct Split: Hashable, Sendable {
        package let payee: String
        package let share: Rate

        package init(payee: String, share: Rate) {
            self.payee = payee
            self.share = share
        }
    }

    package struct Line: Hashable, Sendable {
        package let id: LineID
        package let product: String
        package let amount: Number
        package let fields: [String: FieldValue]

        package init(id: LineID, product: String, amount: Number, fields: [String: FieldValue] = [:]) {
            self.id = id
            self.product = product
            self.amount = amount
            self.fields = fields
        }
    }

    package init(
        id: DealID, stage: Stage, revision: Int64? = nil, closed: CalendarDate? = nil, amount: Number? = nil,
        currency: String = "", owner: String = "", splits: [Split] = [], lines: [Line] = [], product: String = "",
        account: String = "", kind: String = "", fields: [String: FieldValue] = [:]
    ) {
        self.id = id
        self.stage = stage
        self.revision = revision
        self.closed = closed
        self.amount = amount
        self.currency = currency
        self.owner = owner
        self.splits = splits
        self.lines = lines
        self.product = product
        self.account = account
        self.kind = kind
        self.fields = fields
    }
}
