import Domain

/// What one revision of a deal says, after mapping: still in the CRM's own names for people and products.
struct Deal: Hashable, Sendable {
    var id: DealID
    var stage: Stage
    /// What orders the revisions of a deal: a version number or a moment in milliseconds; `nil` when the source gives none.
    var revision: Int64?
    var closed: CalendarDate?
    var amount: Number?
    var currency: String
    var owner: String
    var splits: [Split]
    var lines: [Line]
    var product: String
    var account: String
    var kind: String

    enum Stage: String, Hashable, Sendable, CaseIterable {
        case open, won, lost, deleted
    }

    struct Split: Hashable, Sendable {
        let payee: String
        let share: Rate
    }

    struct Line: Hashable, Sendable {
        let id: LineID
        let product: String
        let amount: Number
    }
}
