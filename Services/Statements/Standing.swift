import Domain
import GRDB
import Records

/// How far a statement has come on its way to being paid. It stands beside the statement, whose bytes an approval does
/// not change.
struct Standing: Hashable, Sendable {
    enum Status: String, Hashable, Sendable, Comparable {
        /// The period is open: the next deal may change everything.
        case draft
        /// Settled, and never changed again.
        case closed
        /// Published; its payouts may be paid.
        case approved

        static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .draft: 0
            case .closed: 1
            case .approved: 2
            }
        }
    }

    var status = Status.draft
    /// Who closed; empty for a draft, and where a later close says it.
    var closedBy = ""
    var approvedBy = ""
    /// What the approver remarked.
    var reason = ""

    static let draft = Standing()

    /// `draft`, `closed by finance`, `approved by cfo`
    var text: String {
        switch status {
        case .draft: "draft"
        case .closed: closedBy.isEmpty ? "closed" : "closed by \(closedBy)"
        case .approved: "approved by \(approvedBy)"
        }
    }

    var members: [JSON.Member] {
        var members: [JSON.Member] = [.text("status", status.rawValue)]
        if !closedBy.isEmpty { members.append(.text("closedBy", closedBy)) }
        if !approvedBy.isEmpty { members.append(.text("approvedBy", approvedBy)) }
        return members
    }
}

extension Standing {
    /// - Parameters:
    ///   - settled: the payee's last settled periods, by currency
    ///   - closer: who closed the books over the period, by `commands`
    init(_ period: Period, _ closings: [LedgerDocument], settled: [Currency: Period], closer: String?) {
        if let settlement = closings.last(where: { $0.kind == .settlement }) {
            status = .closed
            closedBy = settlement.by
        } else if closer != nil || settled.values.contains(where: { period.settles(before: $0) }) {
            // Nothing was due, so no document says it.
            status = .closed
            closedBy = closer ?? ""
        }
        guard let approval = closings.last(where: { $0.kind == .approval }) else { return }
        status = .approved
        approvedBy = approval.by
        reason = approval.note
    }
}

/// A statement with where it stands.
struct ShownStatement: Hashable, Sendable {
    let statement: Statement
    let standing: Standing

    /// The canonical statement with its status in front of the figures.
    var json: JSON { .object(statement.heading + standing.members + statement.figures) }
}

extension LedgerStore {
    static func standing(
        of payee: StoredPayee, _ period: Period, _ closes: Closes, _ database: Database
    ) throws -> Standing {
        let closings = try StoredBooks(payee: payee, settled: [:], database: database).closing(period)
        return Standing(
            period, closings, settled: try settled(payee, database),
            closer: closes.closer(of: payee.payee, period))
    }

    /// `nil` when nothing stands for that period. No other period's documents are read.
    static func shown(
        of payee: StoredPayee, _ period: Period, _ closes: Closes, _ database: Database
    ) throws -> ShownStatement? {
        guard try hasStatement(payee, period, database) else { return nil }
        let balances = try balances(of: payee, database)
        return ShownStatement(
            statement: try statement(of: payee, period, balances: balances, database),
            standing: try standing(of: payee, period, closes, database))
    }

    /// All statements of a payee, in the order of their periods, with where they stand.
    static func shown(of payee: StoredPayee, _ closes: Closes, _ database: Database) throws -> [ShownStatement] {
        try statements(of: payee, database).map { statement in
            ShownStatement(
                statement: statement, standing: try standing(of: payee, statement.period, closes, database))
        }
    }
}
